import type { Deps, RequestContext } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { findTenantBySlug, type TenantRow } from "./queries.ts";

/** Reads the tenant as it is now, its version included. Throws `not-found` when it was retired this moment. */
export async function getTenant(
  deps: Pick<Deps, "db">,
  context: RequestContext,
): Promise<TenantRow> {
  const { id, slug } = context.tenant;
  const options = { isReadOnly: true, signal: context.signal };
  const row = await deps.db.inTenant(id, (trx) => findTenantBySlug(trx, slug), options);
  if (!row) throw new DomainError(notFound, "There is nothing at this address.");
  return row;
}
