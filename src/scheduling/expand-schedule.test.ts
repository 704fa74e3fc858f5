import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { intervalsOverlap } from "../time/interval.ts";
import { addDays, type LocalDate, toLocalDate } from "../time/local-date.ts";
import { timeOfMinutes, toLocalEndTime, toLocalTime } from "../time/local-time.ts";
import { localDateOf, openingEdges } from "../time/wall-clock.ts";
import { closedIntervals } from "./day-rules.ts";
import { expandSchedule, type ScheduledCell } from "./expand-schedule.ts";
import type { ClosureSpan, DayMarkSpan, OpeningRule, ResourceSchedule } from "./schedule.ts";

const date = toLocalDate;

function opening(facts: Partial<OpeningRule> = {}): OpeningRule {
  return {
    id: "a",
    kind: "recurring",
    rrule: "FREQ=DAILY",
    startsOn: date("2026-01-01"),
    endsOn: null,
    startTime: toLocalTime("08:00"),
    endTime: toLocalEndTime("10:00"),
    startStepMinutes: 30,
    capacity: 2,
    mode: "bookable",
    runsOnHolidays: false,
    overridesClosures: false,
    ...facts,
  };
}

function extra(facts: Partial<OpeningRule> = {}): OpeningRule {
  return opening({ id: "x", kind: "extra", rrule: null, endsOn: date("2026-12-31"), ...facts });
}

function closure(startsOn: string, facts: Partial<ClosureSpan> = {}): ClosureSpan {
  return {
    id: "c",
    startsOn: date(startsOn),
    startTime: toLocalTime("00:00"),
    endsOn: date(startsOn),
    endTime: "24:00",
    ...facts,
  };
}

function schedule(facts: Partial<ResourceSchedule>): ResourceSchedule {
  return {
    resourceId: "r",
    zone: "Europe/Rome",
    cellMinutes: 30,
    openings: [],
    closures: [],
    dayMarks: [],
    ...facts,
  };
}

function expand(
  facts: Partial<ResourceSchedule>,
  { on, to = on, holidays = [] }: { on: string; to?: string; holidays?: string[] },
): ScheduledCell[] {
  return expandSchedule(schedule(facts), {
    from: date(on),
    to: date(to),
    holidays: new Set(holidays.map(date)),
  });
}

const starts = (cells: readonly ScheduledCell[]): string[] =>
  cells.map(({ start }) => isoOf(start).slice(0, 16));
const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

