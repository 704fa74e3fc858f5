import { visitSpan } from "../claim/visit-span.ts";
import type { Priority } from "../kept-back.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import type { WantedVisit } from "../suspensions/suspension.ts";

/** Who wants it, and when (epoch ms). */
export interface Seeker {
  readonly isStaff: boolean;
  readonly priority?: Priority | undefined;
  readonly now: number;
}

/**
 * The instant (epoch ms) from which somebody may have a visit that overlaps days which are published to people who were
 * cancelled before they are to others; undefined when nothing stands in the way. Those people and staff may at once, the
 * waitlist may not. Pure.
 */
export function publicFrom(
  services: readonly ServiceRule[],
  { siteId, startsAt, partySize }: WantedVisit,
  { isStaff, priority, now }: Seeker,
): number | undefined {
  if (isStaff || priority === "rebooking") return undefined;
  const running = services.flatMap((service) =>
    (service.earlyAccesses ?? []).filter((one) => one.siteId === siteId && one.until > now),
  );
  if (running.length === 0) return undefined;
  const endsAt = startsAt + visitSpan(services, { partySize, cellMinutesMax: 0 }).afterMs;
  const hit = running.filter((one) => one.from < endsAt && one.to > startsAt);
  return hit.length === 0 ? undefined : Math.max(...hit.map((one) => one.until));
}
