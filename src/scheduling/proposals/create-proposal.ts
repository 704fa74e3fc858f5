import { randomBytes } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { computeEffect } from "./compute-effect.ts";
import type { ProposedChange } from "./proposal.ts";
import { type Proposal, viewProposal } from "./proposal-view.ts";
import { findProposalRow, insertProposal } from "./queries.ts";
import type { createProposalSchema } from "./schema.ts";

/** How long a proposal can be applied after it was computed. */
export const hoursMax = 24;

export type CreateProposal = z.output<typeof createProposalSchema>;

/**
 * Computes what changes would do and keeps that, for 24 hours, to be applied or dropped. Nothing else changes. Throws
 * what the verbs of the changes throw, and `proposal-too-large`. Sent again it makes another proposal.
 */
export async function createProposal(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateProposal,
): Promise<Proposal> {
  const tenantId = context.tenant.id;
  const changes = input.changes.map(writtenOf);
  const computed = await computeEffect(deps, context, changes);
  const id = uuidv7();
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      await insertProposal(trx, tenantId, { id, changes, computed, hoursMax });
      await recordEvents(trx, context, [
        { kind: "proposal.computed", subjectKind: "proposal", subjectId: id, isRelayed: false },
      ]);
      const row = await findProposalRow(trx, tenantId, id);
      if (!row) throw new Error("a proposal that was just written is not there");
      return viewProposal(trx, tenantId, row);
    },
    { signal: context.signal },
  );
}

function writtenOf(change: CreateProposal["changes"][number]): ProposedChange {
  if (change.kind !== "lose_resource") return change;
  const { kind: _kind, ...facts } = change;
  const code = `lost-${facts.starts_on}-${randomBytes(5).toString("hex")}`;
  return { kind: "create_closure", closure: { ...facts, code, site_id: null } };
}
