import type { Channel } from "../../context.ts";
import {
  type Ceiling,
  type CeilingCase,
  type Counter,
  liftedAt,
  unitsLeft,
} from "../ceilings/ceilings.ts";
import type { Choice } from "../claim/choose-places.ts";
import { creditUnits } from "../claim/credit-units.ts";
import type { Reach } from "../claim/reach.ts";
import { createSlotBoard, type SlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { Candidate, ServiceRule, SiteRule } from "../rules/booking-rules.ts";
import { rememberPublication } from "../rules/publication.ts";
import type { DayBoard } from "./day-state.ts";
import type { PassingUnits } from "./queries.ts";

/** What was read of one site's day, and who asks for what. Instants are epoch ms. */
export interface SiteReading {
  readonly site: SiteRule;
  readonly services: readonly ServiceRule[];
  readonly partySize: number;
  readonly candidates: readonly Candidate[];
  /** What a claim would look at. */
  readonly reach: Reach;
  readonly day: DayBoard;
  readonly channel: Channel;
  readonly isStaff: boolean;
  readonly hasPriority?: boolean;
  readonly now: number;
}

/** One site's day as a claim would see it. */
export interface SiteBoard {
  readonly reading: SiteReading;
  /** What the claim looks at first. */
  readonly asStored: Choice;
  /** What it looks at when that is full: what has expired is free. */
  readonly tidied: Choice;
  /** What it looks at for staff when that is full too: cool-downs are free. */
  readonly warmed: Choice | undefined;
  readonly publishedAt: (service: ServiceRule, start: SlotState) => number;
}

/** Arranges what was read into what the claim would look at. */
export function createSiteBoard(reading: SiteReading): SiteBoard {
  const { day, now } = reading;
  const publishedAt = rememberPublication(reading.site.timeZone);
  const isPublished: Choice["isPublished"] = (start, services) =>
    services.every((service) => publishedAt(service, start) <= now);
  const look = (board: SlotBoard, limits: readonly Counter[]): Choice => ({
    board,
    rules: { candidates: reading.candidates },
    unitsUnderCeilings: unitsLeft(day.ceilings, limits, caseOf(reading)),
    isPublished,
  });
  const asStored = look(day.board, day.counters);
  const expired = day.passing.filter((one) => one.expiresAt <= now);
  const limits = day.counters.map((one) => ({ ...one, taken: one.taken - expiredOf(one, now) }));
  const isTidy =
    expired.length === 0 && limits.every((one, at) => one.taken === day.counters[at]?.taken);
  return {
    reading,
    asStored,
    tidied: isTidy ? asStored : look(createSlotBoard(creditUnits(day.slots, expired)), limits),
    warmed: warmedBoard(reading, { expired, look: (board) => look(board, limits) }),
    publishedAt,
  };
}

function expiredOf({ passing }: DayBoard["counters"][number], now: number): number {
  return passing.reduce((sum, use) => (use.expiresAt <= now ? sum + use.units : sum), 0);
}

function warmedBoard(
  { day, isStaff, hasPriority = false, now }: SiteReading,
  {
    expired,
    look,
  }: { readonly expired: readonly PassingUnits[]; readonly look: (board: SlotBoard) => Choice },
): Choice | undefined {
  const cooling = day.passing.filter((one) => one.kind === "cooldown" && one.expiresAt > now);
  if (!(isStaff || hasPriority) || cooling.length === 0) return undefined;
  return look(createSlotBoard(creditUnits(day.slots, [...expired, ...cooling])));
}

function caseOf({ channel, services, site, now }: SiteReading): CeilingCase {
  const serviceIds = services.map((service) => service.id);
  return { channel, serviceIds, timeZone: site.timeZone, now };
}

/**
 * When time alone changes what a claim would be told: the next end of a hold, offer or cool-down, lifting of a ceiling
 * or publication; Infinity when there is none. What comes too near is not looked at.
 */
export function nextChange({ reading, publishedAt }: SiteBoard): number {
  const { day, services, site, now } = reading;
  let next = Number.POSITIVE_INFINITY;
  const see = (instant: number | undefined): void => {
    if (instant !== undefined && instant > now && instant < next) next = instant;
  };
  for (const one of day.passing) see(one.expiresAt);
  for (const counter of day.counters) for (const use of counter.passing) see(use.expiresAt);
  for (const instant of liftings(day.ceilings, day.slots, site)) see(instant);
  for (const slot of day.slots)
    if (slot.isStart) for (const service of services) see(publishedAt(service, slot));
  return next;
}

function liftings(
  ceilings: readonly Ceiling[],
  slots: readonly SlotState[],
  { timeZone }: SiteRule,
): (number | undefined)[] {
  if (ceilings.length === 0) return [];
  const dates = [...new Set(slots.map((slot) => slot.localDate))];
  return dates.flatMap((date) => ceilings.map((ceiling) => liftedAt(ceiling, date, timeZone)));
}
