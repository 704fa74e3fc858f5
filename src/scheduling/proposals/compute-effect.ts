import { createHash } from "node:crypto";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { lockInventories } from "../../slots/inventory/queries.ts";
import { loadSchedules } from "../load-schedules.ts";
import { planParts, resourcesOf } from "./plan-parts.ts";
import { addCounts, type EffectDay, noCounts, type Part, type ProposedChange } from "./proposal.ts";
import type { ComputedRow } from "./queries.ts";
import { type PartEffect, turnPart } from "./turn-part.ts";
import { scopesOf, writeChangesIn } from "./write-changes.ts";

/** Changes that a transaction has written, and the parts in which the slots follow. */
export interface WrittenChanges {
  readonly resourceIds: readonly string[];
  /** Of the rules as they were before. */
  readonly rulesDigest: Buffer;
  readonly parts: readonly Part[];
  readonly slotsExamined: number;
}

/**
 * Tells what changes would do, without effect: makes them by the very verbs and lets the slots follow, part by part,
 * each in a transaction of its own that is rolled back, so that applying does what was shown. A part holds its slots'
 * locks for some 200 ms (4,000 slots), so that bookings wait no longer than for any change of openings. May be repeated.
 * Throws what the verbs throw, and `proposal-too-large`.
 */
export async function computeEffect(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  changes: readonly ProposedChange[],
): Promise<ComputedRow> {
  const first = await tryOut(deps, context, async (trx) => {
    const written = await writeChanges(trx, context, changes);
    const [only, ...others] = written.parts;
    const isSmall = only !== undefined && others.length === 0;
    return { written, effects: isSmall ? [await turnPart(trx, context, only)] : [] };
  });
  const { written } = first;
  const effects = [...first.effects];
  for (const part of written.parts.slice(effects.length)) {
    effects.push(
      await tryOut(deps, context, async (trx) => {
        await lockInventories(trx, context.tenant.id, written.resourceIds);
        await writeChangesIn(trx, context, changes);
        return turnPart(trx, context, part);
      }),
    );
  }
  return computedOf(written, effects);
}

/** Does something and rolls it back; returns what came of it. */
export async function tryOut<T>(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  const found: T[] = [];
  const trial = new TrialOver();
  try {
    await deps.db.inTenant(
      context.tenant.id,
      async (trx) => {
        found[0] = await work(trx);
        throw trial;
      },
      { signal: context.signal },
    );
  } catch (error) {
    if (error !== trial) throw error;
  }
  const [result] = found;
  if (result === undefined) throw new Error("A trial ended without a result");
  return result;
}

/** Ends a transaction that was only to show what would be. */
class TrialOver extends Error {}

/**
 * Writes the changes in the caller's transaction, whose inventories it locks in the order that all share, and plans how
 * the slots follow. Throws what the verbs throw, and `proposal-too-large`.
 */
export async function writeChanges(
  trx: Trx,
  context: RequestContext,
  changes: readonly ProposedChange[],
): Promise<WrittenChanges> {
  const tenantId = context.tenant.id;
  const scopes = await scopesOf(trx, tenantId, changes);
  const resourceIds = await resourcesOf(trx, tenantId, scopes);
  await lockInventories(trx, tenantId, resourceIds);
  const rulesDigest = await digestOfRules(trx, tenantId, resourceIds);
  const written = await writeChangesIn(trx, context, changes);
  return {
    resourceIds,
    rulesDigest,
    ...(await planParts(trx, tenantId, {
      changes: written,
      followsOffers: changes.some(({ kind }) => kind === "change_services"),
    })),
  };
}

/** Hash of everything that decides about the slots of resources. */
async function digestOfRules(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<Buffer> {
  const hash = createHash("sha256");
  for (const { schedule, digest } of await loadSchedules(trx, tenantId, resourceIds)) {
    hash.update(schedule.resourceId).update(digest);
  }
  return hash.digest();
}

/** Adds the effects of all parts up to what is shown. */
function computedOf(
  { resourceIds, rulesDigest, slotsExamined }: WrittenChanges,
  effects: readonly PartEffect[],
): ComputedRow {
  const outcomes = effects.flatMap((effect) => effect.outcomes);
  const days = effects
    .flatMap((effect) => effect.days)
    .toSorted((a, b) => compareText(a.date, b.date) || compareText(a.site_id, b.site_id));
  return {
    resourceIds,
    rulesDigest,
    snapshot: snapshotOf(rulesDigest, outcomes),
    outcomes,
    effect: {
      totals: days.reduce((sum, day: EffectDay) => addCounts(sum, day), noCounts),
      holds_released: effects.reduce((sum, effect) => sum + effect.holdsReleased, 0),
      days,
      slots_examined: slotsExamined,
    },
  };
}

function snapshotOf(rulesDigest: Buffer, outcomes: ComputedRow["outcomes"]): Buffer {
  const lines = outcomes.map((one) => `${one.appointmentId} ${one.outcome}`).toSorted();
  return createHash("sha256").update(rulesDigest).update(lines.join("\n")).digest();
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
