/** One slot as read from the database; instants are epoch ms. */
export interface SlotState {
  readonly id: number;
  readonly resourceId: string;
  readonly openingId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Date at the site, `YYYY-MM-DD`. */
  readonly localDate: string;
  readonly ordinal: number;
  readonly isStart: boolean;
  readonly mode: "bookable" | "walk_in" | "undecided";
  readonly capacity: number;
  readonly taken: number;
  /** Services its opening is restricted to; null means all that the resource offers. */
  readonly serviceIds: readonly string[] | null;
  readonly hasCeilings: boolean;
}

/** Some slots, by resource and start, for looking up runs of neighbouring cells. */
export interface SlotBoard {
  slotAt(resourceId: string, startsAt: number): SlotState | undefined;
  /** `before` cells before `start` and `fromStart` cells from it on, without a gap; undefined when one is missing. */
  runAround(start: SlotState, before: number, fromStart: number): readonly SlotState[] | undefined;
  /** Distinct starts of any resource with earliest ≤ start ≤ latest, ascending. */
  startsBetween(earliest: number, latest: number): readonly number[];
}

/** Arranges slots in any order into a board. */
export function createSlotBoard(slots: readonly SlotState[]): SlotBoard {
  const rows = rowsByResource(slots);
  const positions = new Map<string, Map<number, number>>();
  for (const [resourceId, row] of rows) {
    positions.set(resourceId, new Map(row.map((slot, index) => [slot.startsAt, index])));
  }
  const starts = [
    ...new Set(slots.filter((slot) => slot.isStart).map((slot) => slot.startsAt)),
  ].toSorted((a, b) => a - b);
  return {
    slotAt(resourceId, startsAt) {
      const index = positions.get(resourceId)?.get(startsAt);
      return index === undefined ? undefined : rows.get(resourceId)?.[index];
    },
    runAround(start, before, fromStart) {
      const index = positions.get(start.resourceId)?.get(start.startsAt);
      const row = rows.get(start.resourceId);
      if (index === undefined || !row || index < before) return undefined;
      const run = row.slice(index - before, index + fromStart);
      return run.length === before + fromStart && isGapless(run) ? run : undefined;
    },
    startsBetween(earliest, latest) {
      const from = countBefore(starts, earliest);
      return starts.slice(from, countBefore(starts, latest + 1));
    },
  };
}

function rowsByResource(slots: readonly SlotState[]): Map<string, SlotState[]> {
  const rows = new Map<string, SlotState[]>();
  for (const slot of slots) {
    const row = rows.get(slot.resourceId);
    if (row) row.push(slot);
    else rows.set(slot.resourceId, [slot]);
  }
  for (const row of rows.values()) row.sort((a, b) => a.startsAt - b.startsAt);
  return rows;
}

/** How many of the ascending instants lie before `instant`; boards of a month have a thousand, asked a thousand times. */
function countBefore(starts: readonly number[], instant: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? instant) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isGapless(run: readonly SlotState[]): boolean {
  return run.every((slot, index) => index === 0 || run[index - 1]?.endsAt === slot.startsAt);
}
