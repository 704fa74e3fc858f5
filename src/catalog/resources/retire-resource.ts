import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockResourceRow, retireResourceRow } from "./queries.ts";

/**
 * Retires a resource: generation takes its slots away, and visits booked on it are marked as in conflict, never
 * deleted. May be repeated. Throws `not-found`.
 */
export async function retireResource(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  await deps.db.inTenant(context.tenant.id, (trx) => retireResourceIn(trx, context, id), {
    signal: context.signal,
  });
}

/** `retireResource` in the caller's transaction. */
export async function retireResourceIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<void> {
  const resource = await lockResourceRow(trx, context.tenant.id, id);
  if (!resource) throw new DomainError(notFound, "There is no such resource.");
  if (resource.is_retired) return;
  await retireResourceRow(trx, context.tenant.id, id);
  await recordEvents(trx, context, [
    {
      kind: "resource.retired",
      subjectKind: "resource",
      subjectId: id,
      subjectVersion: resource.version + 1,
      isRelayed: true,
    },
  ]);
}
