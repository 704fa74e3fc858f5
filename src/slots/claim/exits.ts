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
  /** What they need of a resource. */
  readonly need: Stay;
  /** The same in words: start, units, and cells of each length that there is. */
  readonly shape: string;
  /** The resource where they are, as a bit. */
  readonly home: bigint;
  /** The resources that offer them the same, as bits, whether or not they are open then. */
  readonly equivalents: bigint;
}

/** Where one of some like stays could go, whether or not there is room. */
export interface WayOut {
  readonly like: LikeStays;
  readonly toResourceId: string;
  readonly toSlots: readonly SlotState[];
  /** The resource as a bit. */
  readonly to: bigint;
  /** All resources that the stays could go to, as bits. */
  readonly reach: bigint;
  /** Whether there was room before the search. */
  readonly hadRoom: boolean;
}

/** Who could leave a slot, and for where. */
export interface Exits {
  /** By owner and leg. */
  readonly likesAt: (slot: SlotState) => readonly LikeStays[];
  /** To the least flexible resource first. */
  readonly waysFrom: (slot: SlotState) => readonly WayOut[];
}

/**
 * Finds out, slot by slot and only when asked, who may leave it for where. Equivalent is a resource of the same site
 * and role that offers the same services, with bookable slots for them at the same time, where such a visit may begin;
 * publication and notice were judged when the stay was booked. Never touched are slots with ceilings, stays whose own
 * resource no longer offers them or whose slots are not all on the board, and slots of which less is taken than the
 * stays claim to have: what was read then belongs to two moments.
 */
export function createExits(look: Look, stays: readonly MovableStay[]): Exits {
  let surveyed: House | undefined;
  const house = (): House => (surveyed ??= surveyHouse(look, stays));
  const likes = remember((slotId: number) => listLikes(house(), slotId));
  const ways = remember((like: LikeStays) => listWays(house(), like));
  const rank = (way: WayOut): number => house().ranks.get(way.toResourceId) ?? 0;
  const sorted = remember((slotId: number) =>
    likes(slotId)
      .flatMap(ways)
      .toSorted((a, b) => rank(a) - rank(b)),
  );
  return { likesAt: (slot) => likes(slot.id), waysFrom: (slot) => sorted(slot.id) };
}

function remember<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}

interface Look extends Pick<Choice, "board" | "rules"> {
  readonly freeAtFirst: (slot: SlotState) => number;
}

interface House extends Look {
  readonly candidates: ReadonlyMap<string, Candidate>;
  /** The resources in the order of flexibility. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly bits: ReadonlyMap<string, bigint>;
  /** The lengths of cells that there are. */
  readonly cellMinutes: readonly number[];
  /** The same list for all slots of a stay. */
  readonly staysBySlot: ReadonlyMap<number, readonly (readonly MovableStay[])[]>;
  /** Units that the stays have of each slot. */
  readonly claimed: ReadonlyMap<number, number>;
  readonly likes: Map<readonly MovableStay[], readonly LikeStays[]>;
}

function surveyHouse(look: Look, stays: readonly MovableStay[]): House {
  const ranked = inOrderOfFlexibility(look.rules.candidates);
  const claimed = new Map<number, number>();
  for (const { slotIds, units } of stays)
    for (const id of slotIds) claimed.set(id, (claimed.get(id) ?? 0) + units);
  const staysBySlot = new Map<number, (readonly MovableStay[])[]>();
  for (const like of Map.groupBy(stays.toSorted(byOwner), likeness).values()) {
    for (const id of like[0]?.slotIds ?? [])
      staysBySlot.set(id, [...(staysBySlot.get(id) ?? []), like]);
  }
  return {
    ...look,
    candidates: new Map(ranked.map((one) => [one.resourceId, one])),
    ranks: new Map(ranked.map((one, index) => [one.resourceId, index])),
    bits: new Map(ranked.map((one, index) => [one.resourceId, 1n << BigInt(index)])),
    cellMinutes: [...new Set(ranked.map((one) => one.cellMinutes))],
    staysBySlot,
    claimed,
    likes: new Map(),
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

/** Those whom something equivalent is offered to; the same object for each of their slots. */
function listLikes(house: House, slotId: number): LikeStays[] {
  return (house.staysBySlot.get(slotId) ?? []).flatMap((stays) => {
    const found = house.likes.get(stays) ?? describe(house, stays);
    house.likes.set(stays, found);
    return found;
  });
}

function describe(house: House, stays: readonly MovableStay[]): LikeStays[] {
  const [stay] = stays;
  const home = stay && house.candidates.get(stay.resourceId);
  if (!home || !isAtHome(stay, home)) return [];
  const slots = slotsOf(house.board, stay);
  if (!slots?.every((slot) => isFreeToLeave(house, slot))) return [];
  const need = needOf(stay, slots, home.cellMinutes);
  const equivalents = equivalentsOf(house, home, { need, role: stay.role });
  if (equivalents.length === 0) return [];
  return [
    {
      stays,
      units: stay.units,
      slots,
      need,
      shape: shapeOf(house, stay, need),
      home: bitOf(house, home),
      equivalents: equivalents.reduce((bits, one) => bits | bitOf(house, one), 0n),
    },
  ];
}

function equivalentsOf(
  { candidates }: House,
  home: Candidate,
  { need, role }: { readonly need: Stay; readonly role: string },
): Candidate[] {
  return candidatesFor([...candidates.values()], need, role).filter(
    (one) => one.siteId === home.siteId && one !== home,
  );
}

function shapeOf({ cellMinutes }: House, { startsAt, units }: MovableStay, need: Stay): string {
  const cells = cellMinutes.map((length) => {
    const { before, fromStart } = cellsOf(need, length);
    return `${before}+${fromStart}`;
  });
  return [startsAt, units, ...cells].join("/");
}

function bitOf({ bits }: House, { resourceId }: Candidate): bigint {
  return bits.get(resourceId) ?? 0n;
}

function listWays(house: House, like: LikeStays): WayOut[] {
  const startsAt = like.stays[0]?.startsAt ?? 0;
  const open = [...house.candidates.values()].flatMap((one) => {
    const to = bitOf(house, one);
    if ((to & like.equivalents) === 0n) return [];
    const run = runAt(house.board, one, { stay: like.need, startsAt });
    if (typeof run === "string" || run.some((slot) => slot.hasCeilings)) return [];
    return [{ toResourceId: one.resourceId, to, toSlots: run }];
  });
  const reach = open.reduce((bits, { to }) => bits | to, 0n);
  const hasRoom = (slot: SlotState): boolean => house.freeAtFirst(slot) >= like.units;
  return open.map((one) => ({ ...one, like, reach, hadRoom: one.toSlots.every(hasRoom) }));
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
function needOf(
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
