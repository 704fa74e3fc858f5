/** Which days and hours somebody would come, as a form states them. */
import { addDays, isLocalDate, toLocalDate } from "../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../time/local-time.ts";
import type { JoinWaitlist } from "../waitlist/entries/join-waitlist.ts";
import type { Page } from "./page.ts";
import { today } from "./time-search.ts";

/** Parts of the day that can be chosen; noon is one o'clock here, when offices pause. */
export const dayParts = ["any", "morning", "afternoon"] as const;
export type DayPart = (typeof dayParts)[number];

/** When somebody would come, as typed. */
export interface DaysForm {
  readonly from: string;
  readonly to: string;
  /** ISO weekdays, as texts. */
  readonly weekdays: readonly string[];
  readonly part: DayPart;
}

/** What is wrong with the days. */
export interface DaysFaults {
  readonly hasBadDates: boolean;
  readonly hasNoWeekday: boolean;
}

/** Days that the form proposes. */
const daysProposed = 30;

/** Nothing is wrong. */
export const noFaults: DaysFaults = { hasBadDates: false, hasNoWeekday: false };

/** The next month, at any hour. */
export function proposedDays(page: Page): DaysForm {
  const from = today(page);
  const to = addDays(from, daysProposed);
  return { from, to, weekdays: ["1", "2", "3", "4", "5", "6", "7"], part: "any" };
}

/** Reads what was sent; what does not fit is cut. */
export function readDays(fields: URLSearchParams): DaysForm {
  const text = (name: string): string => (fields.get(name) ?? "").trim().slice(0, 10);
  const part = dayParts.find((one) => one === fields.get("part")) ?? "any";
  const weekdays = fields.getAll("weekday").filter((one) => /^[1-7]$/.test(one));
  return { from: text("from"), to: text("to"), weekdays: weekdays.slice(0, 7), part };
}

/** Judges what was typed. */
export function faultsOf({ from, to, weekdays }: DaysForm): DaysFaults {
  const areDates = isLocalDate(from) && isLocalDate(to) && from.startsWith("20");
  return { hasBadDates: !areDates || to < from, hasNoWeekday: weekdays.length === 0 };
}

const hours: Readonly<Record<DayPart, readonly [from: string, to: string]>> = {
  any: ["00:00", "24:00"],
  morning: ["00:00", "13:00"],
  afternoon: ["13:00", "24:00"],
};

/** The days and hours of a form without faults, as a wish states them. */
export function daysOf({
  from,
  to,
  weekdays,
  part,
}: DaysForm): Pick<JoinWaitlist, "fromOn" | "toOn" | "weekdays" | "fromTime" | "toTime"> {
  const [fromTime, toTime] = hours[part];
  return {
    fromOn: toLocalDate(from),
    toOn: toLocalDate(to),
    weekdays: weekdays.map(Number),
    fromTime: toLocalTime(fromTime),
    toTime: toLocalEndTime(toTime),
  };
}
