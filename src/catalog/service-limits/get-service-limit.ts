import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findLimitRow } from "./queries.ts";
import type { ServiceLimit } from "./service-limit.ts";

/** One limit, retired ones included. Throws `not-found`. */
export async function getServiceLimit(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<ServiceLimit> {
  const tenantId = context.tenant.id;
  const limit = await deps.db.inTenant(tenantId, (trx) => findLimitRow(trx, tenantId, id), {
    isReadOnly: true,
    signal: context.signal,
  });
  if (!limit) throw new DomainError(notFound, "There is no such limit.");
  return limit;
}
