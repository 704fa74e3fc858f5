import type { z } from "@hono/zod-openapi";
import type { Trx } from "../../db/database.ts";
import type { Effect } from "./proposal.ts";
import { type ConcernedRow, listConcernedRows, type ProposalRow } from "./queries.ts";
import {
  type concernedSchema,
  type proposalSchema,
  type proposalSummarySchema,
  writtenChangesSchema,
} from "./schema.ts";

/** Appointments shown with a proposal: the first in conflict. */
const sampleMax = 20;

/** A proposal in an answer, without days and sample. */
export type ProposalSummary = z.output<typeof proposalSummarySchema>;

/** A proposal in an answer. */
export type Proposal = z.output<typeof proposalSchema>;

/** An appointment concerned in an answer. */
export type Concerned = z.output<typeof concernedSchema>;

/** A proposal as lists show it. */
export function summaryOf(row: ProposalRow): ProposalSummary {
  const { totals, holds_released, slots_examined }: Effect = row.effect;
  return {
    id: row.id,
    status: row.is_late ? "expired" : row.status,
    snapshot: row.snapshot.toString("hex"),
    version: row.version,
    totals,
    holds_released,
    slots_examined,
    parts: row.parts.length,
    parts_done: row.parts_done,
    created_at: row.created_at.toISOString(),
    computed_at: row.computed_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

/** A proposal with its days and the first appointments that it would bring into conflict. */
export async function viewProposal(
  trx: Trx,
  tenantId: string,
  row: ProposalRow,
): Promise<Proposal> {
  const rows = await listConcernedRows(trx, tenantId, {
    proposalId: row.id,
    outcome: "conflict",
    hasContact: undefined,
    after: null,
    countMax: sampleMax,
  });
  return {
    ...summaryOf(row),
    changes: changesOf(row),
    days: [...row.effect.days],
    sample: rows.map(concernedOf),
  };
}

/** The changes of a proposal as they were proposed. */
export function changesOf({ changes }: Pick<ProposalRow, "changes">): Proposal["changes"] {
  return writtenChangesSchema.parse(changes);
}

/** An appointment as lists show it. */
export function concernedOf(row: ConcernedRow): Concerned {
  const { site_id: id, site_code: code, site_name: name, time_zone, ...rest } = row;
  return {
    ...rest,
    site: { id, code, name, time_zone },
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
  };
}
