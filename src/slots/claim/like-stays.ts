import type { Candidate } from "../rules/booking-rules.ts";
import { cellsOf, planStay, type Stay } from "../rules/plan-visit.ts";
import { candidatesFor } from "./choose-places.ts";
import type { MovableStay } from "./movable-stays.ts";
import { inOrderOfFlexibility } from "./resources-in-reach.ts";
import type { SlotBoard, SlotState } from "./slot-board.ts";

const minuteMs = 60_000;

/** Stays that make no difference to anybody else: the same slots, services and units. */
export interface LikeStays {
  /** By owner and leg: the order in which they go. */
  readonly stays: readonly MovableStay[];
  readonly units: number;
  readonly slots: readonly SlotState[];
  /** What they need of a resource. */
  readonly need: Stay;
  /** The same in words: start, units, and cells of each length that there is. */
  readonly shape: string;
  /** The resource where they are, as a bit. */
  readonly home: bigint;
  /** The resources that offer them the same, as bits, whether or not they are open then. */
  readonly equivalents: bigint;
}

/** The resources of a site, numbered in the order of flexibility. */
export interface Roster {
  readonly board: SlotBoard;
  readonly candidates: readonly Candidate[];
  readonly bits: ReadonlyMap<string, bigint>;
  /** The lengths of cells that there are. */
  readonly cellMinutes: readonly number[];
}

/** Numbers the resources. */
export function createRoster(board: SlotBoard, candidates: readonly Candidate[]): Roster {
  const ranked = inOrderOfFlexibility(candidates);
  return {
    board,
    candidates: ranked,
    bits: new Map(ranked.map((one, index) => [one.resourceId, 1n << BigInt(index)])),
    cellMinutes: [...new Set(ranked.map((one) => one.cellMinutes))],
  };
}

/** A resource as a bit. */
export function bitOf({ bits }: Roster, { resourceId }: Candidate): bigint {
  return bits.get(resourceId) ?? 0n;
}

/**
 * Finds out, slot by slot and only when asked, who could leave it, by owner and leg. Left out are who is at a slot with
 * ceilings, whose own resource does not offer his services any more, whose slots are not all on the board, and who is
 * at a slot of which less is taken than the stays claim to have: what was read then belongs to two moments.
 */
export function createLikesAt(
  roster: Roster,
  stays: readonly MovableStay[],
): (slot: SlotState) => readonly LikeStays[] {
  const guests = registerGuests(stays);
  const bySlot = new Map<number, readonly LikeStays[]>();
  const byName = new Map<string, readonly LikeStays[]>();
  const planOf = rememberPlans();
  return ({ id }) => {
    const known = bySlot.get(id);
    if (known) return known;
    const here = (guests.get(id)?.stays ?? []).toSorted(byOwner);
    // Who is alike shares all slots, so that the same people are found at each of them.
    const found = [...Map.groupBy(here, likeness)].flatMap(([name, alike]) => {
      const described = byName.get(name) ?? describe({ roster, guests, planOf }, alike);
      byName.set(name, described);
      return described;
    });
    bySlot.set(id, found);
    return found;
  };
}

/** By slot: who is there, and the units that they have of it. */
type Guests = ReadonlyMap<
  number,
  { readonly stays: readonly MovableStay[]; readonly units: number }
>;

function registerGuests(stays: readonly MovableStay[]): Guests {
  const guests = new Map<number, { stays: MovableStay[]; units: number }>();
  for (const stay of stays) {
    for (const id of stay.slotIds) {
      const entry = guests.get(id) ?? { stays: [], units: 0 };
      entry.stays.push(stay);
      entry.units += stay.units;
      guests.set(id, entry);
    }
  }
  return guests;
}

type PlanOf = (stay: MovableStay) => Stay;

function rememberPlans(): PlanOf {
  const known = new Map<string, Stay>();
  return (stay) => {
    const name = `${stay.services.map((service) => service.id).join()}/${stay.partySize}`;
    const plan = known.get(name) ?? planStay(stay.services, stay.partySize);
    known.set(name, plan);
    return plan;
  };
}

