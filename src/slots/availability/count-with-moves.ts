import type { Choice, Visit } from "../claim/choose-places.ts";
import { hasRoomInReach, makeRoom } from "../claim/make-room.ts";
import { createMover } from "../claim/mover.ts";
import type { Room } from "../claim/quest.ts";
import { createSlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { SiteBoard } from "./site-board.ts";

/** Beyond this many, places are only said to be at least so many. */
const placesMax = 2;

/**
 * Counts visits that fit at a start one after the other, as claims that may move others would place them; at most two,
 * so that what is shown is exact when it is one.
 */
export function countWithMoves({ reading, tidied }: SiteBoard, startsAt: number): number {
  const { services, partySize, day, now, reach } = reading;
  const visit: Visit = { services, partySize, startsAt };
  let choice: Choice = { ...tidied, rules: reach };
  if (!hasRoomInReach(choice, visit)) return 0;
  const mover = createMover(day.stays.filter((stay) => isMovable(stay, now)));
  let slots: readonly SlotState[] = slotsOf(reading, tidied);
  let places = 0;
  while (places < placesMax) {
    const room = makeRoom(choice, visit, mover.stays());
    if (!room) break;
    places += 1;
    slots = afterRoom(slots, room, mover.move(room.moves));
    choice = { ...choice, board: createSlotBoard(slots) };
  }
  return places;
}

function isMovable(
  { startsAt, expiresAt }: SiteBoard["reading"]["day"]["stays"][number],
  now: number,
): boolean {
  return startsAt > now && (expiresAt === null || expiresAt > now);
}

/** The slots as the claim sees them after it has tidied. */
function slotsOf({ day }: SiteBoard["reading"], { board }: Choice): SlotState[] {
  return day.slots.map((slot) => board.slotAt(slot.resourceId, slot.startsAt) ?? slot);
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
