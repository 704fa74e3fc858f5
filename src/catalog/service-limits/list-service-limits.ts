import type { Deps, RequestContext } from "../../context.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import { listLimitRows } from "./queries.ts";
import type { ServiceLimit } from "./service-limit.ts";

/** The limits of an administration, or of one service, oldest first. */
export async function listServiceLimits(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest & { readonly serviceId: string | null; readonly includesRetired: boolean },
): Promise<Page<ServiceLimit>> {
  const tenantId = context.tenant.id;
  const { serviceId, includesRetired } = request;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listLimitRows(trx, tenantId, { ...start, serviceId, includesRetired }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (limit) => limit.id);
}
