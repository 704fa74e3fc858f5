import type { Trx } from "../../db/database.ts";
import { type EventContext, recordEvents } from "../../events/record-events.ts";
import { lockOwned } from "../../slots/claim/release-places.ts";
import { turnKept } from "./queries.ts";

/** Which appointments are kept, or no longer, and the reason that is on their record. */
export interface KeepMany {
  readonly ids: readonly string[];
  /** Goes onto the record; no citizen sees it. */
  readonly reason: string;
}

/**
 * Keeps booked appointments that are in conflict at their time as overbookings, in the caller's transaction: they are no
 * longer to be decided about and still take no places. Locks their slots first, as whoever counts them again does. Returns
 * the ids of those that were in conflict until now. May be repeated.
 */
export async function keepManyIn(
  trx: Trx,
  context: EventContext,
  { ids, reason }: KeepMany,
): Promise<string[]> {
  return turn(trx, context, { ids, reason, isKept: true });
}

/**
 * Takes back that appointments are kept for that reason, in the caller's transaction: they are in conflict again, so that
 * places that come go to them. Returns the ids of those that it changed. May be repeated.
 */
export async function releaseKeptIn(
  trx: Trx,
  context: EventContext,
  { ids, reason }: KeepMany,
): Promise<string[]> {
  return turn(trx, context, { ids, reason, isKept: false });
}

async function turn(
  trx: Trx,
  context: EventContext,
  { ids, reason, isKept }: KeepMany & { readonly isKept: boolean },
): Promise<string[]> {
  if (ids.length === 0) return [];
  const tenantId = context.tenant.id;
  await lockOwned(trx, tenantId, ids);
  const turned = await turnKept(trx, tenantId, { ids, reason, isKept });
  await recordEvents(
    trx,
    context,
    turned.map(({ id, version }) => ({
      kind: isKept ? ("appointment.kept" as const) : ("appointment.lost_support" as const),
      subjectKind: "appointment",
      subjectId: id,
      subjectVersion: version,
      isRelayed: true,
      ...(isKept ? { reason } : {}),
    })),
  );
  return turned.map(({ id }) => id);
}
