import { visitSpan } from "../claim/visit-span.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";

/** A visit that somebody wants; its start in epoch ms. */
export interface WantedVisit {
  readonly siteId: string;
  readonly startsAt: number;
  readonly partySize: number;
}

/**
 * Whether any of the services is suspended at the site at some time of the visit, with what follows it and the waits between
 * its legs. A visit of several services is refused when one of them is suspended at any time of the whole visit. Pure.
 */
export function isSuspended(
  services: readonly ServiceRule[],
  { siteId, startsAt, partySize }: WantedVisit,
): boolean {
  const suspensions = services.flatMap((service) =>
    (service.suspensions ?? []).filter((one) => one.siteId === siteId),
  );
  if (suspensions.length === 0) return false;
  const endsAt = startsAt + visitSpan(services, { partySize, cellMinutesMax: 0 }).afterMs;
  return suspensions.some((one) => one.from < endsAt && one.to > startsAt);
}
