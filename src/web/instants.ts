import { dateFromEpochMs } from "../time/clock.ts";

/** The instant of an ISO text that our own verbs made. Throws RangeError for anything else. */
export function instantOf(text: string): Date {
  return dateFromEpochMs(Date.parse(text));
}
