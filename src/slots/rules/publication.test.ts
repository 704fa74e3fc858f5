import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serviceRule } from "../../../test/support/boards.ts";
import { publishedAt, rememberPublication } from "./publication.ts";

const timeZone = "Europe/Rome";

function instantOf(
  service: ReturnType<typeof serviceRule>,
  localDate: string,
  ordinal = 0,
): string {
  return new Date(publishedAt(service, { localDate, ordinal, timeZone })).toISOString();
}

describe("a start is published", () => {
  const dawn = serviceRule("dawn", { horizonDays: 7, publicationTime: "07:00" });

  it("so many days ahead at the stated wall time, whatever the offset on either day", () => {
    expect(instantOf(dawn, "2026-04-04")).toBe("2026-03-28T06:00:00.000Z");
    expect(instantOf(dawn, "2026-04-05")).toBe("2026-03-29T05:00:00.000Z");
    expect(instantOf(dawn, "2026-11-01")).toBe("2026-10-25T06:00:00.000Z");
  });

  it("at the transition where the wall time does not exist, at the first where it exists twice", () => {
    const night = serviceRule("night", { horizonDays: 1, publicationTime: "02:30" });
    expect(instantOf(night, "2026-03-30")).toBe("2026-03-29T01:00:00.000Z");
    expect(instantOf(night, "2026-10-26")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("with its portion, dealt by the interleave", () => {
    const portions = [
      { horizon_days: 2, time: "18:00" },
      { horizon_days: 1, time: "08:00" },
    ];
    const dealt = serviceRule("dealt", { publicationPortions: { pattern: [0, 1, 1], portions } });
    const days = [0, 1, 2, 3, 4].map((ordinal) =>
      instantOf(dealt, "2026-06-10", ordinal).slice(0, 10),
    );
    expect(days).toEqual(["2026-06-08", "2026-06-09", "2026-06-09", "2026-06-08", "2026-06-09"]);
  });
});

it("remembering gives every start the instant that it has by itself", () => {
  const portion = fc.record({
    horizon_days: fc.integer({ min: 0, max: 60 }),
    time: fc.constantFrom("00:00", "02:30", "07:00", "23:59"),
  });
  const portions = fc.record({
    pattern: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
    portions: fc.array(portion, { minLength: 1, maxLength: 3 }),
  });
  const service = fc
    .record({
      horizonDays: fc.integer({ min: 0, max: 60 }),
      publicationTime: fc.constantFrom("00:00", "07:00"),
      publicationPortions: fc.option(portions),
    })
    .map((rest) => serviceRule("any", rest));
  const start = fc.record({
    localDate: fc.constantFrom("2026-03-29", "2026-03-30", "2026-10-25", "2026-06-10"),
    ordinal: fc.nat(20),
  });
  fc.assert(
    fc.property(
      fc.array(service, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(2), start), { maxLength: 20 }),
      (services, starts) => {
        const remembered = rememberPublication(timeZone);
        for (const [at, one] of starts) {
          const chosen = services[at % services.length];
          if (!chosen) continue;
          expect(remembered(chosen, one)).toBe(publishedAt(chosen, { ...one, timeZone }));
        }
      },
    ),
  );
});
