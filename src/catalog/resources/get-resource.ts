import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { idOrCode } from "../id-or-code.ts";
import { findResourceRow } from "./queries.ts";
import type { Resource } from "./resource.ts";

/** One resource by id or code, retired ones included. Throws `not-found`. */
export async function getResource(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<Resource> {
  const tenantId = context.tenant.id;
  const resource = await deps.db.inTenant(
    tenantId,
    (trx) => findResourceRow(trx, tenantId, idOrCode(name)),
    { isReadOnly: true, signal: context.signal },
  );
  if (!resource) throw new DomainError(notFound, "There is no such resource.");
  return resource;
}
