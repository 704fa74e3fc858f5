import type { Deps } from "../../context.ts";
import { type EventContext, recordEvents } from "../../events/record-events.ts";
import { lockProposalRow, markApplied, notePartDone } from "./queries.ts";
import { turnPart } from "./turn-part.ts";

/**
 * Does what is left of a large proposal, a part per transaction, each of which holds its slots' locks for some 200 ms.
 * Interrupted it is taken up after the last part that was committed; two at once take turns. Returns the resources whose
 * slots then follow, none when there was nothing to do. Throws the signal's reason when aborted.
 */
export async function continueProposal(
  deps: Pick<Deps, "db">,
  context: EventContext,
  { id, signal }: { readonly id: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  const tenantId = context.tenant.id;
  for (;;) {
    const step = await deps.db.inTenant(
      tenantId,
      async (trx) => {
        const row = await lockProposalRow(trx, tenantId, id);
        if (row?.status !== "applying") return { isOver: true, resourceIds: [] };
        const part = row.parts[row.parts_done];
        if (part) {
          await turnPart(trx, context, part);
          await notePartDone(trx, tenantId, id);
          return { isOver: false, resourceIds: [] };
        }
        await markApplied(trx, tenantId, { id, status: "applied" });
        await recordEvents(trx, context, [
          {
            kind: "proposal.applied",
            subjectKind: "proposal",
            subjectId: id,
            subjectVersion: row.version + 1,
            isRelayed: false,
          },
        ]);
        return { isOver: true, resourceIds: row.resource_ids };
      },
      { signal },
    );
    if (step.isOver) return step.resourceIds;
  }
}
