import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { maySeeAll } from "../access.ts";
import { idOrCode } from "../id-or-code.ts";
import { findServiceRow } from "./queries.ts";
import type { Service } from "./service.ts";

/**
 * One service by id or code. Retired ones are found by staff only, hidden ones by whoever knows the id.
 * Throws `not-found`.
 */
export async function getService(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<Service> {
  const tenantId = context.tenant.id;
  const named = idOrCode(name);
  const service = await deps.db.inTenant(tenantId, (trx) => findServiceRow(trx, tenantId, named), {
    isReadOnly: true,
    signal: context.signal,
  });
  const isShown =
    service && !service.is_retired && (service.visibility !== "hidden" || named.id !== null);
  if (!service || !(isShown || maySeeAll(context.actor))) {
    throw new DomainError(notFound, "There is no such service.");
  }
  return service;
}
