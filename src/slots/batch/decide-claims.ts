import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { type Choice, choosePlaces, type Misfit, type Placement } from "../claim/choose-places.ts";
import {
  type ClaimRequest,
  checkRequest,
  checkTimes,
  toClaim,
  type VisitTime,
} from "../claim/claim-places.ts";
import { hasRoomInReach, makeRoom } from "../claim/make-room.ts";
import { loadMover, type Mover } from "../claim/mover.ts";
import { keptBackInTheWay, publicationOf, visitOf } from "../claim/place-or-refuse.ts";
import {
  deleteKeptBack,
  expireAllocations,
  type KeptBackUnits,
  listKeptBack,
} from "../claim/queries.ts";
import { creditUnits } from "../claim/credit-units.ts";
import { type KeptBackKind, keptBackFor } from "../kept-back.ts";
import { reachOf } from "../claim/reach.ts";
import { refuseVisit } from "../claim/refuse-visit.ts";
import { createSlotBoard, type SlotState } from "../claim/slot-board.ts";
import type { MovedStay } from "../claim/stay-queries.ts";
import { publishedAt } from "../rules/publication.ts";
import type { OwnedAllocation, ResourceWindow } from "./queries.ts";

/**
 * A claim that a batch can decide: a citizen's, for slots without ceilings, giving nothing back. Whoever has priority may
 * have what is kept back for him.
 */
export type PlainClaim = Pick<
  ClaimRequest,
  "rules" | "siteId" | "partySize" | "startsAt" | "resourceId" | "channel" | "priority"
>;

/** What a batch decided for one claim, before anything is written; `alone` where ceilings have to be asked. */
export type Decision =
  | { readonly claim: VisitTime; readonly placement: Placement }
  | { readonly refusal: DomainError }
  | "alone";

/** What the batch has locked, and the database's clock after that (epoch ms). */
export interface LockedSlots {
  readonly slots: readonly SlotState[];
  readonly now: number;
  /** Holds confirmed a moment ago: one that reaches its expiry meanwhile is the appointment's all the same. */
  readonly confirmedHoldIds: readonly string[];
}

/** What was decided, and whom it moves to equivalent resources. */
export interface Decided {
  readonly decisions: readonly Decision[];
  readonly moved: readonly MovedStay[];
}

/** What a batch decides. */
export interface Deciding {
  readonly claims: readonly PlainClaim[];
  readonly locked: LockedSlots;
  /** Decides nothing after the first claim that is not granted: what comes later depends on its next wish. */
  readonly stopsAtRefusal?: boolean;
}

/**
 * Decides claims on locked slots one after the other, in the order of arrival, by the very rules of a single claim.
 * Writes nothing but the end of what has expired on these slots, or is kept back for the claims, and only when somebody
 * found them full. One refusal never concerns another claim.
 */
export async function decideClaims(
  trx: Trx,
  tenantId: string,
  { claims, locked, stopsAtRefusal = false }: Deciding,
): Promise<Decided> {
  const slots: MutableSlot[] = locked.slots.map((slot) => ({ ...slot }));
  const table: Table = {
    board: createSlotBoard(slots),
    slots,
    byId: new Map(slots.map((slot) => [slot.id, slot])),
    now: locked.now,
  };
  let isTidy = false;
  let mover: Mover | undefined;
  /** Wishes for which nobody could be moved: others who wish the same need not look again while nobody moves. */
  const hopeless = new Set<string>();
  const kept = createKeptBack(trx, tenantId, table);
  const decisions: Decision[] = [];
  for (const claim of claims) {
    let decision = decide(table, claim);
    if (decision === "full" && !isTidy) {
      isTidy = true;
      await tidy(trx, tenantId, { table, exceptOwnerIds: locked.confirmedHoldIds });
      decision = decide(table, claim);
    }
    if (decision === "full" && !hopeless.has(wishOf(claim)) && couldMove(table, claim)) {
      mover ??= await loadMover(trx, tenantId, slots);
      decision = decideByMoving(table, claim, mover);
      if (decision === "full") hopeless.add(wishOf(claim));
      else hopeless.clear();
    }
    if (decision === "full") decision = await kept.decide(claim);
    decisions.push(decision === "full" ? { refusal: refuseVisit("full", undefined) } : decision);
    if (stopsAtRefusal && (decision === "full" || decision === "alone" || "refusal" in decision))
      break;
  }
  await kept.end();
  return { decisions, moved: mover?.moved() ?? [] };
}

