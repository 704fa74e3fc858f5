import type { SlotState } from "./slot-board.ts";

/** Units of one slot that count as free. */
export interface FreedUnits {
  readonly slotId: number;
  readonly units: number;
}

/** The slots as they are once these units are given back. */
export function creditUnits(
  slots: readonly SlotState[],
  freed: readonly FreedUnits[],
): readonly SlotState[] {
  if (freed.length === 0) return slots;
  const units = new Map<number, number>();
  for (const one of freed) units.set(one.slotId, (units.get(one.slotId) ?? 0) + one.units);
  return slots.map((slot) => {
    const credit = units.get(slot.id);
    return credit === undefined ? slot : { ...slot, taken: slot.taken - credit };
  });
}
