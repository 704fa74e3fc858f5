import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { BatchOutcome } from "../../db/gatherer.ts";
import { readTogether } from "../../db/together.ts";
import { DomainError } from "../../errors.ts";
import { type IdempotencyKey, requestInProgress } from "../../http/idempotency.ts";
import { type KeyRing, type KeyState, keyRingOf } from "../../http/idempotency-many.ts";
import type { VisitTime } from "../claim/claim-places.ts";
import type { Placement } from "../claim/choose-places.ts";
import type { MovedStay } from "../claim/stay-queries.ts";
import { clockReading, nowOf, openingsOf, slotStates } from "../claim/queries.ts";
import { holdNotOpen } from "../errors.ts";
import {
  type Decision,
  decideClaims,
  type LockedSlots,
  type PlainClaim,
  windowsOf,
} from "./decide-claims.ts";
import { confirmHolds, lockSlotRows, windowSlots } from "./queries.ts";

/** What every request of a batch has. */
export interface BatchRequest {
  readonly context: RequestContext;
  readonly wish: { readonly idempotency?: IdempotencyKey | undefined };
}

/** A free time is claimed; a held one is handed over. */
export type BatchWish =
  | { readonly claim: PlainClaim }
  | { readonly hold: { readonly id: string; readonly time: VisitTime } };

/** Requests of one tenant that are decided in one transaction, in the order of their arrival. */
export interface Batch<Item> {
  readonly tenantId: string;
  readonly items: readonly Item[];
  readonly wishOf: (item: Item) => BatchWish;
  /** Called once all slots are locked; what starts afterwards comes after this batch wherever they meet. */
  readonly onLocked: () => void;
}

/** A request that gets its time. */
export interface Granted<Item> {
  readonly item: Item;
  readonly claim: VisitTime;
  /** Undefined where the time was held and is handed over. */
  readonly placement: Placement | undefined;
}

/** What became of a batch, before anything is written. */
export interface DecidedBatch<Item> {
  /** The database's clock after the locks were waited for; epoch ms. */
  readonly now: number;
  readonly granted: readonly Granted<Item>[];
  /** Stays of other people that have to be written elsewhere with it. */
  readonly moved: readonly MovedStay[];
  /** Of all others; `done` without a value: the request must be done alone. */
  readonly others: ReadonlyMap<Item, BatchOutcome<undefined>>;
}

/**
 * Takes the keys of a batch without waiting for any, locks every slot that could serve any of it in id order, and
 * decides its requests by the very rules of single ones. Three statements, and one more where holds are confirmed.
 */
export async function decideBatch<Item extends BatchRequest>(
  trx: Trx,
  batch: Batch<Item>,
): Promise<DecidedBatch<Item>> {
  const { tenantId } = batch;
  const wishes = batch.items.map((item) => ({ item, wish: batch.wishOf(item) }));
  const ring = keyRingOf(
    tenantId,
    batch.items.map(({ context, wish }) => ({ context, idempotency: wish.idempotency })),
  );
  const locked = await lock(trx, { ...batch, wishes, ring });
  const others = new Map<Item, BatchOutcome<undefined>>();
  const fresh = wishes.filter(({ item }, index) => {
    const outcome = outcomeUndecided(item, locked.states[index]);
    if (outcome) others.set(item, outcome);
    return !outcome;
  });
  const granted: Granted<Item>[] = [];
  const { decided, moved } = await decideFresh(trx, tenantId, { fresh, locked });
  for (const [index, { item }] of fresh.entries()) {
    const decision = decided[index];
    if (!decision) throw new Error("A batch forgot one of its requests");
    if (decision === "alone") others.set(item, { kind: "done", value: undefined });
    else if ("refusal" in decision) others.set(item, { kind: "refused", error: decision.refusal });
    else granted.push({ ...decision, item });
  }
  return { now: locked.now, granted, moved, others };
}

interface Wished<Item> {
  readonly item: Item;
  readonly wish: BatchWish;
}

type Locked = Omit<LockedSlots, "confirmedHoldIds"> & { readonly states: readonly KeyState[] };

async function lock<Item>(
  trx: Trx,
  {
    tenantId,
    wishes,
    ring,
    onLocked,
  }: Batch<Item> & { readonly wishes: readonly Wished<Item>[]; readonly ring: KeyRing },
): Promise<Locked> {
  const windows = windowsOf(wishes.flatMap(({ wish }) => ("claim" in wish ? [wish.claim] : [])));
  const first = await readTogether(trx, {
    taken: ring.take,
    slots: windowSlots(tenantId, { windows, holdIds: holdIdsOf(wishes) }),
  });
  const ids = first.slots.map((slot) => slot.id);
  const rows = await lockSlotRows(trx, tenantId, ids);
  onLocked();
  // After the locks were waited for: openings, replies and the time are those of now.
  const then = await readTogether(trx, {
    stored: ring.find,
    openings: openingsOf(tenantId, rows),
    clock: clockReading(),
  });
  return {
    slots: slotStates(rows, then.openings),
    now: nowOf(then.clock),
    states: ring.statesOf(first.taken, then.stored),
  };
}

function holdIdsOf(wishes: readonly Wished<unknown>[]): string[] {
  return wishes.flatMap(({ wish }) => ("hold" in wish ? [wish.hold.id] : []));
}

/** Undefined for what is to be decided: a request with a free key whose caller is still there. */
function outcomeUndecided(
  { context }: BatchRequest,
  state: KeyState | undefined,
): BatchOutcome<undefined> | undefined {
  switch (state) {
    case "stored":
      return { kind: "done", value: undefined };
    case "twin":
      return { kind: "again" };
    case "locked":
    case undefined:
      return {
        kind: "refused",
        error: new DomainError(requestInProgress, "The same request is still being worked on."),
      };
    case "free":
      return context.signal?.aborted
        ? { kind: "refused", error: abortOf(context.signal) }
        : undefined;
  }
}

function abortOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("The request was given up");
}

type FreshDecision = Decision | { readonly claim: VisitTime; readonly placement: undefined };

async function decideFresh<Item>(
  trx: Trx,
  tenantId: string,
  { fresh, locked }: { readonly fresh: readonly Wished<Item>[]; readonly locked: Locked },
): Promise<{ decided: FreshDecision[]; moved: readonly MovedStay[] }> {
  const holdIds = holdIdsOf(fresh);
  const confirmed =
    holdIds.length > 0 ? await confirmHolds(trx, tenantId, holdIds) : new Set<string>();
  const { decisions, moved } = await decideClaims(trx, tenantId, {
    claims: fresh.flatMap(({ wish }) => ("claim" in wish ? [wish.claim] : [])),
    locked: { ...locked, confirmedHoldIds: [...confirmed] },
  });
  const rest = decisions.values();
  const decided = fresh.map(({ wish }): FreshDecision => {
    if ("claim" in wish) {
      const { value } = rest.next();
      if (!value) throw new Error("A claim was not decided");
      return value;
    }
    // Two requests for one hold in one batch: the first has it.
    return confirmed.delete(wish.hold.id)
      ? { claim: wish.hold.time, placement: undefined }
      : { refusal: new DomainError(holdNotOpen, "This time is no longer held for you.") };
  });
  return { decided, moved };
}
