import { idOrCode } from "../../catalog/id-or-code.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { DayMark } from "./day-mark.ts";
import { type DayMarkFilter, listDayMarkRows } from "./queries.ts";

/** Which day marks are wanted; `site` is an id or a code, dates are included. */
export type ListDayMarks = PageRequest & {
  readonly site?: string | undefined;
  readonly resource?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly includesRetired: boolean;
};

/** The day marks of an administration by code. */
export async function listDayMarks(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: ListDayMarks,
): Promise<Page<DayMark>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const filter: DayMarkFilter = {
    site: request.site === undefined ? undefined : idOrCode(request.site),
    resourceId: request.resource,
    from: request.from,
    to: request.to,
    includesRetired: request.includesRetired,
  };
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listDayMarkRows(trx, tenantId, { filter, start }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (dayMark) => dayMark.code);
}
