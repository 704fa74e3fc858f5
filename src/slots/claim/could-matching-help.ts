import type { Candidate } from "../rules/booking-rules.ts";
import { cellsOf, type Stay } from "../rules/plan-visit.ts";
import type { Visit } from "./choose-places.ts";
import { circleOf, divisionsOf, servingCandidates } from "./resources-in-reach.ts";

/** What is known of a site without looking at a slot. */
export interface MatchingSite {
  /** Every active resource of the site, whatever it offers. */
  readonly candidates: readonly Candidate[];
  /**
   * Whether all openings of these resources serve whatever the resource offers, let visits start at every cell, and
   * have no ceilings. False where that is not known.
   */
  readonly hasPlainOpenings: boolean;
}

/**
 * Whether moving others could ever let this visit in at this site, judged by rules alone; a no is final, a yes is not.
 *
 * It is no where every resource in reach serves the visit, all alike, and the visit takes one unit of one cell: stays
 * keep their time, so that moves only change at which resource a cell has a unit left, and one that is left anywhere
 * would have been taken without them. Cells that differ in length, several cells, parties, a chosen resource, other
 * services nearby, restricted openings, starts at some cells only and starts that are dealt out to portions each break
 * that, because then it matters where the unit is. Pure; takes microseconds.
 */
export function couldMatchingHelp(
  site: MatchingSite,
  visit: Pick<Visit, "services" | "partySize" | "resourceId">,
): boolean {
  const stays = divisionsOf(visit.services, visit.partySize).flat();
  return stays.some((stay) => stay.roles.some((role) => couldHelp(site, visit, { stay, role })));
}

function couldHelp(
  { candidates, hasPlainOpenings }: MatchingSite,
  { services, resourceId }: Pick<Visit, "services" | "resourceId">,
  { stay, role }: { readonly stay: Stay; readonly role: string },
): boolean {
  const serving = servingCandidates(candidates, { stay, role }, resourceId);
  const circle = circleOf(candidates, serving);
  // Legs get in each other's way even where nobody can be moved; the claim does not try all ways to seat them.
  if (circle.length < (services.length > 1 ? 1 : 2)) return false;
  const isDealtOut = stay.services.some((service) => service.publicationPortions !== null);
  return (
    !hasPlainOpenings ||
    isDealtOut ||
    serving.length < circle.length ||
    circle.some((one) => one.cellMinutes !== circle[0]?.cellMinutes) ||
    !takesOneUnitOfOneCell(stay, circle[0]?.cellMinutes ?? 0)
  );
}

function takesOneUnitOfOneCell(stay: Stay, cellMinutes: number): boolean {
  const cells = cellsOf(stay, cellMinutes);
  return stay.units === 1 && cells.before + cells.fromStart === 1;
}
