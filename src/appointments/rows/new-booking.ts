import type { Deps, Language, RequestContext } from "../../context.ts";
import { newId } from "../../db/random.ts";
import type { Claim } from "../../slots/claim/claim-places.ts";
import { sealParticipant, sealPeople } from "../people.ts";
import { lookupsOf, type PreparedPeople } from "../prepare-booking.ts";
import { createReference } from "../reference.ts";
import { type ServiceTerms, validUntil } from "../terms/terms.ts";
import type { NewAppointment, NewBooking } from "./queries.ts";

/** What is known of a booking once its time is taken. */
export interface BookingFacts
  extends Pick<
    NewAppointment,
    | "id"
    | "siteId"
    | "channel"
    | "partySize"
    | "isPinned"
    | "overbookingReason"
    | "invitationId"
    | "externalReference"
  > {
  readonly language: Language;
  readonly terms: readonly ServiceTerms[];
  readonly prepared: PreparedPeople;
  readonly time: Claim;
  /** By the database's clock; epoch ms. */
  readonly createdAt: number;
}

/** Makes the rows of a booking: a fresh reference, people sealed to their rows, keyed hashes to find them by. */
export function newBooking(
  { vault }: Pick<Deps, "vault">,
  { tenant }: Pick<RequestContext, "tenant">,
  facts: BookingFacts,
): NewBooking {
  const { prepared, time, terms, createdAt, ...stated } = facts;
  const { booker } = prepared.people;
  return {
    appointment: {
      ...stated,
      reference: createReference(),
      startsAt: time.startsAt,
      endsAt: time.endsAt,
      localDate: time.localDate,
      validUntil: validUntil(terms, time),
      isTraining: tenant.isTraining,
      peopleSealed: sealPeople(vault, { tenantId: tenant.id, id: facts.id }, prepared.people),
      hasEmail: booker.email !== undefined,
      hasPhone: booker.phone !== undefined,
      tokenKid: vault.currentKid,
    },
    createdAt,
    legs: time.legs,
    participants: prepared.participants.map((one) => {
      const id = newId();
      return { id, sealed: sealParticipant(vault, { tenantId: tenant.id, id }, one) };
    }),
    lookups: lookupsOf({ vault }, { tenant }, prepared),
  };
}
