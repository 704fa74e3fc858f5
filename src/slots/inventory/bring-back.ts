import type { Trx } from "../../db/database.ts";
import { planReturn } from "./plan-return.ts";
import { countAllocations, listMissedUnits, listSlotRooms } from "./queries.ts";

/** Counts appointments in conflict again where the places are back on locked slots; returns whom. */
export async function bringBack(
  trx: Trx,
  tenantId: string,
  { grownIds, except }: { grownIds: readonly number[]; except: readonly string[] },
): Promise<string[]> {
  if (grownIds.length === 0) return [];
  const missed = await listMissedUnits(trx, tenantId, grownIds);
  const others = missed.filter(({ appointmentId }) => !except.includes(appointmentId));
  if (others.length === 0) return [];
  const rooms = await listSlotRooms(
    trx,
    tenantId,
    others.map(({ slotId }) => slotId),
  );
  const { countedAppointmentIds, reopenedAppointmentIds } = planReturn(others, rooms);
  if (countedAppointmentIds.length > 0) {
    await countAllocations(trx, tenantId, {
      appointmentIds: countedAppointmentIds,
      isCounted: true,
    });
  }
  return [...countedAppointmentIds, ...reopenedAppointmentIds];
}
