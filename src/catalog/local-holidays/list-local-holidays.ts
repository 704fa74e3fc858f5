import type { Deps, RequestContext } from "../../context.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import type { LocalHoliday } from "./local-holiday.ts";
import { listHolidayRows } from "./queries.ts";

/** The local holidays of an administration and its sites, in the order in which they were stated. */
export async function listLocalHolidays(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest,
): Promise<Page<LocalHoliday>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(tenantId, (trx) => listHolidayRows(trx, tenantId, start), {
    isReadOnly: true,
    signal: context.signal,
  });
  return pageOf(rows, start, (holiday) => holiday.id);
}
