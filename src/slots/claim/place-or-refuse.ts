import type { Trx } from "../../db/database.ts";
import type { Counter } from "../ceilings/ceilings.ts";
import { expireCeilingUses } from "../ceilings/queries.ts";
import { publishedAt } from "../rules/publication.ts";
import { keptBackFor, type KeptBackKind } from "../kept-back.ts";
import {
  type Choice,
  choosePlaces,
  type Misfit,
  type Placement,
  type Visit,
} from "./choose-places.ts";
import type { ClaimRequest } from "./claim-places.ts";
import { creditUnits } from "./credit-units.ts";
import { type KeptBackUnits, deleteKeptBack, expireAllocations, listKeptBack } from "./queries.ts";
import { hasRoomInReach, makeRoom } from "./make-room.ts";
import { loadMover, type Mover } from "./mover.ts";
import { reachOf } from "./reach.ts";
import { refuseVisit } from "./refuse-visit.ts";
import type { SlotState } from "./slot-board.ts";

/** What the claim has locked and read. */
export interface Locked {
  readonly slots: readonly SlotState[];
  readonly counters: readonly Counter[];
}

/** A claim that looks for its places. */
export interface Placing {
  readonly request: Pick<
    ClaimRequest,
    | "rules"
    | "siteId"
    | "partySize"
    | "startsAt"
    | "resourceId"
    | "isStaff"
    | "priority"
    | "isOverbooking"
    | "releasedOwnerIds"
  >;
  readonly choiceOf: (locked: Locked) => Choice;
  readonly timeZone: string;
}

/** Where a visit fits. */
export interface Placed {
  readonly placement: Placement;
  /** The counters as they then are. */
  readonly counters: readonly Counter[];
  /** Those who were moved for it. */
  readonly mover?: Mover;
}

/**
 * Tries on what is read; when full, first tidies what has expired, then moves others to equivalent resources, then (for
 * staff) ends the cool-downs that are in the way and no others. Throws the problem that says why nothing fits.
 */
export async function placeOrRefuse(
  trx: Trx,
  tenantId: string,
  { locked, ...placing }: Placing & { readonly locked: Locked },
): Promise<Placed> {
  const { request, choiceOf } = placing;
  const visit = visitOf(request);
  const attempt = (tried: Locked): Placement | Misfit => choosePlaces(choiceOf(tried), visit);
  const first = attempt(locked);
  if (typeof first !== "string") return { placement: first, counters: locked.counters };
  if (first !== "full" && first !== "ceiling") throw refusal(first, locked, placing);
  const tidied = await tidy(trx, tenantId, { locked, request });
  const second = attempt(tidied);
  if (typeof second !== "string") return { placement: second, counters: tidied.counters };
  const placed = await placeByMoving(trx, tenantId, { locked: tidied, placing });
  if (placed) return placed;
  const third =
    second === "full"
      ? await placeInKeptBack(trx, tenantId, {
          locked: tidied,
          attempt,
          kinds: keptBackFor(request),
        })
      : second;
  if (typeof third === "string") throw refusal(third, tidied, placing);
  return { placement: third, counters: tidied.counters };
}

async function tidy(
  trx: Trx,
  tenantId: string,
  { locked, request }: { locked: Locked; request: Placing["request"] },
): Promise<Locked> {
  const freed = await expireAllocations(trx, tenantId, {
    slotIds: locked.slots.map((slot) => slot.id),
    // What the claim itself gives back is counted as free already.
    exceptOwnerIds: request.releasedOwnerIds ?? [],
  });
  const counterIds = locked.counters.map((counter) => counter.id);
  return {
    slots: creditUnits(locked.slots, freed),
    counters: counterIds.length > 0 ? await expireCeilingUses(trx, tenantId, counterIds) : [],
  };
}

/** The visit of a claim, as the choice of places sees it. */
export function visitOf(request: Placing["request"]): Visit {
  const { rules, partySize, startsAt, resourceId } = request;
  return { services: rules.services, partySize, startsAt, resourceId };
}

/** Undefined where nobody can be moved so that the visit fits. Writes nothing. */
async function placeByMoving(
  trx: Trx,
  tenantId: string,
  { locked, placing }: { readonly locked: Locked; readonly placing: Placing },
): Promise<Placed | undefined> {
  const { request, choiceOf } = placing;
  const visit = visitOf(request);
  if (request.isOverbooking || !reachOf(request).mayMove) return undefined;
  const choice = choiceOf(locked);
  if (!hasRoomInReach(choice, visit)) return undefined;
  const mover = await loadMover(trx, tenantId, locked.slots);
  const released = new Set(request.releasedOwnerIds);
  const stays = mover.stays().filter((stay) => !released.has(stay.ownerId));
  const room = makeRoom(choice, visit, stays);
  if (!room) return undefined;
  mover.move(room.moves);
  return { placement: room.placement, counters: locked.counters, mover };
}

async function placeInKeptBack(
  trx: Trx,
  tenantId: string,
  {
    locked,
    attempt,
    kinds,
  }: {
    readonly locked: Locked;
    readonly attempt: (locked: Locked) => Placement | Misfit;
    readonly kinds: readonly KeptBackKind[];
  },
): Promise<Placement | Misfit> {
  if (kinds.length === 0) return "full";
  const slotIds = locked.slots.map((slot) => slot.id);
  const keptBack = await listKeptBack(trx, tenantId, { slotIds, kinds });
  if (keptBack.length === 0) return "full";
  const outcome = attempt({ ...locked, slots: creditUnits(locked.slots, keptBack) });
  if (typeof outcome === "string") return outcome;
  const ids = keptBackInTheWay(outcome, locked.slots, keptBack);
  await deleteKeptBack(trx, tenantId, ids);
  return outcome;
}

/** The oldest kept units of each slot that must end for a placement to fit. */
export function keptBackInTheWay(
  placement: Placement,
  slots: readonly SlotState[],
  keptBack: readonly KeptBackUnits[],
): number[] {
  const missing = new Map(slots.map((slot) => [slot.id, slot.taken - slot.capacity]));
  for (const { slot, units } of placement.takings)
    missing.set(slot.id, (missing.get(slot.id) ?? 0) + units);
  return keptBack
    .filter((one) => {
      const units = missing.get(one.slotId) ?? 0;
      if (units > 0) missing.set(one.slotId, units - one.units);
      return units > 0;
    })
    .map((one) => one.id);
}

function refusal(misfit: Misfit, locked: Locked, placing: Placing): Error {
  return refuseVisit(misfit, publicationOf(locked.slots, placing));
}

/** When the start becomes bookable at the earliest of the resources that have it. */
export function publicationOf(
  slots: readonly SlotState[],
  { request, timeZone }: Omit<Placing, "choiceOf">,
): number | undefined {
  const instants = slots
    .filter((slot) => slot.startsAt === request.startsAt && slot.isStart)
    .map((slot) =>
      Math.max(
        ...request.rules.services.map((service) => publishedAt(service, { ...slot, timeZone })),
      ),
    );
  return instants.length === 0 ? undefined : Math.min(...instants);
}
