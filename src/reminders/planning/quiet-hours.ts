import { addDays } from "../../time/local-date.ts";
import { type LocalTime, minutesOfTime } from "../../time/local-time.ts";
import { instantOfWallTime, localDateOf, localTimeOf } from "../../time/wall-clock.ts";

/** When nobody is disturbed, on the wall clock of a zone: from `from` to `to`, over midnight when `to` is not later. */
export interface QuietHours {
  readonly from: LocalTime;
  /** Equal to `from`: there are no quiet hours. */
  readonly to: LocalTime;
  /** IANA zone of the site. */
  readonly zone: string;
}

const minuteMs = 60_000;

/** Whether a wall clock in the zone shows quiet hours at an instant (epoch ms). */
export function isQuiet(instant: number, { from, to, zone }: QuietHours): boolean {
  const time = minutesOfTime(localTimeOf(instant, zone));
  const [start, end] = [minutesOfTime(from), minutesOfTime(to)];
  if (start === end) return false;
  return start < end ? time >= start && time < end : time >= start || time < end;
}

/**
 * The first instant from this one on (epoch ms) at which nobody is disturbed. Where the clock shows the end of the
 * quiet hours twice, or never, it is the first instant at which it shows an hour that is not quiet.
 */
export function nextLoud(instant: number, quiet: QuietHours): number {
  if (!isQuiet(instant, quiet)) return instant;
  const today = localDateOf(instant, quiet.zone);
  const candidates = [today, addDays(today, 1)].flatMap((date) =>
    (["earlier", "later"] as const).map((fold) =>
      instantOfWallTime({ date, time: quiet.to, zone: quiet.zone }, fold),
    ),
  );
  const loud = candidates.filter((at) => at > instant && !isQuiet(at, quiet));
  return Math.min(...loud);
}

/** The last whole minute before an instant in quiet hours at which nobody was disturbed; else the instant itself. */
export function lastLoud(instant: number, quiet: QuietHours): number {
  if (!isQuiet(instant, quiet)) return instant;
  const today = localDateOf(instant, quiet.zone);
  const candidates = [addDays(today, -1), today].flatMap((date) =>
    (["earlier", "later"] as const).map(
      (fold) => instantOfWallTime({ date, time: quiet.from, zone: quiet.zone }, fold) - minuteMs,
    ),
  );
  const loud = candidates.filter((at) => at < instant && !isQuiet(at, quiet));
  return Math.max(...loud);
}
