import type { Trx } from "../../db/database.ts";
import type { DomainEvent } from "../../events/record-events.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import { listServiceRules } from "../rules/queries.ts";
import type { MovableStay, Move } from "./movable-stays.ts";
import type { SlotState } from "./slot-board.ts";
import { listMovableStays, type MovedStay, type StayRow } from "./stay-queries.ts";

/** Reads who may be moved on locked slots. */
export async function loadMover(
  trx: Trx,
  tenantId: string,
  slots: readonly SlotState[],
): Promise<Mover> {
  return createMover(await loadStays(trx, tenantId, slots));
}

/** Reads who may be moved on some slots. Reads only. */
export async function loadStays(
  trx: Trx,
  tenantId: string,
  slots: readonly SlotState[],
): Promise<KnownStay[]> {
  const rows = await listMovableStays(
    trx,
    tenantId,
    slots.map((slot) => slot.id),
  );
  const serviceIds = [...new Set(rows.flatMap((row) => row.service_ids))];
  const services = new Map(
    (await listServiceRules(trx, tenantId, serviceIds)).map((rule) => [rule.id, rule]),
  );
  return rows.flatMap((row) => stayOf(row, services) ?? []);
}

/** A stay that may be moved, with what is written when it is. */
export interface KnownStay extends MovableStay {
  readonly ownerKind: MovedStay["ownerKind"];
  /** Epoch ms; null for appointments. */
  readonly expiresAt: number | null;
}

/** Undefined for a stay whose services are retired: nobody knows which resources would be equivalent. */
function stayOf(row: StayRow, services: ReadonlyMap<string, ServiceRule>): KnownStay | undefined {
  const own = row.stay_count === 1 ? row.service_ids : row.service_ids.slice(row.leg, row.leg + 1);
  const rules = own.flatMap((id) => services.get(id) ?? []);
  const start = row.service_starts[row.stay_count === 1 ? 0 : row.leg];
  if (rules.length === 0 || rules.length < own.length || !start) return undefined;
  return {
    ownerKind: row.owner_kind,
    ownerId: row.owner_id,
    leg: row.leg,
    resourceId: row.resource_id,
    slotIds: row.slot_ids,
    startsAt: start.getTime(),
    units: row.units,
    services: rules,
    partySize: row.party_size,
    role: row.role,
    expiresAt: row.expires_at?.getTime() ?? null,
  };
}

/** Stays that may be moved, and where they are by now. */
export interface Mover {
  readonly stays: () => readonly MovableStay[];
  /** Notes moves as done; returns the change of units per slot. */
  readonly move: (moves: readonly Move[]) => ReadonlyMap<number, number>;
  /** Notes somebody who had no place before; he may be moved on like the others. */
  readonly add: (stay: KnownStay) => void;
  /** Everybody who is elsewhere in the end, from where it began; without those who were added. */
  readonly moved: () => readonly MovedStay[];
  /** Those who were added, where they are in the end. */
  readonly added: () => readonly KnownStay[];
}

interface Place {
  readonly origin: KnownStay | undefined;
  readonly now: KnownStay;
}

/** Keeps count of who was moved where. */
export function createMover(stays: readonly KnownStay[]): Mover {
  const places = new Map<MovableStay, Place>(
    stays.map((stay) => [stay, { origin: stay, now: stay }]),
  );
  return {
    stays: () => [...places.keys()],
    move: (moves) => {
      const deltas = new Map<number, number>();
      const add = (slotId: number, units: number): void => {
        deltas.set(slotId, (deltas.get(slotId) ?? 0) + units);
      };
      for (const { stay, toResourceId, toSlots } of moves) {
        const place = places.get(stay);
        if (!place) throw new Error("A stay was moved that nobody may move");
        const slotIds = toSlots.map((slot) => slot.id);
        for (const slotId of stay.slotIds) add(slotId, -stay.units);
        for (const slotId of slotIds) add(slotId, stay.units);
        const now = { ...place.now, resourceId: toResourceId, slotIds };
        places.delete(stay);
        places.set(now, { ...place, now });
      }
      return deltas;
    },
    add: (stay) => void places.set(stay, { origin: undefined, now: stay }),
    added: () => [...places.values()].flatMap(({ origin, now }) => (origin ? [] : [now])),
    moved: () =>
      [...places.values()].flatMap(({ origin, now }) =>
        !origin || origin.resourceId === now.resourceId
          ? []
          : [
              {
                ownerKind: now.ownerKind,
                ownerId: now.ownerId,
                leg: now.leg,
                units: now.units,
                expiresAt: now.expiresAt,
                fromSlotIds: origin.slotIds,
                toSlotIds: now.slotIds,
              },
            ],
      ),
  };
}

/** What the audit says of stays that were moved to equivalent resources. Nobody needs to be told: nothing of theirs changed. */
export function moveEvents(moved: readonly MovedStay[]): DomainEvent[] {
  return moved.map(({ ownerKind, ownerId, leg, fromSlotIds, toSlotIds }) => ({
    kind: `${ownerKind}.reassigned`,
    subjectKind: ownerKind,
    subjectId: ownerId,
    body: { leg, from_slot_ids: fromSlotIds, to_slot_ids: toSlotIds },
    isRelayed: false,
  }));
}
