import type { Deps, RequestContext } from "../../context.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import type { EligibilityList } from "./eligibility-list.ts";
import { listListRows } from "./queries.ts";

/** The eligibility lists of an administration by code. */
export async function listEligibilityLists(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest,
): Promise<Page<EligibilityList>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(tenantId, (trx) => listListRows(trx, tenantId, start), {
    isReadOnly: true,
    signal: context.signal,
  });
  return pageOf(rows, start, (list) => list.code);
}
