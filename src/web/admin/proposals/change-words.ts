import type { Proposal } from "../../../scheduling/proposals/proposal-view.ts";
import { toLocalDate } from "../../../time/local-date.ts";
import { dateAtNoon, dateStyle, formatLongDay } from "../../format-time.ts";
import { sayPlain, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { type Places, resourceName, siteName } from "../places.ts";

/** A date of a site's calendar in words. */
export function dateInWords(page: AdminPage, date: string): string {
  return formatLongDay(dateAtNoon(toLocalDate(date)), dateStyle(timeStyle(page, "UTC")));
}

/** What a change does, in a line. */
export function changeInWords(
  page: AdminPage,
  places: Places,
  change: Proposal["changes"][number],
): string {
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
      const { start_time: start = "", end_time: end = "", capacity } = change.change;
      const hours = start === "" && end === "" ? "" : `${start}–${end}`;
      return page.tell("change_opening", { hours, places: capacity ?? "" });
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
      return page.tell("change_end_opening");
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
