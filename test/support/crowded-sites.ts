import type { Choice, Visit } from "../../src/slots/claim/choose-places.ts";
import type { MovableStay } from "../../src/slots/claim/movable-stays.ts";
import { createSlotBoard, type SlotState } from "../../src/slots/claim/slot-board.ts";
import type { Candidate, ServiceRule } from "../../src/slots/rules/booking-rules.ts";
import { cellsOf, planStay } from "../../src/slots/rules/plan-visit.ts";
import { minuteMs } from "./boards.ts";

/** A site where some people already have places, and a visit that wants one. */
export interface CrowdedSite {
  readonly candidates: readonly Candidate[];
  readonly slots: readonly SlotState[];
  readonly stays: readonly MovableStay[];
  readonly visit: Visit;
  /** Starts that are not published to the visit. */
  readonly unpublished: ReadonlySet<number>;
  /** What ceilings leave wherever there are some. */
  readonly unitsUnderCeilings: number;
}

/** The site as a claim sees it. */
export function choiceOf(site: CrowdedSite): Choice {
  return {
    board: createSlotBoard(site.slots),
    rules: { candidates: site.candidates },
    unitsUnderCeilings: ({ run }) =>
      run.some((slot) => slot.hasCeilings) ? site.unitsUnderCeilings : Number.POSITIVE_INFINITY,
    isPublished: (start) => !site.unpublished.has(start.id),
  };
}

/** The slots that a stay of these services takes at a resource, whatever room they have; undefined when it may not. */
export function slotsFor(
  { slots }: Pick<CrowdedSite, "slots">,
  one: Candidate,
  wish: { services: readonly ServiceRule[]; partySize: number; startsAt: number },
): SlotState[] | undefined {
  const { before, fromStart } = cellsOf(planStay(wish.services, wish.partySize), one.cellMinutes);
  const cellMs = one.cellMinutes * minuteMs;
  const found: SlotState[] = [];
  for (let index = -before; index < fromStart; index += 1) {
    const at = wish.startsAt + index * cellMs;
    const slot = slots.find((s) => s.resourceId === one.resourceId && s.startsAt === at);
    if (!slot || slot.mode !== "bookable" || slot.capacity === 0) return undefined;
    if (index === 0 && !slot.isStart) return undefined;
    const { serviceIds } = slot;
    if (serviceIds && !wish.services.every((service) => serviceIds.includes(service.id)))
      return undefined;
    found.push(slot);
  }
  return found;
}

/** Where else a stay could be, by the words of the design: same site, role, services and time, and no ceilings. */
export function equivalents(site: CrowdedSite, stay: MovableStay): SlotState[][] {
  const home = site.candidates.find((one) => one.resourceId === stay.resourceId);
  const own = site.slots.filter((slot) => stay.slotIds.includes(slot.id));
  if (!home || own.some((slot) => slot.hasCeilings)) return [];
  return site.candidates.flatMap((one) => {
    const offersAll = stay.services.every((service) => one.offers.includes(service.id));
    if (one === home || one.siteId !== home.siteId || one.role !== stay.role || !offersAll)
      return [];
    const run = slotsFor(site, one, stay);
    return run && !run.some((slot) => slot.hasCeilings) ? [run] : [];
  });
}

/** The site with one more stay. */
export function take(site: CrowdedSite, stay: MovableStay): CrowdedSite {
  return { ...site, slots: fill(site.slots, stay, stay.units), stays: [...site.stays, stay] };
}

/** The site without one of its stays. */
export function unseat(site: CrowdedSite, stay: MovableStay): CrowdedSite {
  const stays = site.stays.filter((one) => one !== stay);
  return { ...site, slots: fill(site.slots, stay, -stay.units), stays };
}

function fill(slots: readonly SlotState[], { slotIds }: MovableStay, units: number): SlotState[] {
  return slots.map((slot) =>
    slotIds.includes(slot.id) ? { ...slot, taken: slot.taken + units } : slot,
  );
}
