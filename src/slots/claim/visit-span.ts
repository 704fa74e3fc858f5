import type { ServiceRule } from "../rules/booking-rules.ts";
import { planStay } from "../rules/plan-visit.ts";

const minuteMs = 60_000;

/** How far before and after its start (ms) a visit could use slots, by their starts. */
export interface VisitSpan {
  readonly beforeMs: number;
  readonly afterMs: number;
}

/**
 * The span that any placement of a visit lies in, whatever the cells (at most `cellMinutesMax` long): buffers are
 * rounded up to cells, legs may wait for each other.
 */
export function visitSpan(
  services: readonly ServiceRule[],
  { partySize, cellMinutesMax }: { partySize: number; cellMinutesMax: number },
): VisitSpan {
  const stays = services.map((service) => planStay([service], partySize));
  const minutes = stays.reduce((sum, stay) => sum + stay.minutes + stay.bufferAfterMinutes, 0);
  const gaps = services.slice(0, -1).reduce((sum, service) => sum + service.legGapMaxMinutes, 0);
  const before = Math.max(0, ...stays.map((stay) => stay.bufferBeforeMinutes));
  return {
    beforeMs: before === 0 ? 0 : (before + cellMinutesMax) * minuteMs,
    afterMs: (minutes + gaps) * minuteMs,
  };
}