/** What is locked is nobody else's to change, so the batch keeps count of it here until it writes. */
type MutableSlot = { -readonly [K in keyof SlotState]: SlotState[K] };

interface Table {
  readonly board: ReturnType<typeof createSlotBoard>;
  readonly slots: readonly MutableSlot[];
  readonly byId: ReadonlyMap<number, MutableSlot>;
  readonly now: number;
}

function decide(table: Table, claim: PlainClaim): Decision | "full" {
  const { slots, now } = table;
  const request = plainRequest(claim);
  let timeZone: string;
  try {
    timeZone = checkRequest(request);
    checkTimes(request, now);
  } catch (error) {
    return { refusal: asRefusal(error) };
  }
  const outcome = choosePlaces(choiceOf(table, request, timeZone), visitOf(request));
  if (typeof outcome === "string") return misfitOf(outcome, { slots, request, timeZone });
  // Remembered rules may be older than a ceiling; what the locked slots' openings say is not.
  if (outcome.takings.some((taking) => taking.slot.hasCeilings)) return "alone";
  take(table, outcome);
  return { claim: toClaim(outcome, timeZone), placement: outcome };
}

function choiceOf({ board, now }: Table, request: ClaimRequest, timeZone: string): Choice {
  return {
    board,
    rules: reachOf(request),
    unitsUnderCeilings: () => Number.POSITIVE_INFINITY,
    isPublished: (start, services) =>
      services.every((service) => publishedAt(service, { ...start, timeZone }) <= now),
  };
}

function wishOf({ rules, siteId, partySize, startsAt, resourceId }: PlainClaim): string {
  const serviceIds = rules.services.map((service) => service.id);
  return [siteId, startsAt, partySize, resourceId, ...serviceIds].join("/");
}

/** By rules and by what is left on the table; a no is final and costs little, which is how a rush ends. */
function couldMove(table: Table, claim: PlainClaim): boolean {
  const request = plainRequest(claim);
  if (!reachOf(request).mayMove) return false;
  return hasRoomInReach(choiceOf(table, request, checkRequest(request)), visitOf(request));
}

function decideByMoving(table: Table, claim: PlainClaim, mover: Mover): Decision | "full" {
  const request = plainRequest(claim);
  const timeZone = checkRequest(request);
  const room = makeRoom(choiceOf(table, request, timeZone), visitOf(request), mover.stays());
  if (!room) return "full";
  if (room.placement.takings.some((taking) => taking.slot.hasCeilings)) return "alone";
  for (const [slotId, units] of mover.move(room.moves)) {
    const slot = table.byId.get(slotId);
    if (slot) slot.taken += units;
  }
  take(table, room.placement);
  return { claim: toClaim(room.placement, timeZone), placement: room.placement };
}

/** What is kept back on the locked slots for whoever comes before others: read when it is needed, ended together. */
function createKeptBack(trx: Trx, tenantId: string, table: Table) {
  const ended: number[] = [];
  const left = new Map<string, readonly KeptBackUnits[]>();
  const leftFor = async (kinds: readonly KeptBackKind[]): Promise<readonly KeptBackUnits[]> => {
    const known = left.get(kinds.join());
    if (known) return known;
    const slotIds = [...table.byId.keys()];
    return kinds.length === 0 ? [] : listKeptBack(trx, tenantId, { slotIds, kinds });
  };
  return {
    decide: async (claim: PlainClaim): Promise<Decision | "full"> => {
      const kinds = keptBackFor(plainRequest(claim));
      const keptBack = (await leftFor(kinds)).filter((one) => !ended.includes(one.id));
      left.set(kinds.join(), keptBack);
      if (keptBack.length === 0) return "full";
      const { decision, ids } = decideInKeptBack(table, claim, keptBack);
      ended.push(...ids);
      return decision;
    },
    end: async (): Promise<void> => {
      if (ended.length > 0) await deleteKeptBack(trx, tenantId, ended);
    },
  };
}

