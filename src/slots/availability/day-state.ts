import type { Ceiling } from "../ceilings/ceilings.ts";
import type { KnownStay } from "../claim/mover.ts";
import { createSlotBoard, type SlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { PassingCounter, PassingUnits } from "./queries.ts";

/** One site's local day as it was read. Never changed: what is read later is another state. */
export interface DayState {
  readonly slots: readonly SlotState[];
  readonly passing: readonly PassingUnits[];
  readonly ceilings: readonly Ceiling[];
  readonly counters: readonly PassingCounter[];
  /** Those who could be moved to equivalent resources, should that let somebody else in. */
  readonly stays: readonly KnownStay[];
}

/** A day without slots. */
export const emptyDay: DayState = { slots: [], passing: [], ceilings: [], counters: [], stays: [] };

/** A day with what a visit that begins on it could reach of the days beside it, arranged for looking up. */
export interface DayBoard extends DayState {
  readonly board: SlotBoard;
}

/** How far (ms) a visit reaches beyond the day it begins on, and that day's interval (epoch ms). */
export interface Reach {
  readonly start: number;
  readonly end: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const boards = new WeakMap<DayState, DayBoard>();

/** Arranges a day; remembered as long as its state, where no slot of the days beside it is in reach. */
export function dayBoard(day: DayState, beside: readonly DayState[], reach: Reach): DayBoard {
  const others = beside.filter((one) =>
    one.slots.some(
      (slot) =>
        slot.startsAt >= reach.start - reach.beforeMs && slot.startsAt < reach.end + reach.afterMs,
    ),
  );
  if (others.length > 0) return arrange([day, ...others]);
  const known = boards.get(day);
  if (known) return known;
  const board = arrange([day]);
  boards.set(day, board);
  return board;
}

function arrange(days: readonly DayState[]): DayBoard {
  const slots = days.flatMap((day) => day.slots);
  const ceilings = new Map(days.flatMap((day) => day.ceilings).map((one) => [one.id, one]));
  const counters = new Map(days.flatMap((day) => day.counters).map((one) => [one.id, one]));
  return {
    slots,
    passing: days.flatMap((day) => day.passing),
    ceilings: [...ceilings.values()],
    counters: [...counters.values()],
    stays: days.flatMap((day) => day.stays),
    board: createSlotBoard(slots),
  };
}
