import type { Candidate } from "../rules/booking-rules.ts";
import { planStay, type Stay } from "../rules/plan-visit.ts";
import { candidatesFor, type Visit } from "./choose-places.ts";

/**
 * The resources that a visit or any chain of moves on its behalf could touch, least flexible first: those that could
 * serve a part of it, and from each of them on those of the same site and role that share a service with it. A claim
 * that may move others has to lock their slots. Wants every active resource of the site. Pure.
 */
export function resourcesInReach(
  candidates: readonly Candidate[],
  visit: Pick<Visit, "services" | "resourceId">,
): Candidate[] {
  const stays = divisionsOf(visit.services, 1).flat();
  const serving = stays.flatMap((stay) =>
    stay.roles.flatMap((role) => servingCandidates(candidates, { stay, role }, visit.resourceId)),
  );
  return circleOf(candidates, serving);
}

/** The ways to divide a visit into stays, as a claim tries them: all services together, else each for itself. */
export function divisionsOf(services: Visit["services"], partySize: number): readonly Stay[][] {
  const together = [planStay(services, partySize)];
  if (services.length === 1) return [together];
  return [together, services.map((service) => planStay([service], partySize))];
}

/** Resources that could serve a stay in a role, least flexible first; only the chosen one where that is among them. */
export function servingCandidates(
  candidates: readonly Candidate[],
  { stay, role }: { readonly stay: Stay; readonly role: string },
  chosenId: string | undefined,
): readonly Candidate[] {
  const serving = candidatesFor(candidates, stay, role);
  const chosen = serving.filter((one) => one.resourceId === chosenId);
  return chosen.length > 0 ? chosen : serving;
}

/**
 * Some resources and all that stays could come to from them, move after move, least flexible first. A stay goes where
 * all its services are offered, so that every step leads to a resource that shares at least one.
 */
export function circleOf(
  candidates: readonly Candidate[],
  from: readonly Candidate[],
): Candidate[] {
  const reached = new Set(from);
  for (const one of reached) {
    for (const other of candidates) {
      if (isKindred(one, other)) reached.add(other);
    }
  }
  return inOrderOfFlexibility([...reached]);
}

function isKindred(one: Candidate, other: Candidate): boolean {
  return (
    one.role === other.role &&
    one.siteId === other.siteId &&
    other.offers.some((service) => one.offers.includes(service))
  );
}

/** Resources by how few services they offer, then by code: the order in which claims prefer them. */
export function inOrderOfFlexibility(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted(
    (a, b) => a.offers.length - b.offers.length || (a.code < b.code ? -1 : 1),
  );
}
