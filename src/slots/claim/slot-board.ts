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
  const starts = [
    ...new Set(slots.filter((slot) => slot.isStart).map((slot) => slot.startsAt)),
  ].toSorted((a, b) => a - b);
  return {
    slotAt(resourceId, startsAt) {
      const row = rows.get(resourceId);
      const index = row?.positions.get(startsAt);
      return index === undefined ? undefined : row?.slots[index];
    },
    runAround(start, before, fromStart) {
      const row = rows.get(start.resourceId);
      const index = row?.positions.get(start.startsAt);
      if (index === undefined || !row || index < before) return undefined;
      const run = row.slots.slice(index - before, index + fromStart);
      return run.length === before + fromStart && isGapless(run) ? run : undefined;
    },
    startsBetween(earliest, latest) {
      const from = countBefore(starts, earliest);
      return starts.slice(from, countBefore(starts, latest + 1));
    },
  };
}

interface Row {
  /** Ascending by start. */
  readonly slots: readonly SlotState[];
  readonly positions: ReadonlyMap<number, number>;
}

function rowsByResource(slots: readonly SlotState[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [resourceId, own] of Map.groupBy(slots, (slot) => slot.resourceId)) {
    const ascending = own.toSorted((a, b) => a.startsAt - b.startsAt);
    const positions = new Map(ascending.map((slot, index) => [slot.startsAt, index]));
    rows.set(resourceId, { slots: ascending, positions });
  }
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
