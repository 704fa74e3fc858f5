import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockServiceRow, retireServiceRow } from "./queries.ts";

/** Retires a service: nobody can book it any more, its booked visits stay. May be repeated. Throws `not-found`. */
export async function retireService(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  await deps.db.inTenant(context.tenant.id, (trx) => retireServiceIn(trx, context, id), {
    signal: context.signal,
  });
}

/** `retireService` in the caller's transaction. */
export async function retireServiceIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<void> {
  const service = await lockServiceRow(trx, context.tenant.id, id);
  if (!service) throw new DomainError(notFound, "There is no such service.");
  if (service.is_retired) return;
  await retireServiceRow(trx, context.tenant.id, id);
  await recordEvents(trx, context, [
    {
      kind: "service.retired",
      subjectKind: "service",
      subjectId: id,
      subjectVersion: service.version + 1,
      isRelayed: true,
    },
  ]);
}
