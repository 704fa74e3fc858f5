import fc from "fast-check";
import { expect, test } from "vitest";
import { CELL_MINUTES_MAX, CELL_MINUTES_MIN, cutIntoCells, isCellGrid } from "./cells.ts";
import { areContiguous } from "./interval.ts";
import { toLocalDate } from "./local-date.ts";
import { toLocalTime } from "./local-time.ts";
import { openingEdges } from "./wall-clock.ts";

const MINUTE = 60_000;

function romeCells(
  date: string,
  endTime: "24:00" | "12:00",
  grid: { cellMinutes: number; startStepMinutes?: number },
) {
  const startTime = toLocalTime("00:00");
  const end = endTime === "24:00" ? endTime : toLocalTime(endTime);
  const edges = openingEdges({
    date: toLocalDate(date),
    startTime,
    endTime: end,
    zone: "Europe/Rome",
  });
  return edges === undefined ? [] : cutIntoCells(edges, grid);
}

test("a round-the-clock site in Rome has 46, 48 and 50 half-hour cells on the three kinds of day", () => {
  const counts = ["2026-03-29", "2026-07-01", "2026-10-25"].map((date) =>
    romeCells(date, "24:00", { cellMinutes: 30 }),
  );
  expect(counts.map((cells) => cells.length)).toEqual([46, 48, 50]);
  const instants = counts.map((cells) => new Set(cells.map((cell) => cell.start)).size);
  expect(instants).toEqual([46, 48, 50]);
});

test("start steps count real minutes across a transition", () => {
  const starts = romeCells("2026-10-25", "12:00", {
    cellMinutes: 30,
    startStepMinutes: 120,
  }).filter((c) => c.isStart);
  const hours = starts.map((cell) => new Date(cell.start).toISOString().slice(11, 16));
  expect(hours).toEqual(["22:00", "00:00", "02:00", "04:00", "06:00", "08:00", "10:00"]);
});

test("a last partial cell is dropped", () => {
  const cells = cutIntoCells({ start: 0, end: 59 * MINUTE }, { cellMinutes: 20 });
  expect(cells.map((cell) => [cell.start / MINUTE, cell.end / MINUTE])).toEqual([
    [0, 20],
    [20, 40],
  ]);
});

test("cells touch, have the stated length, lie within the opening and leave less than a cell", () => {
  const anyGrid = fc.record({
    cellMinutes: fc.integer({ min: CELL_MINUTES_MIN, max: CELL_MINUTES_MAX }),
    steps: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: -60, max: 1_500 }),
      anyGrid,
      (from, minutes, { cellMinutes, steps }) => {
        const opening = { start: from, end: from + minutes * MINUTE };
        const cells = cutIntoCells(opening, { cellMinutes, startStepMinutes: steps * cellMinutes });
        expect(areContiguous(cells)).toBe(true);
        expect(cells.every((cell) => cell.end - cell.start === cellMinutes * MINUTE)).toBe(true);
        const reached = cells.at(-1)?.end ?? opening.start;
        expect(opening.end - reached).toBeLessThan(cellMinutes * MINUTE);
        if (minutes >= 0) expect(reached).toBeLessThanOrEqual(opening.end);
        expect(cells.map((cell) => cell.isStart)).toEqual(cells.map((_, i) => i % steps === 0));
      },
    ),
  );
});

test("a cell length or a start step that cannot be cut is refused", () => {
  const refused = [
    { cellMinutes: 4 },
    { cellMinutes: 61 },
    { cellMinutes: 7.5 },
    { cellMinutes: Number.NaN },
    { cellMinutes: 30, startStepMinutes: 45 },
    { cellMinutes: 30, startStepMinutes: 0 },
    { cellMinutes: 30, startStepMinutes: -30 },
  ];
  for (const grid of refused) {
    expect(isCellGrid(grid)).toBe(false);
    expect(() => cutIntoCells({ start: 0, end: 0 }, grid)).toThrow(RangeError);
  }
  expect(isCellGrid({ cellMinutes: 30, startStepMinutes: 90 })).toBe(true);
});
