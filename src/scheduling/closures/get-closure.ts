import { idOrCode } from "../../catalog/id-or-code.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { Closure } from "./closure.ts";
import { findClosureRow } from "./queries.ts";

/** One closure by id or code, retired ones included. Throws `not-found`. */
export async function getClosure(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<Closure> {
  const tenantId = context.tenant.id;
  const found = await deps.db.inTenant(
    tenantId,
    (trx) => findClosureRow(trx, tenantId, idOrCode(name)),
    { isReadOnly: true, signal: context.signal },
  );
  if (!found) throw new DomainError(notFound, "There is no such closure.");
  return found;
}
