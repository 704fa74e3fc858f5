import type { Candidate } from "../rules/booking-rules.ts";
import { cellsOf, planStay, type Stay } from "../rules/plan-visit.ts";
import { candidatesFor, type Choice, runAt } from "./choose-places.ts";
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
}

/** Where one of some like stays could go. */
export interface WayOut {
  readonly like: LikeStays;
  readonly toResourceId: string;
  readonly toSlots: readonly SlotState[];
  /** Whether there was room before the search. */
  readonly hadRoom: boolean;
}

/** The ways to get somebody off a slot, whether or not there is room: to the least flexible resource first. */
export type WaysOut = (slot: SlotState) => readonly WayOut[];

/**
 * Finds out, slot by slot and only when asked, who may leave it for where. Equivalent is a resource of the same site
 * and role that offers the same services, with bookable slots for them at the same time, where such a visit may begin;
 * publication and notice were judged when the stay was booked. Never touched are slots with ceilings, stays whose own
 * resource no longer offers them or whose slots are not all on the board, and slots of which less is taken than the
 * stays claim to have: what was read then belongs to two moments.
 */
export function createWaysOut(look: Look, stays: readonly MovableStay[]): WaysOut {
  let surveyed: House | undefined;
  const known = new Map<number, readonly WayOut[]>();
  return (slot) => {
    surveyed ??= surveyHouse(look, stays);
    const found = known.get(slot.id) ?? listWaysFrom(surveyed, slot.id);
    known.set(slot.id, found);
    return found;
  };
}

interface Look extends Pick<Choice, "board" | "rules"> {
  readonly freeAtFirst: (slot: SlotState) => number;
}

interface House extends Look {
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly ranks: ReadonlyMap<string, number>;
  readonly likeBySlot: ReadonlyMap<number, readonly (readonly MovableStay[])[]>;
  /** Units that the stays have of each slot. */
  readonly claimed: ReadonlyMap<number, number>;
}

function surveyHouse(look: Look, stays: readonly MovableStay[]): House {
  const ranked = inOrderOfFlexibility(look.rules.candidates);
  const claimed = new Map<number, number>();
  for (const { slotIds, units } of stays)
    for (const id of slotIds) claimed.set(id, (claimed.get(id) ?? 0) + units);
  const likeBySlot = new Map<number, (readonly MovableStay[])[]>();
  for (const like of Map.groupBy(stays.toSorted(byOwner), likeness).values()) {
    for (const id of like[0]?.slotIds ?? [])
      likeBySlot.set(id, [...(likeBySlot.get(id) ?? []), like]);
  }
  return {
    ...look,
    candidates: new Map(ranked.map((one) => [one.resourceId, one])),
    ranks: new Map(ranked.map((one, index) => [one.resourceId, index])),
    likeBySlot,
    claimed,
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

function listWaysFrom(house: House, slotId: number): WayOut[] {
  const rank = (way: WayOut): number => house.ranks.get(way.toResourceId) ?? 0;
  return (house.likeBySlot.get(slotId) ?? [])
    .flatMap((like) => listWays(house, like))
    .toSorted((a, b) => rank(a) - rank(b));
}

function listWays(house: House, stays: readonly MovableStay[]): WayOut[] {
  const [stay] = stays;
  const home = stay && house.candidates.get(stay.resourceId);
  if (!home || !isAtHome(stay, home)) return [];
  const slots = slotsOf(house.board, stay);
  if (!slots?.every((slot) => isFreeToLeave(house, slot))) return [];
  const shape = shapeOf(stay, slots, home.cellMinutes);
  const like = { stays, units: stay.units, slots };
  return candidatesFor([...house.candidates.values()], shape, stay.role)
    .filter((one) => one.siteId === home.siteId && one !== home)
    .flatMap((one) => {
      const run = runAt(house.board, one, { stay: shape, startsAt: stay.startsAt });
      if (typeof run === "string" || run.some((slot) => slot.hasCeilings)) return [];
      const hadRoom = run.every((slot) => house.freeAtFirst(slot) >= like.units);
      return [{ like, toResourceId: one.resourceId, toSlots: run, hadRoom }];
    });
}

function isAtHome({ services, role }: MovableStay, home: Candidate): boolean {
  return (
    role === home.role &&
    services.length > 0 &&
    services.every((service) => home.offers.includes(service.id))
  );
}

function isFreeToLeave({ claimed }: House, slot: SlotState): boolean {
  return !slot.hasCeilings && (claimed.get(slot.id) ?? 0) <= slot.taken;
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
function shapeOf(
  { services, partySize, startsAt }: MovableStay,
  slots: readonly SlotState[],
  cellMinutes: number,
): Stay {
  const planned = planStay(services, partySize);
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