test("an opening gives its cells, numbered within the day", () => {
  const cells = expand({ openings: [opening({ startStepMinutes: 60 })] }, { on: "2026-06-10" });
  expect(starts(cells)).toEqual([
    "2026-06-10T06:00",
    "2026-06-10T06:30",
    "2026-06-10T07:00",
    "2026-06-10T07:30",
  ]);
  expect(cells.map(({ ordinal, isStart }) => [ordinal, isStart])).toEqual([
    [0, true],
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(cells[0]).toMatchObject({ capacity: 2, mode: "bookable", openingId: "a" });
});

test.each([
  ["2026-03-29", 46],
  ["2026-10-25", 50],
  ["2026-06-10", 48],
])("round the clock on %s there are %i cells of 30 minutes", (on, count) => {
  const allDay = opening({ startTime: toLocalTime("00:00"), endTime: "24:00" });
  expect(expand({ openings: [allDay] }, { on })).toHaveLength(count);
});

describe("precedence", () => {
  test("a closure beats a recurring and an extra opening", () => {
    const openings = [opening(), extra({ startTime: toLocalTime("12:00"), endTime: "24:00" })];
    const cells = expand({ openings, closures: [closure("2026-06-10")] }, { on: "2026-06-10" });
    expect(cells).toEqual([]);
  });

  test("a closure of some hours closes every cell it touches and keeps the numbers of the others", () => {
    const closures = [
      closure("2026-06-10", { startTime: toLocalTime("08:45"), endTime: toLocalEndTime("09:15") }),
    ];
    const cells = expand({ openings: [opening()], closures }, { on: "2026-06-10" });
    expect(cells.map(({ ordinal }) => ordinal)).toEqual([0, 3]);
  });

  test("an extra opening that overrides closures runs on closed days and holidays", () => {
    const cells = expand(
      {
        openings: [opening(), extra({ overridesClosures: true })],
        closures: [closure("2026-12-24")],
      },
      { on: "2026-12-24", to: "2026-12-25", holidays: ["2026-12-25"] },
    );
    expect(cells).toHaveLength(8);
    expect(new Set(cells.map(({ openingId }) => openingId))).toEqual(new Set(["x"]));
  });

  test("an extra opening that overrides stands in place of a recurring one at the same time", () => {
    const override = extra({
      overridesClosures: true,
      startTime: toLocalTime("09:00"),
      capacity: 9,
    });
    const cells = expand({ openings: [opening(), override] }, { on: "2026-06-10" });
    expect(cells.map(({ openingId, capacity }) => [openingId, capacity])).toEqual([
      ["a", 2],
      ["a", 2],
      ["x", 9],
      ["x", 9],
    ]);
  });

  test("a holiday removes recurring and extra openings unless they run on holidays", () => {
    const openings = [
      opening(),
      opening({
        id: "b",
        runsOnHolidays: true,
        startTime: toLocalTime("11:00"),
        endTime: toLocalEndTime("12:00"),
      }),
      extra({ startTime: toLocalTime("15:00"), endTime: toLocalEndTime("16:00") }),
    ];
    const cells = expand({ openings }, { on: "2026-12-25", holidays: ["2026-12-25"] });
    expect(cells.map(({ openingId }) => openingId)).toEqual(["b", "b"]);
  });

  test("a closure beats an opening that runs on holidays", () => {
    const cells = expand(
      { openings: [opening({ runsOnHolidays: true })], closures: [closure("2026-12-25")] },
      { on: "2026-12-25", holidays: ["2026-12-25"] },
    );
    expect(cells).toEqual([]);
  });

  test("the mode is the resource's mark, else the site's, else the tenant's, else the opening's", () => {
    const mark = (scope: DayMarkSpan["scope"], endsOn: string, mode: DayMarkSpan["mode"]) => ({
      id: scope,
      scope,
      startsOn: date("2026-06-10"),
      endsOn: date(endsOn),
      mode,
    });
    const dayMarks = [
      mark("tenant", "2026-06-12", "undecided"),
      mark("resource", "2026-06-10", "bookable"),
      mark("site", "2026-06-11", "walk_in"),
    ];
    const cells = expand(
      { openings: [opening({ mode: "walk_in", endTime: toLocalEndTime("08:30") })], dayMarks },
      { on: "2026-06-10", to: "2026-06-13" },
    );
    expect(cells.map(({ mode }) => mode)).toEqual(["bookable", "walk_in", "undecided", "walk_in"]);
  });

  test("of two marks with the same reach the youngest counts", () => {
    const days = {
      scope: "site" as const,
      startsOn: date("2026-06-10"),
      endsOn: date("2026-06-10"),
    };
    const dayMarks: DayMarkSpan[] = [
      { ...days, id: "2", mode: "walk_in" },
      { ...days, id: "1", mode: "undecided" },
    ];
    const cells = expand({ openings: [opening()], dayMarks }, { on: "2026-06-10" });
    expect(new Set(cells.map(({ mode }) => mode))).toEqual(new Set(["walk_in"]));
  });
});

test("an opening past midnight belongs to the date on which each cell begins", () => {
  const night = opening({ startTime: toLocalTime("23:00"), endTime: toLocalEndTime("01:00") });
  const cells = expand({ openings: [night] }, { on: "2026-12-25", holidays: ["2026-12-25"] });
  expect(cells).toEqual([]);
  const dayAfter = expand({ openings: [night] }, { on: "2026-12-26", holidays: ["2026-12-25"] });
  expect(dayAfter.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
  const dayBefore = expand({ openings: [night] }, { on: "2026-12-24" });
  expect(dayBefore.map(({ ordinal }) => ordinal)).toEqual([2, 3, 0, 1]);
});

test("two openings that meet within the hour that comes twice do not overlap", () => {
  const openings = [
    opening({ startTime: toLocalTime("00:00"), endTime: toLocalEndTime("02:30") }),
    opening({ id: "b", startTime: toLocalTime("02:30"), endTime: toLocalEndTime("06:00") }),
  ];
  const cells = expand({ openings }, { on: "2026-10-25" });
  expect(cells).toHaveLength(14);
  expectDisjoint(cells);
});

test("a step that is no multiple of a changed cell length is rounded up", () => {
  const cells = expand({ cellMinutes: 20, openings: [opening()] }, { on: "2026-06-10" });
  expect(cells.filter(({ isStart }) => isStart).map(({ ordinal }) => ordinal)).toEqual([0, 2, 4]);
});

function expectDisjoint(cells: readonly ScheduledCell[]): void {
  cells.forEach((cell, i) => {
    const next = cells[i + 1];
    if (next !== undefined) expect(cell.end).toBeLessThanOrEqual(next.start);
  });
}

const zones = ["Europe/Rome", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];
const anyDate = fc.integer({ min: 0, max: 420 }).map((days) => addDays(date("2026-01-01"), days));
const quarterHour = fc.integer({ min: 0, max: 95 }).map((quarter) => timeOfMinutes(quarter * 15));
const anyOpening = fc
  .record({
    kind: fc.constantFrom("recurring" as const, "extra" as const),
    rrule: fc.constantFrom("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE,SU", "FREQ=MONTHLY;BYDAY=-1SU"),
    startsOn: anyDate,
    length: fc.integer({ min: 0, max: 300 }),
    startTime: quarterHour,
    endTime: fc.oneof(quarterHour, fc.constant("24:00" as const)),
    capacity: fc.integer({ min: 0, max: 5 }),
    runsOnHolidays: fc.boolean(),
    overridesClosures: fc.boolean(),
  })
  .map(({ length, rrule, kind, overridesClosures, ...facts }) =>
    opening({
      ...facts,
      kind,
      rrule: kind === "extra" ? null : rrule,
      overridesClosures: kind === "extra" && overridesClosures,
      endsOn: addDays(facts.startsOn, length),
    }),
  );
const anyClosure = fc
  .record({ day: anyDate, length: fc.integer({ min: 0, max: 9 }) })
  .map(({ day, length }): ClosureSpan => closure(day, { endsOn: addDays(day, length) }));
const anySchedule = fc
  .record({
    zone: fc.constantFrom(...zones),
    cellMinutes: fc.constantFrom(5, 15, 20, 45, 60),
    openings: fc.array(anyOpening, { maxLength: 4 }),
    closures: fc.array(anyClosure, { maxLength: 4 }),
  })
  .map((facts) =>
    schedule({ ...facts, openings: facts.openings.map((one, i) => ({ ...one, id: `o${i}` })) }),
  );
const anyExpansion = fc.record({
  from: anyDate,
  days: fc.integer({ min: 0, max: 60 }),
  holidays: fc.array(anyDate, { maxLength: 6 }),
});

describe("whatever the schedule is", () => {
  const check = (
    assert: (
      cells: readonly ScheduledCell[],
      input: ResourceSchedule,
      range: { from: LocalDate; to: LocalDate; holidays: ReadonlySet<LocalDate> },
    ) => void,
  ): void =>
    fc.assert(
      fc.property(anySchedule, anyExpansion, (input, { from, days, holidays }) => {
        const range = { from, to: addDays(from, days), holidays: new Set(holidays) };
        assert(expandSchedule(input, range), input, range);
      }),
      { numRuns: 150 },
    );

  test("cells ascend and never overlap", () => {
    check((cells) => expectDisjoint(cells));
  });

  test("a cell lies inside its opening, on a date of the range, with the opening's capacity", () => {
    check((cells, input, { from, to }) => {
      for (const cell of cells) {
        const owner = input.openings.find(({ id }) => id === cell.openingId);
        if (owner === undefined) throw new Error("a cell without an opening");
        const isInside = [cell.localDate, addDays(cell.localDate, -1)].some((day) => {
          const edges = openingEdges({ ...owner, date: day, zone: input.zone });
          return edges !== undefined && edges.start <= cell.start && cell.end <= edges.end;
        });
        expect(isInside).toBe(true);
        expect(from <= cell.localDate && cell.localDate <= to).toBe(true);
        expect(cell.capacity).toBe(owner.capacity);
        expect(cell.end - cell.start).toBe(input.cellMinutes * 60_000);
      }
    });
  });

  test("closures and holidays hold nothing but what may run there", () => {
    check((cells, input, { holidays }) => {
      const closed = closedIntervals(input.closures, input.zone);
      for (const cell of cells) {
        const owner = input.openings.find(({ id }) => id === cell.openingId);
        if (owner?.overridesClosures) continue;
        expect(closed.some((interval) => intervalsOverlap(interval, cell))).toBe(false);
        if (!owner?.runsOnHolidays) expect(holidays.has(cell.localDate)).toBe(false);
      }
    });
  });

  test("a cell that reaches across midnight gives way to the next morning's, also at the end of a range", () => {
    const nights = { startsOn: date("2026-01-01"), rrule: "FREQ=DAILY" };
    const openings = [
      opening({
        ...nights,
        id: "a",
        startTime: toLocalTime("00:00"),
        endTime: toLocalEndTime("00:30"),
      }),
      opening({
        ...nights,
        id: "b",
        startTime: toLocalTime("01:15"),
        endTime: toLocalEndTime("00:15"),
      }),
    ];
    const evening = expand({ openings, cellMinutes: 20 }, { on: "2026-01-01" });
    const both = expand({ openings, cellMinutes: 20 }, { on: "2026-01-01", to: "2026-01-02" });
    expect(evening).toEqual(both.filter(({ localDate }) => localDate === "2026-01-01"));
  });

  test("a range expanded in two parts gives the same cells", () => {
    check((cells, input, { from, to, holidays }) => {
      if (to === from) return;
      const parts = [
        ...expandSchedule(input, { from, to: from, holidays }),
        ...expandSchedule(input, { from: addDays(from, 1), to, holidays }),
      ];
      expect(parts).toEqual(cells);
    });
  });

  test("the local date is the one a calendar at the site shows", () => {
    check((cells, { zone }) => {
      if (zone === "America/Havana") return;
      for (const cell of cells) expect(cell.localDate).toBe(localDateOf(cell.start, zone));
    });
  });
});
