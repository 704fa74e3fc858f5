import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { moveAllocations } from "../claim/queries.ts";
import { type CoolDown, lockOwned, releasePlaces } from "../claim/release-places.ts";
import { offerNotOpen } from "../errors.ts";
import type { ConfirmedTime } from "../holds/confirm-hold.ts";
import type { OfferedPlace } from "./offered-place.ts";
import { countOpenUnits } from "./queries.ts";

/**
 * Hands an offered place to an appointment, in the caller's transaction. Expiry is judged by the database's clock with
 * the slots locked, so a place is never both given back and taken. Throws `offer-not-open`.
 */
export async function confirmOffer(
  trx: Trx,
  tenantId: string,
  wish: {
    readonly place: OfferedPlace;
    readonly appointmentId: string;
    /** Gives back what the appointment has so far, and how. */
    readonly replacing?: { readonly coolDown: CoolDown | undefined };
  },
): Promise<ConfirmedTime> {
  const { place, appointmentId, replacing } = wish;
  const owned = await lockOwned(trx, tenantId, replacing ? [place.id, appointmentId] : [place.id]);
  const open = owned.length === 0 ? 0 : await countOpenUnits(trx, tenantId, place.id);
  if (open === 0) throw new DomainError(offerNotOpen, "This place is no longer kept for you.");
  if (replacing) {
    await releasePlaces(trx, tenantId, { ownerId: appointmentId, coolDown: replacing.coolDown });
  }
  await moveAllocations(trx, tenantId, { fromId: place.id, toAppointmentId: appointmentId });
  const { siteId, legs, startsAt, endsAt } = place;
  return { siteId, legs, startsAt, endsAt, isPinned: false };
}
