import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { Opening } from "./opening.ts";
import { findOpeningRow } from "./queries.ts";

/** One opening, retired ones included. Throws `not-found`. */
export async function getOpening(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<Opening> {
  const tenantId = context.tenant.id;
  const opening = await deps.db.inTenant(tenantId, (trx) => findOpeningRow(trx, tenantId, id), {
    isReadOnly: true,
    signal: context.signal,
  });
  if (!opening) throw new DomainError(notFound, "There is no such opening.");
  return opening;
}
