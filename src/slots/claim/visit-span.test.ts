import fc from "fast-check";
import { expect, it } from "vitest";
import { serviceRule } from "../../../test/support/boards.ts";
import { cellsOf, planStay } from "../rules/plan-visit.ts";
import { visitSpan } from "./visit-span.ts";

const minuteMs = 60_000;
const minutes = fc.integer({ min: 0, max: 120 });
const anyService = fc
  .record({
    durationMinutes: fc.integer({ min: 1, max: 120 }),
    bufferBeforeMinutes: minutes,
    bufferAfterMinutes: minutes,
    legGapMaxMinutes: minutes,
  })
  .map((rest) => serviceRule("any", rest));

it("the span of a visit covers every cell of any length that one of its legs could use", () => {
  const cell = fc.integer({ min: 5, max: 60 });
  fc.assert(
    fc.property(
      fc.array(anyService, { minLength: 1, maxLength: 3 }),
      cell,
      cell,
      (services, a, b) => {
        const cellMinutesMax = Math.max(a, b);
        const span = visitSpan(services, { partySize: 1, cellMinutesMax });
        let latest = 0;
        for (const service of services) {
          const stay = planStay([service], 1);
          const cells = cellsOf(stay, Math.min(a, b));
          const cellMs = Math.min(a, b) * minuteMs;
          expect(cells.before * cellMs).toBeLessThanOrEqual(span.beforeMs);
          expect(latest + (cells.fromStart - 1) * cellMs).toBeLessThan(span.afterMs);
          latest += (stay.minutes + service.legGapMaxMinutes) * minuteMs;
        }
      },
    ),
  );
});
