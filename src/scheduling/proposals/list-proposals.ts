import { type Page, pageOf, type PageRequest, pageStart } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { ProposalStatus } from "./proposal.ts";
import { type ProposalSummary, summaryOf } from "./proposal-view.ts";
import { listProposalRows } from "./queries.ts";

/** Which proposals are wanted. */
export type ListProposals = PageRequest & { readonly status?: ProposalStatus | undefined };

/** The proposals of an administration, the newest first. Throws `invalid-request` for a cursor of another list. */
export async function listProposals(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: ListProposals,
): Promise<Page<ProposalSummary>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listProposalRows(trx, tenantId, { status: request.status, start }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows.map(summaryOf), start, (proposal) => proposal.id);
}
