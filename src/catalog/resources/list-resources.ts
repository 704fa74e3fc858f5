import type { Deps, RequestContext } from "../../context.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import { listResourceRows } from "./queries.ts";
import type { Resource } from "./resource.ts";

/** The resources of an administration, or of one site, by code. */
export async function listResources(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest & { readonly siteId: string | null; readonly includesRetired: boolean },
): Promise<Page<Resource>> {
  const tenantId = context.tenant.id;
  const { siteId, includesRetired } = request;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listResourceRows(trx, tenantId, { ...start, siteId, includesRetired }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (resource) => resource.code);
}
