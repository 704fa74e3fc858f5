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
import { createSlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { Candidate, ServiceRule, SiteRule } from "../rules/booking-rules.ts";
import { rememberPublication } from "../rules/publication.ts";
import type { PassingCounter, PassingUnits } from "./queries.ts";

/** What was read of one site, and who asks for what. Instants are epoch ms. */
export interface SiteReading {
  readonly site: SiteRule;
  readonly services: readonly ServiceRule[];
  readonly partySize: number;
  readonly candidates: readonly Candidate[];
  readonly slots: readonly SlotState[];
  readonly passing: readonly PassingUnits[];
  readonly ceilings: readonly Ceiling[];
  readonly counters: readonly PassingCounter[];
  readonly channel: Channel;
  readonly isStaff: boolean;
  readonly now: number;
}

/** One site as a claim would see it. */
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
  const { slots, passing, counters, now } = reading;
  const publishedAt = rememberPublication(reading.site.timeZone);
  const isPublished: Choice["isPublished"] = (start, services) =>
    services.every((service) => publishedAt(service, start) <= now);
  const look = (tried: readonly SlotState[], limits: readonly Counter[]): Choice => ({
    board: createSlotBoard(tried),
    rules: { candidates: reading.candidates },
    unitsUnderCeilings: unitsLeft(reading.ceilings, limits, caseOf(reading)),
    isPublished,
  });
  const expired = passing.filter((one) => one.expiresAt <= now);
  const isTidy = expired.length === 0 && counters.every((counter) => counter.expired === 0);
  const tidied = creditUnits(slots, expired);
  const limits = counters.map((one) => ({ ...one, taken: one.taken - one.expired }));
  const cooling = passing.filter((one) => one.kind === "cooldown" && one.expiresAt > now);
  const asStored = look(slots, counters);
  return {
    reading,
    asStored,
    tidied: isTidy ? asStored : look(tidied, limits),
    warmed:
      reading.isStaff && cooling.length > 0
        ? look(creditUnits(tidied, cooling), limits)
        : undefined,
    publishedAt,
  };
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
  const { passing, ceilings, slots, services, site, now } = reading;
  let next = Number.POSITIVE_INFINITY;
  const see = (instant: number | undefined): void => {
    if (instant !== undefined && instant > now && instant < next) next = instant;
  };
  for (const one of passing) see(one.expiresAt);
  const dates = ceilings.length === 0 ? [] : new Set(slots.map((slot) => slot.localDate));
  for (const date of dates)
    for (const ceiling of ceilings) see(liftedAt(ceiling, date, site.timeZone));
  for (const slot of slots)
    if (slot.isStart) for (const service of services) see(publishedAt(service, slot));
  return next;
}
