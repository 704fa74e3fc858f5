import type { CustomField } from "../../catalog/answers.ts";
import type { DocumentToBring, Fee, ValidUntilRule } from "../../catalog/services/service.ts";
import type { LocalizedText } from "../../context.ts";
import { toLocalDate, weekdayOf } from "../../time/local-date.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { instantOfWallTime } from "../../time/wall-clock.ts";
import type { Limit } from "../quota/quota.ts";

/** What a service asks of those who book it, beside time and places. */
export interface ServiceTerms {
  readonly id: string;
  readonly visibility: "public" | "hidden" | "invitation";
  readonly cancelLimitMinutes: number;
  readonly changeLimitMinutes: number;
  readonly validUntilRules: readonly ValidUntilRule[];
  readonly eligibilityListId: string | null;
  readonly eligibilityField: string | null;
  readonly fields: readonly CustomField[];
  readonly documents: readonly DocumentToBring[];
  readonly fees: readonly Fee[];
  readonly lateNote: LocalizedText;
  readonly limits: readonly Limit[];
}

/** Fields of all services of a visit, each code once: the first service that asks a question decides how. */
export function fieldsOf(terms: readonly ServiceTerms[]): CustomField[] {
  return uniqueByCode(terms.flatMap((one) => one.fields));
}

/** Documents of all services of a visit, each code once. */
export function documentsOf(terms: readonly ServiceTerms[]): DocumentToBring[] {
  return uniqueByCode(terms.flatMap((one) => one.documents));
}

function uniqueByCode<T extends { readonly code: string }>(entries: readonly T[]): T[] {
  return [
    ...new Map(entries.toReversed().map((entry) => [entry.code, entry])).values(),
  ].toReversed();
}

/**
 * The earliest instant (epoch ms) at which a booking lapses; null when it does not. A wall time that the start has
 * reached or passed does not bind it: that booking could never be used.
 */
export function validUntil(
  terms: readonly ServiceTerms[],
  {
    localDate,
    timeZone,
    startsAt,
  }: { readonly localDate: string; readonly timeZone: string; readonly startsAt: number },
): number | null {
  const date = toLocalDate(localDate);
  const instants = terms
    .flatMap((one) => one.validUntilRules)
    .filter((rule) => rule.weekdays.includes(weekdayOf(date)))
    .map((rule) =>
      instantOfWallTime({ date, time: toLocalTime(rule.time), zone: timeZone }, "earlier"),
    )
    .filter((instant) => instant > startsAt);
  return instants.length === 0 ? null : Math.min(...instants);
}

/** Longest stated limit of the services, in minutes before the start. */
export function cancelLimitMinutes(terms: readonly ServiceTerms[]): number {
  return Math.max(0, ...terms.map((one) => one.cancelLimitMinutes));
}

/** Longest stated limit for moving, in minutes before the start. */
export function changeLimitMinutes(terms: readonly ServiceTerms[]): number {
  return Math.max(0, ...terms.map((one) => one.changeLimitMinutes));
}
