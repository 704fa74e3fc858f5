import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { maySeeAll } from "../access.ts";
import { idOrCode } from "../id-or-code.ts";
import { findSiteRow } from "./queries.ts";
import type { Site } from "./site.ts";

/** One place by id or code. Retired ones are found by staff only. Throws `not-found`. */
export async function getSite(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<Site> {
  const tenantId = context.tenant.id;
  const site = await deps.db.inTenant(
    tenantId,
    (trx) => findSiteRow(trx, tenantId, idOrCode(name)),
    { isReadOnly: true, signal: context.signal },
  );
  if (!site || (site.is_retired && !maySeeAll(context.actor))) {
    throw new DomainError(notFound, "There is no such site.");
  }
  return site;
}
