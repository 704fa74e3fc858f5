import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { publishedAt } from "../rules/publication.ts";
import { choosePlaces, type Misfit, type Placement } from "../claim/choose-places.ts";
import {
  type Claim,
  type ClaimRequest,
  checkRequest,
  checkTimes,
  siteRules,
  spanOf,
  toClaim,
} from "../claim/claim-places.ts";
import { publicationOf } from "../claim/place-or-refuse.ts";
import { expireAllocations, readClock } from "../claim/queries.ts";
import { refuseVisit } from "../claim/refuse-visit.ts";
import { createSlotBoard, type SlotState } from "../claim/slot-board.ts";
import {
  confirmHolds,
  listWindowSlotIds,
  lockSlotStates,
  type OwnedAllocation,
  type ResourceWindow,
} from "./queries.ts";

/** A claim that a batch can decide: a citizen's, for slots without ceilings, giving nothing back. */
export type PlainClaim = Pick<
  ClaimRequest,
  "rules" | "siteId" | "partySize" | "startsAt" | "resourceId" | "channel"
>;

/** What a batch decided for one claim, before anything is written; `alone` where ceilings have to be asked. */
export type Decision =
  | { readonly claim: Claim; readonly placement: Placement }
  | { readonly refusal: DomainError }
  | "alone";

/** Decisions in the order of arrival, and the database's clock (epoch ms) they were made by. */
export interface Decided {
  readonly now: number;
  readonly decisions: readonly Decision[];
  /** Those of the holds that were still open; their places wait to be handed over. */
  readonly confirmedHoldIds: ReadonlySet<string>;
}

/** What a batch is to decide: claims in the order of arrival, and holds to confirm. */
export interface Wanted {
  readonly claims: readonly PlainClaim[];
  readonly holdIds: readonly string[];
  /** Called once all slots are locked; what starts afterwards comes after this batch wherever they meet. */
  readonly onLocked: () => void;
}

/**
 * Decides many claims of one tenant at once: locks every slot that could serve any of them, in id order, and then
 * decides one after the other, in the order of arrival, by the very rules of a single claim. Writes nothing but what
 * has expired on the locked slots, and only when somebody found them full. One refusal never concerns another claim.
 */
export async function decideClaims(
  trx: Trx,
  tenantId: string,
  { claims, holdIds, onLocked }: Wanted,
): Promise<Decided> {
  const windows = windowsOf(claims);
  const slotIds = await listWindowSlotIds(trx, tenantId, { windows, holdIds });
  const slots: MutableSlot[] = await lockSlotStates(trx, tenantId, slotIds);
  onLocked();
  const confirmedHoldIds =
    holdIds.length > 0 ? await confirmHolds(trx, tenantId, holdIds) : new Set<string>();
  // After the locks were waited for, so that notice and publication are judged by a time that is not past.
  const now = await readClock(trx);
  const board = createSlotBoard(slots);
  let isTidy = false;
  const decisions: Decision[] = [];
  for (const claim of claims) {
    let decision = decide({ board, slots, now }, claim);
    if (decision === "full" && !isTidy) {
      isTidy = true;
      await tidy(trx, tenantId, { slots, exceptOwnerIds: [...confirmedHoldIds] });
      decision = decide({ board, slots, now }, claim);
    }
    decisions.push(decision === "full" ? { refusal: refuseVisit("full", undefined) } : decision);
  }
  return { now, decisions, confirmedHoldIds };
}

/** What is locked is nobody else's to change, so the batch keeps count of it here until it writes. */
type MutableSlot = { -readonly [K in keyof SlotState]: SlotState[K] };

interface Table {
  readonly board: ReturnType<typeof createSlotBoard>;
  readonly slots: readonly MutableSlot[];
  readonly now: number;
}

function decide({ board, slots, now }: Table, claim: PlainClaim): Decision | "full" {
  const request = plainRequest(claim);
  let timeZone: string;
  try {
    timeZone = checkRequest(request);
    checkTimes(request, now);
  } catch (error) {
    return { refusal: asRefusal(error) };
  }
  const outcome = choosePlaces(
    {
      board,
      rules: siteRules(request),
      unitsUnderCeilings: () => Number.POSITIVE_INFINITY,
      isPublished: (start, services) =>
        services.every((service) => publishedAt(service, { ...start, timeZone }) <= now),
    },
    { ...request, services: request.rules.services },
  );
  if (typeof outcome === "string") return misfitOf(outcome, { slots, request, timeZone });
  // Remembered rules may be older than a ceiling; what the locked slots' openings say is not.
  if (outcome.takings.some((taking) => taking.slot.hasCeilings)) return "alone";
  take(slots, outcome);
  return { claim: toClaim(outcome, timeZone), placement: outcome };
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

function take(slots: readonly MutableSlot[], { takings }: Placement): void {
  const units = new Map<number, number>();
  for (const taking of takings)
    units.set(taking.slot.id, (units.get(taking.slot.id) ?? 0) + taking.units);
  for (const slot of slots) slot.taken += units.get(slot.id) ?? 0;
}

/** A hold confirmed a moment ago may reach its expiry meanwhile: its places are the appointment's already. */
async function tidy(
  trx: Trx,
  tenantId: string,
  given: { slots: readonly MutableSlot[]; exceptOwnerIds: readonly string[] },
): Promise<void> {
  const { slots, exceptOwnerIds } = given;
  const slotIds = slots.map((slot) => slot.id);
  const freed = await expireAllocations(trx, tenantId, { slotIds, exceptOwnerIds });
  for (const { slotId, units } of freed) {
    const slot = slots.find((one) => one.id === slotId);
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

/** Every window of every claim, once. */
function windowsOf(claims: readonly PlainClaim[]): ResourceWindow[] {
  const windows = new Map<string, ResourceWindow>();
  for (const claim of claims) {
    const request = plainRequest(claim);
    const span = spanOf(request);
    for (const { resourceId } of siteRules(request).candidates) {
      windows.set(`${resourceId}/${span.from}/${span.to}`, { resourceId, ...span });
    }
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
