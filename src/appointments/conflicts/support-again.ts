import type { Trx } from "../../db/database.ts";
import { type EventContext, recordEvents } from "../../events/record-events.ts";
import { turnSupport } from "./queries.ts";

/**
 * Marks booked appointments in conflict whose places are back as supported, in the caller's transaction. Their
 * allocations must be counted already. Returns the ids of those that were in conflict until now. May be repeated.
 */
export async function supportAgainIn(
  trx: Trx,
  context: EventContext,
  appointmentIds: readonly string[],
): Promise<string[]> {
  if (appointmentIds.length === 0) return [];
  const turned = await turnSupport(trx, context.tenant.id, {
    ids: appointmentIds,
    support: "supported",
  });
  await recordEvents(
    trx,
    context,
    turned.map(({ id, version }) => ({
      kind: "appointment.regained_support",
      subjectKind: "appointment",
      subjectId: id,
      subjectVersion: version,
      isRelayed: true,
    })),
  );
  return turned.map(({ id }) => id);
}
