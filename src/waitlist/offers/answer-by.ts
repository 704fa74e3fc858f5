import {
  isQuiet,
  lastLoud,
  nextLoud,
  type QuietHours,
} from "../../reminders/planning/quiet-hours.ts";
import { answerMinutesMin } from "./offer.ts";

/** What decides until when an offer can be answered; instants are epoch ms. */
export interface Asking {
  readonly now: number;
  readonly startsAt: number;
  /** The longest notice of the services. */
  readonly noticeMinutes: number;
  /** What the service grants where there is time enough. */
  readonly answerMinutes: number;
  readonly quiet: QuietHours;
}

const minuteMs = 60_000;
const shortest = answerMinutesMin * minuteMs;
/** Even without notice a place is given back so long before the visit, for whoever is there. */
const leadMs = 30 * minuteMs;
const morningMs = 60 * minuteMs;

/**
 * Until when an offer made now can be answered (epoch ms, whole minutes); undefined when it is not made now. Nobody is
 * asked in quiet hours. The answer may take what the service grants, but at most half of the time until the place could
 * no longer be booked, so that somebody else can still have it, and never less than a quarter of an hour. A deadline in
 * quiet hours moves to an hour after their end, or where that is too late, before their beginning.
 */
export function answerBy({
  now,
  startsAt,
  noticeMinutes,
  answerMinutes,
  quiet,
}: Asking): number | undefined {
  if (isQuiet(now, quiet)) return undefined;
  const latest = startsAt - Math.max(noticeMinutes * minuteMs, leadMs);
  const granted = Math.min(answerMinutes * minuteMs, (latest - now) / 2);
  const wanted = wholeMinute(now + granted);
  if (wanted < now + shortest) return undefined;
  if (!isQuiet(wanted, quiet)) return wanted;
  const morning = nextLoud(wanted, quiet) + morningMs;
  if (morning <= latest && !isQuiet(morning, quiet)) return morning;
  const evening = lastLoud(wanted, quiet);
  return evening >= now + shortest ? evening : undefined;
}

function wholeMinute(instant: number): number {
  return Math.floor(instant / minuteMs) * minuteMs;
}