function byOwner(a: MovableStay, b: MovableStay): number {
  if (a.ownerId !== b.ownerId) return a.ownerId < b.ownerId ? -1 : 1;
  if (a.leg !== b.leg) return a.leg - b.leg;
  return a.resourceId < b.resourceId ? -1 : 1;
}

function likeness(stay: MovableStay): string {
  const services = stay.services.map((service) => service.id).join();
  const slots = stay.slotIds.toSorted((a, b) => a - b).join();
  return [slots, stay.startsAt, services, stay.partySize, stay.units, stay.role].join("/");
}

interface Register {
  readonly roster: Roster;
  readonly guests: Guests;
  readonly planOf: PlanOf;
}

/** One entry for those who are alike; none when they cannot leave or nothing equivalent is offered to them. */
function describe(
  { roster, guests, planOf }: Register,
  alike: readonly MovableStay[],
): LikeStays[] {
  const [stay] = alike;
  const home = stay && roster.candidates.find((one) => one.resourceId === stay.resourceId);
  if (!home || !isAtHome(stay, home)) return [];
  const slots = slotsOf(roster.board, stay);
  if (!slots?.every((slot) => isFreeToLeave(guests, slot))) return [];
  const need = needOf(stay, { slots, planned: planOf(stay), cellMinutes: home.cellMinutes });
  const equivalents = candidatesFor(roster.candidates, need, stay.role).filter(
    (one) => one.siteId === home.siteId && one !== home,
  );
  if (equivalents.length === 0) return [];
  return [
    {
      stays: alike,
      units: stay.units,
      slots,
      need,
      shape: shapeOf(roster, stay, need),
      home: bitOf(roster, home),
      equivalents: equivalents.reduce((bits, one) => bits | bitOf(roster, one), 0n),
    },
  ];
}

function shapeOf({ cellMinutes }: Roster, { startsAt, units }: MovableStay, need: Stay): string {
  const cells = cellMinutes.map((length) => {
    const { before, fromStart } = cellsOf(need, length);
    return `${before}+${fromStart}`;
  });
  return [startsAt, units, ...cells].join("/");
}

function isAtHome({ services, role }: MovableStay, home: Candidate): boolean {
  return (
    role === home.role &&
    services.length > 0 &&
    services.every((service) => home.offers.includes(service.id))
  );
}

function isFreeToLeave(guests: Guests, slot: SlotState): boolean {
  return !slot.hasCeilings && (guests.get(slot.id)?.units ?? 0) <= slot.taken;
}

/** The slots of a stay in the order of time; undefined when the board does not have all of them in a row. */
function slotsOf(board: SlotBoard, stay: MovableStay): readonly SlotState[] | undefined {
  const start = board.slotAt(stay.resourceId, stay.startsAt);
  if (!start) return undefined;
  const count = stay.slotIds.length;
  for (let before = 0; before < count; before += 1) {
    const run = board.runAround(start, before, count - before);
    if (run?.every((slot) => stay.slotIds.includes(slot.id))) return run;
  }
  return undefined;
}

/**
 * What a stay needs elsewhere: what its services plan, where that is what it has; otherwise, when services changed or
 * people dropped out since it was booked, the whole time that it has.
 */
function needOf(
  { startsAt }: MovableStay,
  had: {
    readonly slots: readonly SlotState[];
    readonly planned: Stay;
    readonly cellMinutes: number;
  },
): Stay {
  const { slots, planned, cellMinutes } = had;
  const cells = cellsOf(planned, cellMinutes);
  const before = slots.findIndex((slot) => slot.startsAt === startsAt);
  if (cells.before === before && cells.fromStart === slots.length - before) return planned;
  return {
    ...planned,
    bufferBeforeMinutes: (startsAt - (slots[0]?.startsAt ?? startsAt)) / minuteMs,
    minutes: ((slots.at(-1)?.endsAt ?? startsAt) - startsAt) / minuteMs,
    bufferAfterMinutes: 0,
  };
}
