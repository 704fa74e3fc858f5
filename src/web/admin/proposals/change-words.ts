import { getOpening } from "../../../scheduling/openings/get-opening.ts";
import type { Opening } from "../../../scheduling/openings/opening.ts";
import type { Proposal } from "../../../scheduling/proposals/proposal-view.ts";
import { toLocalDate } from "../../../time/local-date.ts";
import { dateAtNoon, dateStyle, formatLongDay } from "../../format-time.ts";
import { sayPlain, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { loadPlaces, type Places, resourceName, siteName } from "../places.ts";

/** A date of a site's calendar in words. */
export function dateInWords(page: AdminPage, date: string): string {
  return formatLongDay(dateAtNoon(toLocalDate(date)), dateStyle(timeStyle(page, "UTC")));
}

/** What changes are about, to be named. */
export interface ChangeWords {
  readonly places: Places;
  readonly openings: readonly Opening[];
}

/** Reads what the changes of a proposal are about. */
export async function loadChangeWords(
  page: AdminPage,
  changes: Proposal["changes"],
): Promise<ChangeWords> {
  const openings: Opening[] = [];
  for (const change of changes) {
    if (change.kind !== "change_opening" && change.kind !== "retire_opening") continue;
    openings.push(await getOpening(page.deps, page.context, change.id));
  }
  return { places: await loadPlaces(page), openings };
}

/** An opening, so that it can be told from others. */
export function openingName(page: AdminPage, places: Places, opening: Opening): string {
  return [resourceName(page, places, opening.resource_id), opening.code].join(" · ");
}

/** What a change does, in a line. */
export function changeInWords(
  page: AdminPage,
  { places, openings }: ChangeWords,
  change: Proposal["changes"][number],
): string {
  const nameOf = (id: string): string => {
    const opening = openings.find((one) => one.id === id);
    return opening ? openingName(page, places, opening) : "";
  };
  switch (change.kind) {
    case "create_closure": {
      const { closure } = change;
      const reason = sayPlain(page, closure.reason);
      const text = page.tell("change_closure", {
        where: whereInWords(page, places, closure),
        days: daysInWords(page, closure),
        times: timesInWords(closure),
      });
      return reason === "" ? text : `${text} (${reason})`;
    }
    case "change_opening": {
      const { start_time: start, end_time: end, capacity } = change.change;
      const parts = [
        ...(start === undefined && end === undefined ? [] : [`${start ?? ""}–${end ?? ""}`]),
        ...(capacity === undefined ? [] : [page.tell("capacity_words", { count: capacity })]),
      ];
      return page.tell("change_opening", { opening: nameOf(change.id), detail: parts.join(", ") });
    }
    case "create_opening": {
      const { opening } = change;
      return page.tell("change_new_opening", {
        where: resourceName(page, places, opening.resource_id),
        hours: `${opening.start_time}–${opening.end_time}`,
      });
    }
    case "create_day_mark": {
      const mark = change.day_mark;
      const where = whereInWords(page, places, mark);
      return page.tell("change_day_mark", { where, days: daysInWords(page, mark) });
    }
    case "retire_opening":
      return page.tell("change_end_opening", { opening: nameOf(change.id) });
    case "change_services":
      return page.tell("change_services", {
        where: resourceName(page, places, change.resource_id),
      });
    case "change_closure":
    case "retire_closure":
      return page.tell("change_other_closure");
    case "change_day_mark":
    case "retire_day_mark":
      return page.tell("change_other_mark");
  }
}

function whereInWords(
  page: AdminPage,
  places: Places,
  scope: { readonly site_id: string | null; readonly resource_id: string | null },
): string {
  if (scope.resource_id !== null) return resourceName(page, places, scope.resource_id);
  if (scope.site_id !== null) return siteName(page, places, scope.site_id);
  return page.tell("everywhere");
}

function daysInWords(
  page: AdminPage,
  { starts_on: from, ends_on: to }: { readonly starts_on: string; readonly ends_on: string },
): string {
  const first = dateInWords(page, from);
  return from === to ? first : page.tell("days_range", { from: first, to: dateInWords(page, to) });
}

function timesInWords({
  start_time: start,
  end_time: end,
}: {
  readonly start_time: string;
  readonly end_time: string;
}): string {
  return start === "00:00" && end === "24:00" ? "" : `, ${start}–${end}`;
}
