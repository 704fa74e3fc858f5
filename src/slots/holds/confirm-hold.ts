import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import type { PlacedLeg } from "../claim/choose-places.ts";
import { moveAllocations } from "../claim/queries.ts";
import { type CoolDown, lockOwned, releasePlaces } from "../claim/release-places.ts";
import { holdNotOpen } from "../errors.ts";
import { markConfirmed } from "./queries.ts";

/** A held time that now belongs to an appointment; instants are epoch ms. */
export interface ConfirmedTime {
  readonly siteId: string;
  readonly legs: readonly PlacedLeg[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly isPinned: boolean;
}

/**
 * Hands a hold's places to an appointment, in the caller's transaction. Expiry is judged by the database's clock with
 * the slots locked, so the last place is never both expired and confirmed. Throws `hold-not-open`.
 */
export async function confirmHold(
  trx: Trx,
  tenantId: string,
  wish: {
    readonly holdId: string;
    readonly appointmentId: string;
    /** Gives back what the appointment has so far, and how. */
    readonly replacing?: { readonly coolDown: CoolDown | undefined };
  },
): Promise<ConfirmedTime> {
  const { holdId, appointmentId, replacing } = wish;
  await lockOwned(trx, tenantId, replacing ? [holdId, appointmentId] : [holdId]);
  const hold = await markConfirmed(trx, tenantId, holdId);
  if (!hold) throw new DomainError(holdNotOpen, "This time is no longer held for you.");
  if (replacing) {
    await releasePlaces(trx, tenantId, { ownerId: appointmentId, coolDown: replacing.coolDown });
  }
  await moveAllocations(trx, tenantId, { fromId: holdId, toAppointmentId: appointmentId });
  return {
    siteId: hold.siteId,
    legs: hold.legs,
    startsAt: hold.startsAt.getTime(),
    endsAt: hold.endsAt.getTime(),
    isPinned: hold.isPinned,
  };
}
