/** Cutting openings into the cells that become slots. */
import type { Interval } from "./interval.ts";

const MINUTE_MS = 60_000;

/** Shortest cell in real minutes. */
export const CELL_MINUTES_MIN = 5;

/** Longest cell in real minutes. */
export const CELL_MINUTES_MAX = 60;

/** One cell of an opening; an appointment may begin here when `isStart`. Instants in epoch ms. */
export type Cell = Interval & { readonly isStart: boolean };

/** How an opening is cut; both in real minutes. Without a step every cell may be a start. */
export type CellGrid = {
  readonly cellMinutes: number;
  readonly startStepMinutes?: number | undefined;
};

/**
 * Cuts an opening into cells of `cellMinutes`, ascending and touching, counted in real minutes from its start:
 * a day with a spring gap has fewer, one with an autumn fold has more. A last cell that would end after the
 * opening is dropped. Cells at multiples of `startStepMinutes` from the opening's start are permitted starts.
 *
 * Throws RangeError when the cell length is no whole number from {@link CELL_MINUTES_MIN} to
 * {@link CELL_MINUTES_MAX}, or the step is no positive multiple of it.
 */
export function cutIntoCells(opening: Interval, grid: CellGrid): Cell[] {
  const cellsPerStart = countCellsPerStart(grid);
  const cellMs = grid.cellMinutes * MINUTE_MS;
  const count = Math.max(0, Math.floor((opening.end - opening.start) / cellMs));
  return Array.from({ length: count }, (_, i) => {
    const start = opening.start + i * cellMs;
    return { start, end: start + cellMs, isStart: i % cellsPerStart === 0 };
  });
}

/** Tells whether a grid can be cut: the condition under which {@link cutIntoCells} does not throw. */
export function isCellGrid({ cellMinutes, startStepMinutes = cellMinutes }: CellGrid): boolean {
  const isCell =
    Number.isInteger(cellMinutes) &&
    cellMinutes >= CELL_MINUTES_MIN &&
    cellMinutes <= CELL_MINUTES_MAX;
  return isCell && startStepMinutes > 0 && startStepMinutes % cellMinutes === 0;
}

function countCellsPerStart(grid: CellGrid): number {
  const { cellMinutes, startStepMinutes = cellMinutes } = grid;
  if (!isCellGrid(grid)) {
    throw new RangeError(
      `cells of ${cellMinutes} minutes with a start every ${startStepMinutes} cannot be cut`,
    );
  }
  return startStepMinutes / cellMinutes;
}
