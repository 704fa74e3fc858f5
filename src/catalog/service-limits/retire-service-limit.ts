import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockLimitRow, retireLimitRow } from "./queries.ts";

/** Lifts a limit for bookings from now on. May be repeated. Throws `not-found`. */
export async function retireServiceLimit(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  await deps.db.inTenant(context.tenant.id, (trx) => retireServiceLimitIn(trx, context, id), {
    signal: context.signal,
  });
}

/** `retireServiceLimit` in the caller's transaction. */
export async function retireServiceLimitIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<void> {
  const limit = await lockLimitRow(trx, context.tenant.id, id);
  if (!limit) throw new DomainError(notFound, "There is no such limit.");
  if (limit.is_retired) return;
  await retireLimitRow(trx, context.tenant.id, id);
  await recordEvents(trx, context, [
    {
      kind: "service_limit.retired",
      subjectKind: "service_limit",
      subjectId: id,
      subjectVersion: limit.version + 1,
      body: { service_id: limit.service_id },
      isRelayed: false,
    },
  ]);
}
