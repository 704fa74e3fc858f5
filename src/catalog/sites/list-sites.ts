import type { Deps, RequestContext } from "../../context.ts";
import { maySeeAll } from "../access.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import { listSiteRows } from "./queries.ts";
import type { Site } from "./site.ts";

/** The places of an administration by code. `includesRetired` counts for staff only. */
export async function listSites(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest & { readonly includesRetired: boolean },
): Promise<Page<Site>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const includesRetired = request.includesRetired && maySeeAll(context.actor);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listSiteRows(trx, tenantId, { ...start, includesRetired }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (site) => site.code);
}
