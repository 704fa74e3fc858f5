import fc from "fast-check";
import type { MovableStay } from "../../src/slots/claim/movable-stays.ts";
import type { ServiceRule } from "../../src/slots/rules/booking-rules.ts";
import { candidate, monday8, row, serviceRule } from "./boards.ts";
import { type CrowdedSite, take } from "./crowded-sites.ts";

/**
 * Sites where each resource shares a service with the next one, everybody takes one cell at the same time, and all
 * places but one are taken: paths of moves are as long there as the row of resources.
 */
export function chainedSites(): fc.Arbitrary<CrowdedSite> {
  const resource = fc.record({
    capacity: fc.constantFrom(1, 1, 2),
    offersThird: fc.constantFrom(...Array.from({ length: 5 }, () => false), true),
    picks: fc.tuple(fc.nat(), fc.nat()),
    isPinned: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
  });
  return fc
    .record({
      resources: fc.array(resource, { minLength: 5, maxLength: 9 }),
      gapAt: fc.nat(),
      wanted: fc.nat(),
    })
    .map(build);
}

interface Drawn {
  readonly resources: readonly {
    readonly capacity: number;
    readonly offersThird: boolean;
    readonly picks: readonly number[];
    readonly isPinned: boolean;
  }[];
  readonly gapAt: number;
  readonly wanted: number;
}

function build({ resources, gapAt, wanted }: Drawn): CrowdedSite {
  const services = resources.map((_, index) => serviceRule(`s${index}`, { durationMinutes: 15 }));
  const candidates = resources.map(({ offersThird }, index) => {
    const offers = [index, index + 1, ...(offersThird ? [index + 3] : [])];
    return candidate(`r${index}`, [...new Set(offers.map((at) => `s${at % services.length}`))]);
  });
  const slots = candidates.flatMap((one, index) =>
    row(one, 1, { capacity: resources[index]?.capacity ?? 1 }),
  );
  const visit = { services: pick(services, wanted), partySize: 1, startsAt: monday8 };
  const rules = { unpublished: new Set<number>(), unitsUnderCeilings: 0 };
  let site: CrowdedSite = { candidates, slots, stays: [], visit, ...rules };
  for (const [index, { capacity, picks }] of resources.entries()) {
    const offered = services.filter(({ id }) => candidates[index]?.offers.includes(id));
    const slotIds = [slots[index]?.id ?? 0];
    const count = capacity - (gapAt % resources.length === index ? 1 : 0);
    for (const at of picks.slice(0, count)) {
      const where = { slotIds, resourceId: `r${index}`, services: pick(offered, at) };
      site = take(site, oneCellStay(`owner ${at % 100} of ${index}`, where));
    }
  }
  const isPinned = (stay: MovableStay): boolean =>
    resources.some((one, index) => one.isPinned && stay.resourceId === `r${index}`);
  return { ...site, stays: site.stays.filter((stay) => !isPinned(stay)) };
}

function oneCellStay(
  ownerId: string,
  where: Pick<MovableStay, "resourceId" | "slotIds" | "services">,
): MovableStay {
  return { ownerId, leg: 0, startsAt: monday8, units: 1, partySize: 1, role: "desk", ...where };
}

function pick(services: readonly ServiceRule[], at: number): ServiceRule[] {
  return services.slice(at % services.length).slice(0, 1);
}
