import type { Trx } from "../../db/database.ts";
import type { Counter } from "../ceilings/ceilings.ts";
import { expireCeilingUses } from "../ceilings/queries.ts";
import type { BookingRules } from "../rules/booking-rules.ts";
import { publishedAt } from "../rules/publication.ts";
import type { Misfit, Placement } from "./choose-places.ts";
import { creditUnits } from "./credit-units.ts";
import {
  type CoolDownUnits,
  deleteCoolDowns,
  expireAllocations,
  listCoolDowns,
} from "./queries.ts";
import { refuseVisit } from "./refuse-visit.ts";
import type { SlotState } from "./slot-board.ts";

/** What the claim has locked and read. */
export interface Locked {
  readonly slots: readonly SlotState[];
  readonly counters: readonly Counter[];
}

/** A claim that looks for its places. */
export interface Placing {
  readonly request: {
    readonly rules: BookingRules;
    readonly startsAt: number;
    readonly isStaff: boolean;
    readonly releasedOwnerIds?: readonly string[];
  };
  readonly attempt: (locked: Locked) => Placement | Misfit;
  readonly timeZone: string;
}

/**
 * Tries on what is read; when full, first tidies what has expired, then (for staff) ends the cool-downs that are in
 * the way and no others. Returns the counters as they then are. Throws the problem that says why nothing fits.
 */
export async function placeOrRefuse(
  trx: Trx,
  tenantId: string,
  { locked, ...placing }: Placing & { readonly locked: Locked },
): Promise<{ placement: Placement; counters: readonly Counter[] }> {
  const { attempt, request } = placing;
  const first = attempt(locked);
  if (typeof first !== "string") return { placement: first, counters: locked.counters };
  if (first !== "full" && first !== "ceiling") throw refusal(first, locked, placing);
  const tidied = await tidy(trx, tenantId, { locked, request });
  const second = attempt(tidied);
  if (typeof second !== "string") return { placement: second, counters: tidied.counters };
  const third =
    second === "full" && request.isStaff
      ? await placeInCoolDowns(trx, tenantId, { locked: tidied, attempt })
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

async function placeInCoolDowns(
  trx: Trx,
  tenantId: string,
  { locked, attempt }: { locked: Locked; attempt: Placing["attempt"] },
): Promise<Placement | Misfit> {
  const coolDowns = await listCoolDowns(
    trx,
    tenantId,
    locked.slots.map((slot) => slot.id),
  );
  if (coolDowns.length === 0) return "full";
  const outcome = attempt({ ...locked, slots: creditUnits(locked.slots, coolDowns) });
  if (typeof outcome === "string") return outcome;
  const ids = coolDownsInTheWay(outcome, locked.slots, coolDowns);
  await deleteCoolDowns(trx, tenantId, ids);
  return outcome;
}

/** The oldest cool-downs of each slot that must end for a placement to fit. */
function coolDownsInTheWay(
  placement: Placement,
  slots: readonly SlotState[],
  coolDowns: readonly CoolDownUnits[],
): number[] {
  const missing = new Map(slots.map((slot) => [slot.id, slot.taken - slot.capacity]));
  for (const { slot, units } of placement.takings)
    missing.set(slot.id, (missing.get(slot.id) ?? 0) + units);
  return coolDowns
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
  { request, timeZone }: Omit<Placing, "attempt">,
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
