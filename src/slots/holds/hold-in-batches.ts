import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type BatchOutcome, createGatherer } from "../../db/gatherer.ts";
import { DomainError } from "../../errors.ts";
import { recordEventsOf } from "../../events/record-events.ts";
import type { IdempotencyKey } from "../../http/idempotency.ts";
import { storeReplies, takeKeys } from "../../http/idempotency-many.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { abortOf, isGone, outcomeOfKey } from "../batch/batch-item.ts";
import { allocationsOf, decideClaims } from "../batch/claim-many.ts";
import { writeTakings } from "../batch/queries.ts";
import type { Claim } from "../claim/claim-places.ts";
import type { Placement } from "../claim/choose-places.ts";
import { isClerk } from "../is-clerk.ts";
import { createVisitRulesReader, type VisitRules } from "../rules/visit-rules.ts";
import { type CreateHold, createHold, heldEvent } from "./create-hold.ts";
import type { Hold } from "./hold.ts";
import { type HoldView, holdView } from "./hold-view.ts";
import { insertHolds } from "./queries.ts";
import { holdSchema } from "./schema.ts";

/** Holds of one transaction at most. */
const batchMax = 64;
const waitingMax = 2_000;

/** A hold as its caller wants it. */
export interface HoldRequest {
  readonly context: RequestContext;
  readonly wish: CreateHold & { readonly idempotency?: IdempotencyKey | undefined };
}

/** Holds like `createHold`, with the same guarantees and problems. */
export type KeepTime = (request: HoldRequest) => Promise<HoldView>;

/** A hold that needs nothing but free slots. */
interface PlainHold extends HoldRequest {
  readonly visit: VisitRules;
}

/** Undefined: the hold must be made alone. */
type Result = HoldView | undefined;

/** Makes a `KeepTime` that gathers concurrent holds of a tenant as bookings are gathered. */
export function createHolding(deps: Pick<Deps, "db" | "vault">): KeepTime {
  const readRules = createVisitRulesReader(deps.db);
  const gatherer = createGatherer<PlainHold, Result>({
    itemsMax: batchMax,
    waitingMax,
    run: (tenantId, items, onLocked) =>
      deps.db.inTenant(tenantId, (trx) => holdMany(trx, deps, { tenantId, items, onLocked })),
  });
  return async (request) => {
    const plain = await recognise(request, readRules);
    request.context.signal?.throwIfAborted();
    const held = plain && (await gatherer.submit(request.context.tenant.id, plain));
    return held ?? createHold(deps, request.context, request.wish);
  };
}

/** Undefined for a hold that replaces another, needs an invitation or a ceiling, is the office's, or seems refused. */
async function recognise(
  { context, wish }: HoldRequest,
  readRules: ReturnType<typeof createVisitRulesReader>,
): Promise<PlainHold | undefined> {
  if (wish.client !== undefined || isClerk(context.actor)) return undefined;
  try {
    const visit = await readRules(context.tenant.id, wish.names);
    const isPlain = visit.rules.services.every((service) => service.visibility !== "invitation");
    return isPlain && !visit.hasCeilings ? { context, wish, visit } : undefined;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

interface Batch {
  readonly tenantId: string;
  /** Called when all slots are locked. */
  readonly onLocked: () => void;
  readonly items: readonly PlainHold[];
}

async function holdMany(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items, onLocked }: Batch,
): Promise<BatchOutcome<Result>[]> {
  const keys = items.map(({ context, wish }) => ({ context, idempotency: wish.idempotency }));
  const states = await takeKeys(trx, tenantId, keys);
  const fresh = items.filter((item, index) => states[index] === "free" && !isGone(item));
  const outcomes = await holdFresh(trx, deps, { tenantId, items: fresh, onLocked });
  return items.map((item, index) => {
    const state = states[index];
    const rest = (): BatchOutcome<Result> =>
      state === "free" ? { kind: "refused", error: abortOf(item) } : outcomeOfKey(state);
    return outcomes.get(item) ?? rest();
  });
}

interface Held {
  readonly item: PlainHold;
  readonly hold: Hold;
  readonly placement: Placement;
}

async function holdFresh(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items, onLocked }: Batch,
): Promise<Map<PlainHold, BatchOutcome<Result>>> {
  const outcomes = new Map<PlainHold, BatchOutcome<Result>>();
  if (items.length === 0) return outcomes;
  const claims = items.map(({ visit, wish }) => ({
    ...visit,
    ...wish,
    startsAt: wish.startsAt.getTime(),
  }));
  const { now, decisions } = await decideClaims(trx, tenantId, { claims, holdIds: [], onLocked });
  const held: Held[] = [];
  for (const [index, item] of items.entries()) {
    const decision = decisions[index];
    if (!decision) throw new Error("A claim was not decided");
    if (decision === "alone") {
      outcomes.set(item, { kind: "done", value: undefined });
      continue;
    }
    if ("refusal" in decision) {
      outcomes.set(item, { kind: "refused", error: decision.refusal });
      continue;
    }
    const hold = newHold(item, decision.claim, now);
    held.push({ item, hold, placement: decision.placement });
    outcomes.set(item, { kind: "done", value: holdSchema.parse(holdView(hold)) });
  }
  if (held.length > 0) await writeHeld(trx, deps, { tenantId, held });
  return outcomes;
}

/** `now` is the database's clock, epoch ms. */
function newHold({ wish, visit }: PlainHold, claim: Claim, now: number): Hold {
  const { partySize, channel } = wish;
  return {
    id: uuidv7(),
    status: "open",
    siteId: visit.siteId,
    serviceIds: visit.serviceIds,
    partySize,
    channel,
    startsAt: dateFromEpochMs(claim.startsAt),
    endsAt: dateFromEpochMs(claim.endsAt),
    // A hold never outlives its start.
    expiresAt: dateFromEpochMs(Math.min(now + ttlSecondsOf(visit) * 1_000, claim.startsAt)),
    extensions: 0,
    legs: claim.legs,
    isPinned: wish.resourceId !== undefined,
  };
}

function ttlSecondsOf({ rules }: VisitRules): number {
  return Math.min(...rules.services.map((service) => service.holdTtlSeconds));
}

async function writeHeld(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { tenantId, held }: { tenantId: string; held: readonly Held[] },
): Promise<void> {
  await writeTakings(trx, tenantId, {
    ownerKind: "hold",
    expiresAt: new Map(held.map(({ hold }) => [hold.id, hold.expiresAt])),
    allocations: allocationsOf(
      held.map(({ hold, placement }) => ({ ownerId: hold.id, placement })),
    ),
  });
  await insertHolds(
    trx,
    tenantId,
    held.map(({ hold, item }) => ({ ...hold, ttlSeconds: ttlSecondsOf(item.visit) })),
  );
  const happened = held.map(({ hold, item }) => ({
    event: heldEvent(hold),
    context: item.context,
  }));
  await recordEventsOf(trx, tenantId, happened);
  const replies = held.map(({ hold, item }) => ({
    context: item.context,
    idempotency: item.wish.idempotency,
    reply: { status: 201, body: holdView(hold) } as const,
  }));
  await storeReplies(trx, { vault, tenantId }, replies);
}