function decideInKeptBack(
  table: Table,
  claim: PlainClaim,
  keptBack: readonly KeptBackUnits[],
): { readonly decision: Decision | "full"; readonly ids: readonly number[] } {
  const request = plainRequest(claim);
  const timeZone = checkRequest(request);
  const board = createSlotBoard(creditUnits(table.slots, keptBack));
  const outcome = choosePlaces(choiceOf({ ...table, board }, request, timeZone), visitOf(request));
  if (typeof outcome === "string") return { decision: "full", ids: [] };
  if (outcome.takings.some((taking) => taking.slot.hasCeilings))
    return { decision: "alone", ids: [] };
  const ids = keptBackInTheWay(outcome, table.slots, keptBack);
  for (const { id, slotId, units } of keptBack) {
    const slot = table.byId.get(slotId);
    if (slot && ids.includes(id)) slot.taken -= units;
  }
  take(table, outcome);
  return {
    decision: { claim: toClaim(outcome, timeZone), placement: outcome },
    ids,
  };
}

function misfitOf(
  misfit: Misfit,
  {
    slots,
    request,
    timeZone,
  }: { slots: readonly SlotState[]; request: ClaimRequest; timeZone: string },
): Decision | "full" {
  if (misfit === "full") return "full";
  const isOwn = (slot: SlotState): boolean =>
    request.rules.candidates.some((one) => one.resourceId === slot.resourceId);
  const published = publicationOf(slots.filter(isOwn), { request, timeZone });
  return { refusal: refuseVisit(misfit, published) };
}

function take({ byId }: Table, { takings }: Placement): void {
  for (const { slot, units } of takings) {
    const own = byId.get(slot.id);
    if (own) own.taken += units;
  }
}

async function tidy(
  trx: Trx,
  tenantId: string,
  given: { table: Table; exceptOwnerIds: readonly string[] },
): Promise<void> {
  const { table, exceptOwnerIds } = given;
  const slotIds = [...table.byId.keys()];
  const freed = await expireAllocations(trx, tenantId, { slotIds, exceptOwnerIds });
  for (const { slotId, units } of freed) {
    const slot = table.byId.get(slotId);
    if (slot) slot.taken -= units;
  }
}

function plainRequest(claim: PlainClaim): ClaimRequest {
  return { ...claim, isStaff: false, ttlSeconds: null, owner: { kind: "appointment", id: "" } };
}

function asRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  throw error;
}

/** Every window of slots that could serve any of the claims, once. */
export function windowsOf(claims: readonly PlainClaim[]): ResourceWindow[] {
  const windows = new Map<string, ResourceWindow>();
  for (const claim of claims) {
    const request = plainRequest(claim);
    const { candidates, beforeMs, afterMs } = reachOf(request);
    const from = request.startsAt - beforeMs;
    const to = request.startsAt + afterMs;
    for (const { resourceId } of candidates)
      windows.set(`${resourceId}/${from}/${to}`, { resourceId, from, to });
  }
  return [...windows.values()];
}

/** The allocations of decided claims, by the owner that each becomes. */
export function allocationsOf(
  placements: readonly { readonly ownerId: string; readonly placement: Placement }[],
): OwnedAllocation[] {
  return placements.flatMap(({ ownerId, placement }) =>
    placement.takings.map(({ slot, leg, units }) => ({ ownerId, slotId: slot.id, leg, units })),
  );
}
