import { addDays } from "../../time/local-date.ts";
import { instantOfWallTime, localDateOf, localTimeOf } from "../../time/wall-clock.ts";
import { lastLoud, nextLoud, type QuietHours } from "./quiet-hours.ts";

/** When a message goes out, and until when it is worth sending; epoch milliseconds. */
export interface MessageTimes {
  readonly dueAt: number;
  readonly notAfter: number;
}

/** Why there is no message. */
export type NoTimes = "just_booked" | "too_late";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMinutes = 1_440;

/**
 * So many minutes before an instant: whole days on the wall clock (seven days before a visit at nine is at nine, also
 * when the clocks change in between), anything else in real minutes.
 */
export function minutesBefore(instant: number, minutes: number, zone: string): number {
  if (minutes % dayMinutes !== 0) return instant - minutes * minuteMs;
  const date = addDays(localDateOf(instant, zone), -minutes / dayMinutes);
  const atMinute = instantOfWallTime({ date, time: localTimeOf(instant, zone), zone }, "earlier");
  return atMinute + (instant % minuteMs);
}

/** A message to be sent before a visit. */
export interface BeforeVisit {
  readonly startsAt: number;
  readonly offsetMinutes: number;
  /** When the visit was booked or moved there. */
  readonly since: number;
  readonly quiet: QuietHours;
}

/**
 * When a message before a visit goes out. Whoever has just booked is not reminded: at least a quarter of the offset (a
 * day at most) must have passed. In quiet hours it waits for their end, or where that would be too close to the visit,
 * goes out before they begin. It is worth sending for half the offset (a day at most), and never in the last part
 * before the visit.
 */
export function timesBefore({
  startsAt,
  offsetMinutes,
  since,
  quiet,
}: BeforeVisit): MessageTimes | NoTimes {
  const offsetMs = offsetMinutes * minuteMs;
  const wanted = minutesBefore(startsAt, offsetMinutes, quiet.zone);
  const earliest = since + Math.min(offsetMs / 4, dayMinutes * minuteMs);
  if (wanted < earliest) return "just_booked";
  const latest = startsAt - Math.min(offsetMs / 4, hourMs);
  const after = nextLoud(wanted, quiet);
  const dueAt = after <= latest ? after : lastLoud(wanted, quiet);
  if (dueAt < earliest) return "too_late";
  const worth = Math.min(Math.max(offsetMs / 2, hourMs / 2), dayMinutes * minuteMs);
  return { dueAt, notAfter: Math.max(dueAt, Math.min(dueAt + worth, latest)) };
}

/** A message after a visit; it is worth sending for a week. */
export function timesAfter(
  { endsAt, offsetMinutes, now }: { endsAt: number; offsetMinutes: number; now: number },
  quiet: QuietHours,
): MessageTimes {
  const dueAt = nextLoud(Math.max(endsAt + offsetMinutes * minuteMs, now), quiet);
  return { dueAt, notAfter: dueAt + 7 * dayMinutes * minuteMs };
}

/** A notice about a visit. */
export interface Notice {
  readonly startsAt: number;
  /** When what it says came true. */
  readonly now: number;
  /** Whether somebody waits for it in this moment, or it cannot wait: quiet hours do not hold it back. */
  readonly isImmediate: boolean;
  readonly quiet: QuietHours;
}

/** Time that a notice must leave before the visit; where quiet hours would take it, they are broken. */
const noticeLeadMs = 3 * hourMs;
/** After this long somebody calls instead, and earlier when the visit comes near. */
const noticeWorthMs = 12 * hourMs;

/** When a notice goes out: at once, or after the quiet hours when there is time enough. */
export function timesOfNotice({ startsAt, now, isImmediate, quiet }: Notice): MessageTimes {
  const loud = isImmediate ? now : nextLoud(now, quiet);
  const dueAt = loud <= Math.max(startsAt - noticeLeadMs, now) ? loud : now;
  const latest = Math.max(startsAt - noticeLeadMs / 2, dueAt + hourMs / 2);
  return { dueAt, notAfter: Math.min(dueAt + noticeWorthMs, latest) };
}

const confirmationWorthMs = 2 * dayMinutes * minuteMs;

/** When a confirmation goes out: at once; it is worth sending for two days, until the visit. */
export function timesOfConfirmation({
  startsAt,
  now,
}: Pick<Notice, "startsAt" | "now">): MessageTimes {
  return { dueAt: now, notAfter: Math.max(now, Math.min(now + confirmationWorthMs, startsAt)) };
}
