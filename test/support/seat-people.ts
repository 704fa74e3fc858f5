import type { Visit } from "../../src/slots/claim/choose-places.ts";
import { makeRoom } from "../../src/slots/claim/make-room.ts";
import type { MovableStay } from "../../src/slots/claim/movable-stays.ts";
import type { Room } from "../../src/slots/claim/quest.ts";
import type { SlotState } from "../../src/slots/claim/slot-board.ts";
import type { Candidate, ServiceRule } from "../../src/slots/rules/booking-rules.ts";
import { planStay } from "../../src/slots/rules/plan-visit.ts";
import { monday8, row, serviceRule } from "./boards.ts";
import { choiceOf, type CrowdedSite, slotsFor, take } from "./crowded-sites.ts";

/** A service of one cell at a desk. */
export function oneCell(id: string, rest: Partial<ServiceRule> = {}): ServiceRule {
  return serviceRule(id, { durationMinutes: 15, ...rest });
}

/** A site of these resources where nobody has a place yet. */
export function siteOf(
  candidates: readonly Candidate[],
  slots: readonly SlotState[] = candidates.flatMap((one) => row(one, 4)),
): CrowdedSite {
  const visit = { services: [], partySize: 1, startsAt: monday8 };
  return { candidates, slots, stays: [], visit, unpublished: new Set(), unitsUnderCeilings: 9 };
}

/** The site once somebody has a place there, who may be moved. */
export function withStay(
  before: CrowdedSite,
  resourceId: string,
  rest: Partial<MovableStay> & Pick<MovableStay, "services">,
): CrowdedSite {
  const stay = {
    ownerId: `owner ${before.stays.length}`,
    leg: 0,
    startsAt: monday8,
    partySize: 1,
    role: "desk",
    units: planStay(rest.services, rest.partySize ?? 1).units,
    ...rest,
  };
  const one = before.candidates.find((other) => other.resourceId === resourceId);
  const slots = one && slotsFor(before, one, stay);
  return take(before, { resourceId, slotIds: slots?.map((slot) => slot.id) ?? [], ...stay });
}

/** A visit of one person at eight. */
export function visitOf(services: readonly ServiceRule[], rest: Partial<Visit> = {}): Visit {
  return { services, partySize: 1, startsAt: monday8, ...rest };
}

/** What becomes of a visit to the site. */
export function fit(where: CrowdedSite, visit: Visit): Room | undefined {
  return makeRoom(choiceOf(where), visit, where.stays);
}

/** Where the visit goes, and who goes where for it. */
export function inWords(room: Room | undefined): string[] | undefined {
  return (
    room && [
      room.placement.legs.flatMap((leg) => leg.resourceIds).join(),
      ...room.moves.map(({ stay, toResourceId }) => `${stay.ownerId} to ${toResourceId}`),
    ]
  );
}

/** The site with other facts about all slots of a resource. */
export function changed(
  where: CrowdedSite,
  resourceId: string,
  change: Partial<SlotState>,
): CrowdedSite {
  const slots = where.slots.map((slot) =>
    slot.resourceId === resourceId ? { ...slot, ...change } : slot,
  );
  return { ...where, slots };
}
