import { cutIntoCells } from "../time/cells.ts";
import type { Interval } from "../time/interval.ts";
import { mergeIntervals } from "../time/interval.ts";
import { addDays, type LocalDate } from "../time/local-date.ts";
import { localDay, openingEdges } from "../time/wall-clock.ts";
import { closedIntervals, compareOpenings, isImmuneToHolidays, modeByDate } from "./day-rules.ts";
import { openingDates, withEveningBefore } from "./opening-dates.ts";
import type { DateRange, OpeningMode, OpeningRule, ResourceSchedule } from "./schedule.ts";

/** One cell of a resource's time that is open. Instants in epoch ms. */
export type ScheduledCell = Interval & {
  /** The date on the site's calendar when the cell begins. */
  readonly localDate: LocalDate;
  /** Its place among the cells of its opening that day, from 0; cells that are closed are counted too. */
  readonly ordinal: number;
  readonly isStart: boolean;
  readonly mode: OpeningMode;
  readonly capacity: number;
  readonly openingId: string;
};

/** What an expansion covers; `holidays` also tells of the days before and after, whose cells may reach across midnight. */
export type Expansion = DateRange & { readonly holidays: ReadonlySet<LocalDate> };

/**
 * Returns the open cells of a resource that begin on the dates of the range, ascending and never overlapping,
 * by the precedence of `day-rules.ts`. A cell that a closure touches is closed whole. Day marks concern the date a
 * cell begins on, holidays that date and the one its opening begins on. The same input gives the same cells at any
 * time in any process, whether a range is expanded whole or in parts.
 *
 * Throws RangeError for a cell length outside 5 to 60 minutes, an unknown zone.
 */
export function expandSchedule(schedule: ResourceSchedule, expansion: Expansion): ScheduledCell[] {
  const isClosed = coverageOf(closedIntervals(schedule.closures, schedule.zone));
  const modeOn = modeByDate(schedule.dayMarks);
  const byPrecedence = schedule.openings.toSorted(compareOpenings);
  // A cell that begins before the range may reach into it and displace others there; one of the next morning may
  // displace a cell of the last evening that reaches across midnight.
  const { from, to } = expansion;
  const widened = { ...expansion, ...withEveningBefore({ from, to: addDays(to, 1) }) };
  const candidates = byPrecedence.flatMap((opening) =>
    openCells(opening, schedule, widened)
      .filter((cell) => opening.overridesClosures || !isClosed(cell))
      .map((cell) => ({ ...cell, mode: modeOn(cell.localDate) ?? opening.mode })),
  );
  return withoutOverlaps(candidates).filter(
    ({ localDate }) => from <= localDate && localDate <= to,
  );
}

/** The cells of one opening that begin in the range, before closures and other openings. */
function openCells(
  opening: OpeningRule,
  schedule: ResourceSchedule,
  { from, to, holidays }: Expansion,
): Omit<ScheduledCell, "mode">[] {
  const grid = { cellMinutes: schedule.cellMinutes, startStepMinutes: stepOf(opening, schedule) };
  const isHoliday = (date: LocalDate): boolean =>
    !isImmuneToHolidays(opening) && holidays.has(date);
  const runsOn = (date: LocalDate): boolean => from <= date && date <= to && !isHoliday(date);
  const found: Omit<ScheduledCell, "mode">[] = [];
  for (const date of openingDates(opening, withEveningBefore({ from, to }))) {
    const edges = openingEdges({ ...opening, date, zone: schedule.zone });
    if (edges === undefined || isHoliday(date)) continue;
    const midnight = localDay(date, schedule.zone).end;
    const next = edges.end > midnight ? addDays(date, 1) : date;
    if (!runsOn(date) && !runsOn(next)) continue;
    cutIntoCells(edges, grid).forEach(({ start, end, isStart }, ordinal) => {
      const localDate = start < midnight ? date : next;
      if (!runsOn(localDate)) return;
      const { capacity, id: openingId } = opening;
      found.push({ start, end, localDate, ordinal, isStart, capacity, openingId });
    });
  }
  return found;
}

/** A step that is no multiple any more, because the cell length changed, is rounded up. */
function stepOf({ startStepMinutes }: OpeningRule, { cellMinutes }: ResourceSchedule): number {
  return Math.ceil(startStepMinutes / cellMinutes) * cellMinutes;
}

/** Tells of intervals whether they share an instant with the ascending, disjoint ones. */
function coverageOf(covered: readonly Interval[]): (interval: Interval) => boolean {
  return ({ start, end }) => {
    let low = 0;
    let high = covered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((covered[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return (covered[low]?.start ?? Number.POSITIVE_INFINITY) < end;
  };
}

/** Of cells that overlap the one given first stays. Usually none do, then this is one sort. */
function withoutOverlaps(byPrecedence: readonly ScheduledCell[]): ScheduledCell[] {
  const ascending = byPrecedence.toSorted((a, b) => a.start - b.start);
  const isDisjoint = ascending.every(
    (cell, i) => i === 0 || (ascending[i - 1]?.end ?? 0) <= cell.start,
  );
  if (isDisjoint) return ascending;
  const kept: ScheduledCell[] = [];
  for (const group of Map.groupBy(byPrecedence, ({ openingId }) => openingId).values()) {
    const isTaken = coverageOf(mergeIntervals(kept));
    const free = group.filter((cell) => !isTaken(cell));
    kept.push(...dropOverlapsWithin(free));
  }
  return kept.toSorted((a, b) => a.start - b.start);
}

/** An opening overlaps itself where it lasts longer than a day takes to come round, as in an autumn fold. */
function dropOverlapsWithin(cells: readonly ScheduledCell[]): ScheduledCell[] {
  let end = Number.NEGATIVE_INFINITY;
  return cells.filter((cell) => {
    if (cell.start < end) return false;
    end = cell.end;
    return true;
  });
}
