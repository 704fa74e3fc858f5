import type { Channel } from "../../context.ts";
import { addDays, toLocalDate } from "../../time/local-date.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { instantOfWallTime } from "../../time/wall-clock.ts";
import type { Taking, UnitsUnderCeilings } from "../claim/choose-places.ts";
import type { SlotState } from "../claim/slot-board.ts";

/** At most so many units of an opening's cell or day for a channel or a service. */
export interface Ceiling {
  readonly id: string;
  readonly openingId: string;
  readonly scope: "cell" | "day";
  readonly channel: Channel | null;
  readonly serviceId: string | null;
  readonly capacity: number;
  /** With `liftedTime`: the wall time at the site from which the unused share flows back to all. */
  readonly liftedDaysBefore: number | null;
  readonly liftedTime: string | null;
}

/** Where a ceiling counts: one slot, or one local day. */
export interface CounterKey {
  readonly ceilingId: string;
  readonly slotId: number | null;
  readonly onDate: string | null;
}

export interface Counter extends CounterKey {
  readonly id: number;
  readonly capacity: number;
  readonly taken: number;
}

/** Who books what, when: decides which ceilings apply. */
export interface CeilingCase {
  readonly channel: Channel;
  readonly serviceIds: readonly string[];
  readonly timeZone: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The ceilings of a slot's opening that bind this booking now. */
function bindingCeilings(
  ceilings: readonly Ceiling[],
  slot: SlotState,
  booking: CeilingCase,
): Ceiling[] {
  return ceilings.filter(
    (ceiling) =>
      ceiling.openingId === slot.openingId &&
      (ceiling.channel === null || ceiling.channel === booking.channel) &&
      (ceiling.serviceId === null || booking.serviceIds.includes(ceiling.serviceId)) &&
      !isLifted(ceiling, slot.localDate, booking),
  );
}

function isLifted(ceiling: Ceiling, localDate: string, { timeZone, now }: CeilingCase): boolean {
  const instant = liftedAt(ceiling, localDate, timeZone);
  return instant !== undefined && instant <= now;
}

/** When (epoch ms) a ceiling stops binding a local day; undefined when it never does. */
export function liftedAt(
  { liftedDaysBefore, liftedTime }: Ceiling,
  localDate: string,
  timeZone: string,
): number | undefined {
  if (liftedDaysBefore === null || liftedTime === null) return undefined;
  const date = addDays(toLocalDate(localDate), -liftedDaysBefore);
  return instantOfWallTime({ date, time: toLocalTime(liftedTime), zone: timeZone }, "earlier");
}

/** The counter of a ceiling that a slot falls under. */
function counterKey(ceiling: Ceiling, slot: SlotState): CounterKey {
  return ceiling.scope === "cell"
    ? { ceilingId: ceiling.id, slotId: slot.id, onDate: null }
    : { ceilingId: ceiling.id, slotId: null, onDate: slot.localDate };
}

export function keyText(key: CounterKey): string {
  return `${key.ceilingId}/${key.slotId ?? key.onDate}`;
}

/** Counters of all ceilings that bind any of these slots, each once, in the order in which they are locked. */
export function counterKeys(
  ceilings: readonly Ceiling[],
  slots: readonly SlotState[],
  booking: CeilingCase,
): CounterKey[] {
  const keys = new Map<string, CounterKey>();
  for (const slot of slots) {
    for (const ceiling of bindingCeilings(ceilings, slot, booking)) {
      const key = counterKey(ceiling, slot);
      keys.set(keyText(key), key);
    }
  }
  return inLockOrder([...keys.values()]);
}

/** Each counter once, in the order in which everybody locks them. */
export function inLockOrder(keys: readonly CounterKey[]): CounterKey[] {
  const byName = new Map(keys.map((key) => [keyText(key), key]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

/** Judges runs of slots by counters; a counter that does not exist yet has its whole ceiling left. */
export function unitsLeft(
  ceilings: readonly Ceiling[],
  counters: readonly Counter[],
  booking: CeilingCase,
): UnitsUnderCeilings {
  if (ceilings.length === 0) return () => Number.POSITIVE_INFINITY;
  const binding = rememberBinding(ceilings, booking);
  const takenByKey = new Map(counters.map((counter) => [keyText(counter), counter.taken]));
  return ({ run, services, pending }) => {
    const serviceIds = services.map((service) => service.id);
    const used = pending.length === 0 ? undefined : countUses(pending, binding);
    let left = Number.POSITIVE_INFINITY;
    for (const slot of run) {
      for (const ceiling of binding(slot, serviceIds)) {
        const name = keyText(counterKey(ceiling, slot));
        const taken = (takenByKey.get(name) ?? 0) + (used?.get(name) ?? 0);
        left = Math.min(left, ceiling.capacity - taken);
      }
    }
    return left;
  };
}

/** Units to count per counter for taken slots: every cell under a cell ceiling, once per leg under a day's. */
export function ceilingUses(
  ceilings: readonly Ceiling[],
  takings: readonly Taking[],
  booking: CeilingCase,
): Map<string, number> {
  return countUses(takings, rememberBinding(ceilings, booking));
}

type Binding = (slot: SlotState, serviceIds: readonly string[]) => readonly Ceiling[];

function countUses(takings: readonly Taking[], binding: Binding): Map<string, number> {
  const uses = new Map<string, number>();
  const countedOnce = new Set<string>();
  for (const { slot, leg, units, serviceIds } of takings) {
    for (const ceiling of binding(slot, serviceIds)) {
      const name = keyText(counterKey(ceiling, slot));
      const once = `${name}/${leg}`;
      if (ceiling.scope === "day" && countedOnce.has(once)) continue;
      countedOnce.add(once);
      uses.set(name, (uses.get(name) ?? 0) + units);
    }
  }
  return uses;
}

/** The ceilings that bind a stay's services are the same for all slots of an opening's day: found once. */
function rememberBinding(ceilings: readonly Ceiling[], booking: CeilingCase): Binding {
  const known = new Map<string, readonly Ceiling[]>();
  return (slot, serviceIds) => {
    const name = `${slot.openingId}/${slot.localDate}/${serviceIds.join()}`;
    const found = known.get(name) ?? bindingCeilings(ceilings, slot, { ...booking, serviceIds });
    known.set(name, found);
    return found;
  };
}
