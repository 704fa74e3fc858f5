import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { type Proposal, viewProposal } from "./proposal-view.ts";
import { findProposalRow } from "./queries.ts";

/** One proposal with its days and the first appointments in conflict. Throws `not-found`. */
export async function getProposal(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<Proposal> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const row = await findProposalRow(trx, tenantId, id);
      if (!row) throw new DomainError(notFound, "There is no such proposal.");
      return viewProposal(trx, tenantId, row);
    },
    { isReadOnly: true, signal: context.signal },
  );
}
