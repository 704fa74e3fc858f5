/** Units an appointment in conflict needs of one slot. */
export interface MissedUnits {
  readonly slotId: number;
  readonly appointmentId: string;
  readonly units: number;
  /** Booked beyond capacity on purpose: it needs an opening, but no places. */
  readonly isOverbooked: boolean;
}

/** Places of a slot. */
export interface SlotRoom {
  readonly capacity: number;
  readonly taken: number;
}

/** Who comes back. */
export interface Return {
  /** Appointments that are counted again in all their slots. */
  readonly countedAppointmentIds: readonly string[];
  /** Overbooked appointments whose slots are open again; they stay uncounted. */
  readonly reopenedAppointmentIds: readonly string[];
}

/**
 * Chooses which appointments in conflict fit again, the oldest first, each with all its cells or not at all.
 * Ids of appointments ascend with age. A slot without an entry in `rooms` has no room.
 */
export function planReturn(
  missed: readonly MissedUnits[],
  rooms: ReadonlyMap<number, SlotRoom>,
): Return {
  const left = new Map(Array.from(rooms, ([id, { capacity, taken }]) => [id, capacity - taken]));
  const counted: string[] = [];
  const reopened: string[] = [];
  const byAppointment = Map.groupBy(missed, ({ appointmentId }) => appointmentId);
  for (const [id, needs] of [...byAppointment].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (needs.some(({ slotId }) => (rooms.get(slotId)?.capacity ?? 0) === 0)) continue;
    if (needs.every(({ isOverbooked }) => isOverbooked)) {
      reopened.push(id);
      continue;
    }
    const units = unitsBySlot(needs);
    if ([...units].some(([slotId, wanted]) => wanted > (left.get(slotId) ?? 0))) continue;
    for (const [slotId, wanted] of units) left.set(slotId, (left.get(slotId) ?? 0) - wanted);
    counted.push(id);
  }
  return { countedAppointmentIds: counted, reopenedAppointmentIds: reopened };
}

/** Two legs of one appointment may share a slot. */
function unitsBySlot(needs: readonly MissedUnits[]): Map<number, number> {
  const units = new Map<number, number>();
  for (const need of needs) units.set(need.slotId, (units.get(need.slotId) ?? 0) + need.units);
  return units;
}
