import { idOrCode } from "../../catalog/id-or-code.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Opening } from "./opening.ts";
import { listOpeningRows } from "./queries.ts";

/** Which openings are wanted; `site` is an id or a code. */
export type ListOpenings = PageRequest & {
  readonly resource?: string | undefined;
  readonly site?: string | undefined;
  readonly kind?: Opening["kind"] | undefined;
  readonly includesRetired: boolean;
};

/** The openings and extra openings of an administration, in the order of their creation. */
export async function listOpenings(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: ListOpenings,
): Promise<Page<Opening>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const filter = {
    resourceId: request.resource,
    site: request.site === undefined ? undefined : idOrCode(request.site),
    kind: request.kind,
    includesRetired: request.includesRetired,
  };
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listOpeningRows(trx, tenantId, { filter, start }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (opening) => opening.id);
}
