import type { Channel } from "../../context.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { addDays, type LocalDate } from "../../time/local-date.ts";
import { localDay } from "../../time/wall-clock.ts";
import { reachOf } from "../claim/reach.ts";
import type { BookingRules, Candidate, SiteRule } from "../rules/booking-rules.ts";
import type { Priority } from "../kept-back.ts";
import type { AvailableDay, DayStatus, FreeStart } from "./availability.ts";
import { dayStatuses } from "./availability.ts";
import { type DayState, dayBoard } from "./day-state.ts";
import { earliestBookable, type JudgedStart, judgeStarts } from "./judge-starts.ts";
import type { Moment } from "./lookout.ts";
import { createSiteBoard, nextChange, type SiteBoard } from "./site-board.ts";

/** Who asks for what, whose rules are known. */
export interface KnownWish {
  readonly tenantId: string;
  readonly rules: BookingRules;
  readonly partySize: number;
  readonly channel: Channel;
  readonly isStaff: boolean;
  readonly priority?: Priority | undefined;
}

/** One day of one site, judged. The same object as long as it says the same. */
export interface JudgedDay {
  readonly day: AvailableDay;
  /** When the earliest of its times that wait for publication can be booked; Infinity when none waits. */
  readonly publishedAt: number;
  /** The next instant (epoch ms) at which time alone changes it. */
  readonly changesAt: number;
}

/** Judges days and remembers what it found. */
export type DayJudge = (
  moment: Moment,
  wish: KnownWish,
  at: { readonly site: SiteRule; readonly date: LocalDate },
) => JudgedDay;

interface Remembered {
  readonly rules: BookingRules;
  readonly states: readonly DayState[];
  readonly judgedAt: number;
  readonly judged: JudgedDay;
}

/** Days that are remembered at most: a month of some thousand searches. */
const daysMax = 60_000;

/** Makes a judge. What it remembers is used again only for the very same states of the day and of those beside it. */
export function createDayJudge(): DayJudge {
  const known = new Map<string, Remembered>();
  return (moment, wish, { site, date }) => {
    const states = [date, addDays(date, -1), addDays(date, 1)].map((one) =>
      moment.dayOf(site.id, one),
    );
    const name = nameOf(wish, site, date);
    const found = known.get(name);
    if (found && isStillTrue(found, { moment, wish, states })) return found.judged;
    const judged = judge(moment, wish, { site, date, states });
    if (!known.has(name) && known.size >= daysMax) forgetOldest(known);
    known.set(name, { rules: wish.rules, states, judgedAt: moment.now, judged });
    return judged;
  };
}

function forgetOldest(known: Map<string, Remembered>): void {
  const oldest = known.keys().next().value;
  if (oldest !== undefined) known.delete(oldest);
}

function isStillTrue(
  { rules, states, judgedAt, judged }: Remembered,
  now: { readonly moment: Moment; readonly wish: KnownWish; readonly states: readonly DayState[] },
): boolean {
  return (
    rules === now.wish.rules &&
    judgedAt <= now.moment.now &&
    now.moment.now < judged.changesAt &&
    states.every((state, at) => state === now.states[at])
  );
}

function nameOf(wish: KnownWish, site: SiteRule, date: LocalDate): string {
  const { tenantId, rules, partySize, channel, isStaff, priority } = wish;
  const services = rules.services.map((service) => service.id).join();
  return `${tenantId}/${site.id}/${date}/${services}/${partySize}/${channel}/${isStaff}/${priority}`;
}

function judge(
  moment: Moment,
  wish: KnownWish,
  { site, date, states }: { site: SiteRule; date: LocalDate; states: readonly DayState[] },
): JudgedDay {
  const { rules, partySize, channel, isStaff, priority } = wish;
  const candidates = candidatesOf(rules, site.id);
  const reach = reachOf({ rules, siteId: site.id, partySize });
  const [own, ...beside] = states;
  if (!own) throw new Error("A day has no state");
  const interval = localDay(date, site.timeZone);
  const board = createSiteBoard({
    site,
    services: rules.services,
    partySize,
    candidates,
    reach,
    day: dayBoard(own, beside, { ...interval, ...reach }),
    channel,
    isStaff,
    priority,
    now: moment.now,
  });
  const starts = judgeStarts(board, { from: interval.start, to: interval.end });
  return { ...dayOf(site, date, starts), changesAt: changeOf(board, starts) };
}

const candidatesBySite = new WeakMap<BookingRules, Map<string, Candidate[]>>();

function candidatesOf(rules: BookingRules, siteId: string): readonly Candidate[] {
  const bySite =
    candidatesBySite.get(rules) ?? Map.groupBy(rules.candidates, (candidate) => candidate.siteId);
  candidatesBySite.set(rules, bySite);
  return bySite.get(siteId) ?? [];
}

/** When time alone changes what was judged: see `nextChange`, and the next start that comes too near. */
function changeOf(board: SiteBoard, starts: readonly JudgedStart[]): number {
  const { reading } = board;
  const next = starts.find((start) => start.refusal !== "too_late");
  const lead = earliestBookable(reading) - reading.now;
  const tooNear = next ? next.startsAt - lead + 1 : Number.POSITIVE_INFINITY;
  const waiting = starts.find((start) => start.refusal === "not_published");
  return Math.min(tooNear, waiting?.publishedAt ?? Number.POSITIVE_INFINITY, nextChange(board));
}

function dayOf(
  site: SiteRule,
  date: LocalDate,
  starts: readonly JudgedStart[],
): Pick<JudgedDay, "day" | "publishedAt"> {
  const publishedAt = starts.reduce(
    (next, start) => Math.min(next, start.publishedAt),
    Number.POSITIVE_INFINITY,
  );
  const free: FreeStart[] = starts
    .filter((start) => start.places > 0)
    .map((start) => ({ starts_at: dateFromEpochMs(start.startsAt), places: start.places }));
  const day = {
    site_id: site.id,
    date,
    time_zone: site.timeZone,
    status: statusOf(starts),
    published_at: Number.isFinite(publishedAt) ? dateFromEpochMs(publishedAt) : null,
    starts: free,
  };
  return { day, publishedAt };
}

/** A day is as good as its best start: one that will be published beats a full one, a full one beats one past. */
function statusOf(starts: readonly JudgedStart[]): DayStatus {
  const found = new Set(starts.map(statusOfStart));
  return dayStatuses.find((status) => found.has(status)) ?? "closed";
}

function statusOfStart({ refusal, publishedAt }: JudgedStart): DayStatus {
  if (refusal === null) return "open";
  if (Number.isFinite(publishedAt)) return "not_published";
  switch (refusal) {
    case "ceiling":
      return "full";
    case "not_permitted":
    case "past_closing":
    case "no_start":
      return "closed";
    default:
      return refusal;
  }
}
