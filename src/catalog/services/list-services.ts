import type { Deps, RequestContext } from "../../context.ts";
import { maySeeAll } from "../access.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import { listServiceRows } from "./queries.ts";
import type { Service } from "./service.ts";

/** The services of an administration by code. `includesAll` shows staff the hidden and retired ones too. */
export async function listServices(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest & { readonly includesAll: boolean },
): Promise<Page<Service>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const includesAll = request.includesAll && maySeeAll(context.actor);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listServiceRows(trx, tenantId, { ...start, includesAll }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (service) => service.code);
}
