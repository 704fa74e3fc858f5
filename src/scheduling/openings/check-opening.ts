import { refusal } from "../../catalog/errors.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { addDays, type LocalDate, toLocalDate } from "../../time/local-date.ts";
import { parseRecurrence } from "../../time/parse-recurrence.ts";
import { canonicalRecurrence } from "../../time/recurrence-rule.ts";
import { invalidRecurrence, openingHindered, openingsOverlap } from "../errors.ts";
import { findHindrances } from "../find-hindrances.ts";
import { findOpeningOverlap } from "../find-opening-overlap.ts";
import { holidaysBetween } from "../holidays.ts";
import { type LoadedSchedule, loadSchedules } from "../load-schedules.ts";
import { type Opening, toOpeningRule } from "./opening.ts";
import { openingFaults } from "./opening-faults.ts";
import { findOpeningResource, listActiveOpenings } from "./queries.ts";

/** Overlaps are looked for so many days from today or from the opening's start, whichever is later: 24 months. */
const OVERLAP_DAYS = 730;

/** Dates a refusal names at most. */
const HINDRANCES_SHOWN_MAX = 20;

/**
 * Returns the written form of a rule. Throws `invalid-recurrence` with the part at fault.
 */
export function checkedRecurrence(rrule: string | null): string | null {
  if (rrule === null) return null;
  const parsed = parseRecurrence(rrule);
  if (parsed.ok) return canonicalRecurrence(parsed.rule);
  const { code, message, part } = parsed.fault;
  throw new DomainError(invalidRecurrence, message, { facts: { code, part } });
}

/**
 * Refuses an opening that contradicts itself, does not fit its resource, overlaps another one of it, or is an extra
 * one that a holiday or a closure would silently remove. The resource's inventory must be locked, so that no other
 * opening comes in between. Throws `invalid-request`, `openings-overlap` and `opening-hindered`.
 */
export async function checkOpeningIn(trx: Trx, tenantId: string, opening: Opening): Promise<void> {
  const resource = await findOpeningResource(trx, tenantId, opening.resource_id);
  if (resource === undefined || resource.is_retired) {
    throw refusal([{ path: "resource_id", message: "there is no such resource" }]);
  }
  const faults = openingFaults(opening, resource);
  if (faults.length > 0) throw refusal(faults);
  const [loaded] = await loadSchedules(trx, tenantId, [opening.resource_id]);
  if (loaded === undefined) throw new Error("a resource without a site");
  if (opening.kind === "extra") refuseHindered(opening, loaded);
  const others = await listActiveOpenings(trx, tenantId, opening.resource_id);
  refuseOverlap(opening, { others, today: loaded.today });
}

function refuseOverlap(
  opening: Opening,
  { others, today }: { others: readonly Opening[]; today: LocalDate },
): void {
  const all = [...others.filter(({ id }) => id !== opening.id), opening];
  const from = opening.starts_on > today ? toLocalDate(opening.starts_on) : today;
  const overlap = findOpeningOverlap(all.map(toOpeningRule), {
    from,
    to: addDays(from, OVERLAP_DAYS),
  });
  if (overlap === undefined) return;
  const named = [overlap.first.id, overlap.second.id].map((id) => all.find((one) => one.id === id));
  const [first, second] = named.map((one) => one?.code ?? "");
  throw new DomainError(
    openingsOverlap,
    `The openings ${first} and ${second} would both be open on ${overlap.date}.`,
    {
      facts: {
        date: overlap.date,
        openings: named.map((one) => ({ id: one?.id, code: one?.code })),
      },
    },
  );
}

function refuseHindered(opening: Opening, { schedule, calendar, today }: LoadedSchedule): void {
  const { starts_on: startsOn, ends_on: endsOn } = opening;
  const from = startsOn > today ? toLocalDate(startsOn) : today;
  const to = toLocalDate(endsOn ?? startsOn);
  if (to < from) return;
  const holidays = holidaysBetween(calendar, from, to);
  const found = findHindrances(toOpeningRule(opening), schedule, { from, to, holidays });
  const [first] = found;
  if (first === undefined) return;
  const hindrances = found
    .slice(0, HINDRANCES_SHOWN_MAX)
    .map((one) =>
      one.kind === "holiday"
        ? { kind: one.kind, date: one.date, name: one.holiday.name }
        : { kind: one.kind, date: one.date, closure_id: one.closure_id },
    );
  const detail =
    first.kind === "holiday"
      ? `${first.date} is a holiday (${Object.values(first.holiday.name)[0] ?? ""}).`
      : `There is a closure on ${first.date}.`;
  throw new DomainError(openingHindered, detail, { facts: { hindrances } });
}
