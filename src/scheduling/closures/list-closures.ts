import { idOrCode } from "../../catalog/id-or-code.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Closure } from "./closure.ts";
import { type ClosureFilter, listClosureRows } from "./queries.ts";

/** Which closures are wanted; `site` is an id or a code, dates are included. */
export type ListClosures = PageRequest & {
  readonly site?: string | undefined;
  readonly resource?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly includesRetired: boolean;
};

/** The closures of an administration by code. */
export async function listClosures(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: ListClosures,
): Promise<Page<Closure>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const filter: ClosureFilter = {
    site: request.site === undefined ? undefined : idOrCode(request.site),
    resourceId: request.resource,
    from: request.from,
    to: request.to,
    includesRetired: request.includesRetired,
  };
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listClosureRows(trx, tenantId, { filter, start }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (closure) => closure.code);
}
