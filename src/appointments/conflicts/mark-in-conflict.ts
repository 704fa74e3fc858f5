import type { Trx } from "../../db/database.ts";
import { type EventContext, recordEvents } from "../../events/record-events.ts";
import { turnSupport } from "./queries.ts";

/**
 * Marks booked appointments whose places are gone as in conflict, in the caller's transaction; they stay booked.
 * Returns the ids of those that were supported until now. May be repeated.
 */
export async function markInConflictIn(
  trx: Trx,
  context: EventContext,
  appointmentIds: readonly string[],
): Promise<string[]> {
  if (appointmentIds.length === 0) return [];
  const turned = await turnSupport(trx, context.tenant.id, {
    ids: appointmentIds,
    support: "conflict",
  });
  await recordEvents(
    trx,
    context,
    turned.map(({ id, version }) => ({
      kind: "appointment.lost_support",
      subjectKind: "appointment",
      subjectId: id,
      subjectVersion: version,
      isRelayed: true,
    })),
  );
  return turned.map(({ id }) => id);
}
