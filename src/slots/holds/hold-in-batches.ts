import type { RawBuilder } from "kysely";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type BatchOutcome, createGatherer } from "../../db/gatherer.ts";
import { newId } from "../../db/random.ts";
import { writeTogether } from "../../db/together.ts";
import { DomainError } from "../../errors.ts";
import { eventWrites } from "../../events/record-events.ts";
import type { IdempotencyKey } from "../../http/idempotency.ts";
import { replyWrites } from "../../http/idempotency-many.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { type Batch, type BatchWish, decideBatch } from "../batch/decide-batch.ts";
import { allocationsOf } from "../batch/decide-claims.ts";
import { laneOf, tenantOfLane } from "../batch/lane-of.ts";
import { takingWrites } from "../batch/queries.ts";
import type { VisitTime } from "../claim/claim-places.ts";
import type { Placement } from "../claim/choose-places.ts";
import { moveEvents } from "../claim/mover.ts";
import type { MovedStay } from "../claim/stay-queries.ts";
import { isClerk } from "../is-clerk.ts";
import { createVisitRulesReader, type VisitRules } from "../rules/visit-rules.ts";
import { type CreateHold, createHold, heldEvent } from "./create-hold.ts";
import type { Hold } from "./hold.ts";
import { type HoldView, holdView } from "./hold-view.ts";
import { holdsInsert } from "./queries.ts";

/** Holds of one transaction at most. */
const batchMax = 128;
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
    run: (lane, items, onLocked) => {
      const tenantId = tenantOfLane(lane);
      return deps.db.inTenant(tenantId, (trx) =>
        holdMany(trx, deps, { tenantId, items, onLocked }),
      );
    },
  });
  return async (request) => {
    const plain = await recognise(request, readRules);
    request.context.signal?.throwIfAborted();
    const held = plain && (await gatherer.submit(laneOfHold(plain), plain));
    return held ?? createHold(deps, request.context, request.wish);
  };
}

function laneOfHold({ context, visit, wish }: PlainHold): string {
  const { siteId } = visit;
  return laneOf(context.tenant.id, { siteId, startsAt: wish.startsAt.getTime() });
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

async function holdMany(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  batch: Omit<Batch<PlainHold>, "wishOf">,
): Promise<BatchOutcome<Result>[]> {
  const { now, granted, moved, others } = await decideBatch(trx, { ...batch, wishOf });
  const held = granted.map(({ item, claim, placement }) => {
    if (!placement) throw new Error("A hold was granted without places");
    const hold = newHold(item, claim, now);
    return { item, hold, placement, view: holdView(hold) };
  });
  await writeTogether(trx, heldWrites(deps, batch, { held, moved }));
  const views = new Map(held.map(({ item, view }) => [item, view]));
  return batch.items.map((item) => others.get(item) ?? { kind: "done", value: views.get(item) });
}

function wishOf({ visit, wish }: PlainHold): BatchWish {
  return { claim: { ...visit, ...wish, startsAt: wish.startsAt.getTime() } };
}

interface Held {
  readonly item: PlainHold;
  readonly hold: Hold;
  readonly placement: Placement;
  readonly view: HoldView;
}

/** `now` is the database's clock, epoch ms. */
function newHold({ wish, visit }: PlainHold, claim: VisitTime, now: number): Hold {
  const { partySize, channel } = wish;
  return {
    id: newId(),
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

function heldWrites(
  { vault }: Pick<Deps, "vault">,
  { tenantId }: Pick<Batch<PlainHold>, "tenantId">,
  { held, moved }: { readonly held: readonly Held[]; readonly moved: readonly MovedStay[] },
): RawBuilder<unknown>[] {
  const [first] = held;
  if (!first) return [];
  const { context } = first.item;
  const placed = held.map(({ hold, placement }) => ({ ownerId: hold.id, placement }));
  return [
    ...takingWrites(tenantId, {
      ownerKind: "hold",
      expiresAt: new Map(held.map(({ hold }) => [hold.id, hold.expiresAt])),
      allocations: allocationsOf(placed),
      moved,
    }),
    holdsInsert(
      tenantId,
      held.map(({ hold, item }) => ({ ...hold, ttlSeconds: ttlSecondsOf(item.visit) })),
    ),
    ...eventWrites(tenantId, [
      ...held.map(({ hold, item }) => ({ event: heldEvent(hold), context: item.context })),
      ...moveEvents(moved).map((event) => ({ event, context })),
    ]),
    ...replyWrites(
      { vault, tenantId },
      held.map(({ view, item }) => ({
        context: item.context,
        idempotency: item.wish.idempotency,
        json: JSON.stringify({ status: 201, body: view }),
      })),
    ),
  ];
}
