import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { proposalOver } from "./errors.ts";
import { dropProposalRow, findProposalRow } from "./queries.ts";

/** Drops a proposal that has not been applied. May be repeated. Throws `not-found` and `proposal-over`. */
export async function dropProposal(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      if (await dropProposalRow(trx, tenantId, id)) {
        await recordEvents(trx, context, [
          { kind: "proposal.dropped", subjectKind: "proposal", subjectId: id, isRelayed: false },
        ]);
        return;
      }
      const row = await findProposalRow(trx, tenantId, id);
      if (!row) throw new DomainError(notFound, "There is no such proposal.");
      if (row.status === "applied" || row.status === "applying") {
        throw new DomainError(proposalOver, "The proposal has been applied.");
      }
    },
    { signal: context.signal },
  );
}
