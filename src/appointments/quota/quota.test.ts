import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, daysBetween, toLocalDate } from "../../time/local-date.ts";
import { fitsLimit, isSamePeriod, type Limit, periodStart, type QuotaDemand } from "./quota.ts";

const first = toLocalDate("2026-01-01");

function demandOn(day: number, units: number, rest: Partial<Limit> = {}): QuotaDemand {
  const limit: Limit = {
    id: "limit",
    keySource: "person",
    countMax: 2,
    counted: "appointments",
    period: "rolling",
    rollingDays: 7,
    ...rest,
  };
  const usedOn = addDays(first, day);
  return {
    limit,
    personHash: Buffer.alloc(32),
    periodStart: periodStart(limit.period, usedOn),
    usedOn,
    units,
  };
}

describe("the period of a limit", () => {
  it("begins on Monday, on the first, or on New Year's Day of the visit's own date", () => {
    const starts = (date: string) =>
      (["day", "week", "month", "year"] as const).map((period) =>
        periodStart(period, toLocalDate(date)),
      );
    expect(starts("2026-12-31")).toEqual(["2026-12-31", "2026-12-28", "2026-12-01", "2026-01-01"]);
    expect(starts("2027-01-01")).toEqual(["2027-01-01", "2026-12-28", "2027-01-01", "2027-01-01"]);
    expect(starts("2026-03-29")).toEqual(["2026-03-29", "2026-03-23", "2026-03-01", "2026-01-01"]);
    expect(starts("2026-03-30")).toEqual(["2026-03-30", "2026-03-30", "2026-03-01", "2026-01-01"]);
  });
});

describe("a limit of a rolling window", () => {
  it("refuses exactly what some window of its length would hold too much of", () => {
    const use = fc.record({ day: fc.nat(40), units: fc.integer({ min: 1, max: 2 }) });
    const situation = fc.record({
      uses: fc.array(use, { maxLength: 12 }),
      wanted: use,
      rollingDays: fc.integer({ min: 1, max: 12 }),
      countMax: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(situation, ({ uses, wanted, rollingDays, countMax }) => {
        const demand = demandOn(wanted.day, wanted.units, { rollingDays, countMax });
        const stored = uses.map(({ day, units }) => ({ usedOn: addDays(first, day), units }));
        const unitsFrom = (begin: number): number =>
          [...uses, wanted]
            .filter(({ day }) => day >= begin && day < begin + rollingDays)
            .reduce((sum, { units }) => sum + units, 0);
        const begins = Array.from({ length: rollingDays }, (_, back) => wanted.day - back);
        const fits = begins.every((begin) => unitsFrom(begin) <= countMax);
        expect(fitsLimit(demand, stored, first)).toBe(fits);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a limit of open visits", () => {
  it("counts visits from today on, and none that is over", () => {
    const demand = demandOn(10, 1, { period: "open", rollingDays: null, countMax: 1 });
    const today = addDays(first, 5);
    expect(fitsLimit(demand, [{ usedOn: addDays(first, 4), units: 1 }], today)).toBe(true);
    expect(fitsLimit(demand, [{ usedOn: today, units: 1 }], today)).toBe(false);
  });

  it("is not already used by a visit that is over, when that is moved", () => {
    const demand = demandOn(10, 1, { period: "open", rollingDays: null });
    const today = addDays(first, 5);
    expect(isSamePeriod(demand, addDays(today, -1), today)).toBe(false);
    expect(isSamePeriod(demand, today, today)).toBe(true);
  });
});

describe("moving within a rolling window", () => {
  it("is the same period on the same day only", () => {
    const demand = demandOn(10, 1);
    expect(isSamePeriod(demand, demand.usedOn, first)).toBe(true);
    const dayBefore = addDays(demand.usedOn, -1);
    expect(daysBetween(dayBefore, demand.usedOn)).toBe(1);
    expect(isSamePeriod(demand, dayBefore, first)).toBe(false);
  });
});
