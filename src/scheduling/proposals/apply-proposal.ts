import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { type DomainEvent, recordEvents } from "../../events/record-events.ts";
import { isWorse, missingReturns } from "./compare-outcomes.ts";
import { computeEffect, type WrittenChanges, writeChanges } from "./compute-effect.ts";
import { hoursMax } from "./create-proposal.ts";
import { proposalOver, proposalStale } from "./errors.ts";
import { changesOf, type Proposal, viewProposal } from "./proposal-view.ts";
import {
  findProposalRow,
  listOutcomes,
  listStillInConflict,
  lockProposalRow,
  markApplied,
  type ProposalRow,
  replaceComputed,
} from "./queries.ts";
import { type OutcomeOf, turnPart } from "./turn-part.ts";

/** Most slots that follow within the transaction that applies a proposal. */
const slotsAtOnceMax = 10_000;

/** Which proposal, and what of it was shown. */
export interface ApplyProposal {
  readonly id: string;
  /** The `snapshot` that came with the numbers. */
  readonly snapshot: string;
}

/**
 * Applies a proposal. Up to 10,000 slots that is one transaction, and nothing is booked on closed time from its commit
 * on; larger ones commit the rules and are `applying` until a job has done their parts one by one, which takes up where
 * it was interrupted. Refused as `proposal-stale`, with the new numbers, when rules changed since or somebody would be
 * worse off than was shown; bookings made in between that keep their place do not matter. Applied twice it happens
 * once. Throws `not-found`, `proposal-over`, and what the verbs of the changes throw.
 */
export async function applyProposal(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: ApplyProposal,
): Promise<Proposal> {
  try {
    await checkLarge(deps, context, input);
    return await deps.db.inTenant(context.tenant.id, (trx) => applyIn(trx, context, input), {
      signal: context.signal,
    });
  } catch (error) {
    if (error instanceof StaleProposal) return showAnew(deps, context, input.id);
    throw error;
  }
}

/** Says that what was shown does not hold; the transaction is rolled back. */
class StaleProposal extends Error {}

async function applyIn(
  trx: Trx,
  context: RequestContext,
  { id, snapshot }: ApplyProposal,
): Promise<Proposal> {
  const tenantId = context.tenant.id;
  const row = await lockProposalRow(trx, tenantId, id);
  if (!row) throw new DomainError(notFound, "There is no such proposal.");
  if (isBegun(row)) return viewProposal(trx, tenantId, row);
  checkOpen(row, snapshot);
  const written = await writeChanges(trx, context, changesOf(row));
  if (!written.rulesDigest.equals(row.rules_digest)) throw new StaleProposal();
  if (written.slotsExamined <= slotsAtOnceMax) {
    await turnAllParts(trx, context, { id, written });
    await markApplied(trx, tenantId, { id, status: "applied" });
    await recordEvents(trx, context, [eventOf("applied", row)]);
  } else {
    await markApplied(trx, tenantId, { id, status: "applying", parts: written.parts });
    await recordEvents(trx, context, [eventOf("applying", row)]);
  }
  const after = await findProposalRow(trx, tenantId, id);
  return viewProposal(trx, tenantId, after ?? row);
}

function isBegun({ status }: ProposalRow): boolean {
  return status === "applied" || status === "applying";
}

function checkOpen(row: ProposalRow, snapshot: string): void {
  if (row.status !== "computed" || row.is_late) {
    throw new DomainError(proposalOver, "The proposal was dropped or has expired.");
  }
  if (row.snapshot.toString("hex") !== snapshot) throw new StaleProposal();
}

/** Lets the slots follow and rolls everything back when somebody would be worse off than was shown. */
async function turnAllParts(
  trx: Trx,
  context: RequestContext,
  { id, written }: { readonly id: string; readonly written: WrittenChanges },
): Promise<void> {
  const shown = await listOutcomes(trx, context.tenant.id, id);
  const found: OutcomeOf[] = [];
  for (const part of written.parts) found.push(...(await turnPart(trx, context, part)).outcomes);
  await checkNotWorse(trx, context.tenant.id, { shown, found });
}

async function checkNotWorse(
  trx: Trx,
  tenantId: string,
  { shown, found }: { readonly shown: readonly OutcomeOf[]; readonly found: readonly OutcomeOf[] },
): Promise<void> {
  const missing = missingReturns(shown, found);
  const stillInConflict =
    missing.length === 0 ? [] : await listStillInConflict(trx, tenantId, missing);
  if (isWorse(shown, { found, stillInConflict })) throw new StaleProposal();
}

/**
 * What is too large for one transaction is tried out again before its rules are committed: what comes after that, part
 * by part, cannot be taken back.
 */
async function checkLarge(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { id, snapshot }: ApplyProposal,
): Promise<void> {
  const tenantId = context.tenant.id;
  const read = { isReadOnly: true, signal: context.signal };
  const row = await deps.db.inTenant(tenantId, (trx) => findProposalRow(trx, tenantId, id), read);
  if (!row || isBegun(row) || row.effect.slots_examined <= slotsAtOnceMax) return;
  checkOpen(row, snapshot);
  const { outcomes: found } = await computeEffect(deps, context, changesOf(row));
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const shown = await listOutcomes(trx, tenantId, id);
      await checkNotWorse(trx, tenantId, { shown, found });
    },
    read,
  );
}

/** Computes a proposal again, keeps that, and says so with the new numbers. */
async function showAnew(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<never> {
  const tenantId = context.tenant.id;
  const find = { isReadOnly: true, signal: context.signal };
  const row = await deps.db.inTenant(tenantId, (trx) => findProposalRow(trx, tenantId, id), find);
  if (!row) throw new DomainError(notFound, "There is no such proposal.");
  const computed = await computeEffect(deps, context, changesOf(row));
  const proposal = await deps.db.inTenant(
    tenantId,
    async (trx) => {
      await replaceComputed(trx, tenantId, { id, computed, hoursMax });
      const after = await findProposalRow(trx, tenantId, id);
      return viewProposal(trx, tenantId, after ?? row);
    },
    { signal: context.signal },
  );
  const detail = "Something changed since this was computed: these are the numbers now.";
  throw new DomainError(proposalStale, detail, { facts: { proposal } });
}

function eventOf(verb: "applied" | "applying", { id, version }: ProposalRow): DomainEvent {
  return {
    kind: `proposal.${verb}`,
    subjectKind: "proposal",
    subjectId: id,
    subjectVersion: version + 1,
    isRelayed: verb === "applying",
  };
}
