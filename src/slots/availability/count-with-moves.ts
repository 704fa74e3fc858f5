import type { Choice, Taking, UnitsUnderCeilings, Visit } from "../claim/choose-places.ts";
import { hasRoomInReach, lookForRoom } from "../claim/make-room.ts";
import { createMover, type KnownStay } from "../claim/mover.ts";
import type { Room } from "../claim/quest.ts";
import { createSlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { SiteBoard } from "./site-board.ts";

/** More than any visit has legs. */
const legsMax = 100;

/** Beyond this many, places are only said to be at least so many. */
const placesMax = 2;

/** How much one day may still cost; what is shown beyond that is less than what is granted. */
export interface MoveBudget {
  nodesLeft: number;
}

/** Trials that the starts of one day may cost together: some tens of milliseconds where a site is nearly full. */
export const nodesOfDayMax = 4_000;

/**
 * Counts visits that fit at a start one after the other, as claims that may move others would place them; at most two,
 * so that what is shown is exact when it is one. Looks at the slots that a claim would lock, and at no others.
 */
export function countWithMoves(site: SiteBoard, startsAt: number, budget: MoveBudget): number {
  const { services, partySize, day, now, reach } = site.reading;
  const visit: Visit = { services, partySize, startsAt };
  let slots: readonly SlotState[] = slotsInReach(site, startsAt);
  let choice: Choice = { ...site.tidied, rules: reach, board: createSlotBoard(slots) };
  if (budget.nodesLeft <= 0 || !hasRoomInReach(choice, visit)) return 0;
  const inReach = new Set(slots.map((slot) => slot.id));
  const mover = createMover(day.stays.filter((stay) => isMovable(stay, now, inReach)));
  let places = 0;
  while (places < placesMax) {
    const { room, nodes } = lookForRoom(choice, visit, mover.stays());
    budget.nodesLeft -= nodes;
    if (!room) break;
    places += 1;
    slots = afterRoom(slots, room, mover.move(room.moves));
    choice = {
      ...choice,
      board: createSlotBoard(slots),
      unitsUnderCeilings: afterTakings(choice.unitsUnderCeilings, room.placement.takings, places),
    };
  }
  return places;
}

/** Ceilings count what earlier visits take, each leg of each visit for itself. */
function afterTakings(
  unitsLeft: UnitsUnderCeilings,
  takings: readonly Taking[],
  visits: number,
): UnitsUnderCeilings {
  const taken = takings.map((one) => ({ ...one, leg: one.leg + visits * legsMax }));
  return (wish) => unitsLeft({ ...wish, pending: [...wish.pending, ...taken] });
}

function isMovable(
  { startsAt, expiresAt, slotIds }: KnownStay,
  now: number,
  inReach: ReadonlySet<number>,
): boolean {
  const isThere = startsAt > now && (expiresAt === null || expiresAt > now);
  return isThere && slotIds.every((id) => inReach.has(id));
}

/** The slots as the claim sees them after it has tidied. */
function slotsInReach({ reading, tidied }: SiteBoard, startsAt: number): SlotState[] {
  const { day, reach } = reading;
  const resourceIds = new Set(reach.candidates.map((one) => one.resourceId));
  return day.slots.flatMap((slot) => {
    const isInReach =
      slot.startsAt >= startsAt - reach.beforeMs &&
      slot.startsAt < startsAt + reach.afterMs &&
      resourceIds.has(slot.resourceId);
    return isInReach ? [tidied.board.slotAt(slot.resourceId, slot.startsAt) ?? slot] : [];
  });
}

function afterRoom(
  slots: readonly SlotState[],
  { placement }: Room,
  moves: ReadonlyMap<number, number>,
): SlotState[] {
  const changes = new Map(moves);
  for (const { slot, units } of placement.takings)
    changes.set(slot.id, (changes.get(slot.id) ?? 0) + units);
  return slots.map((slot) => {
    const change = changes.get(slot.id);
    return change === undefined ? slot : { ...slot, taken: slot.taken + change };
  });
}
