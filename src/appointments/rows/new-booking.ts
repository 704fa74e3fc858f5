import type { Deps, Language, RequestContext } from "../../context.ts";
import { newId } from "../../db/random.ts";
import type { VisitTime } from "../../slots/claim/claim-places.ts";
import { sealParticipant, sealPeople } from "../people.ts";
import { lookupsOf, type PreparedPeople } from "../prepare-booking.ts";
import { createReference } from "../reference.ts";
import { type ServiceTerms, validUntil } from "../terms/terms.ts";
import type { NewAppointment, NewBooking } from "./queries.ts";

/** What is known of a booking before its time is taken. */
export interface BookingFacts
  extends Pick<
    NewAppointment,
    "siteId" | "channel" | "partySize" | "isPinned" | "invitationId" | "externalReference"
  > {
  readonly language: Language;
  readonly terms: readonly ServiceTerms[];
  readonly prepared: PreparedPeople;
}

/** A booking that lacks only its time: people sealed to their rows, keyed hashes to find them by. */
export interface BookingDraft {
  readonly id: string;
  readonly facts: BookingFacts;
  readonly isTraining: boolean;
  readonly peopleSealed: Buffer;
  readonly tokenKid: string;
  readonly participants: NewBooking["participants"];
  readonly lookups: NewBooking["lookups"];
}

/** Does all the work of a booking that does not depend on its time, so that no slot stays locked meanwhile. */
export function draftBooking(
  { vault }: Pick<Deps, "vault">,
  { tenant }: Pick<RequestContext, "tenant">,
  { id, ...facts }: BookingFacts & { readonly id: string },
): BookingDraft {
  const { prepared } = facts;
  return {
    id,
    facts,
    isTraining: tenant.isTraining,
    peopleSealed: sealPeople(vault, { tenantId: tenant.id, id }, prepared.people),
    tokenKid: vault.currentKid,
    participants: prepared.participants.map((one) => {
      const participantId = newId();
      const sealed = sealParticipant(vault, { tenantId: tenant.id, id: participantId }, one);
      return { id: participantId, sealed };
    }),
    lookups: lookupsOf({ vault }, { tenant }, prepared),
  };
}

/** Makes the rows of a booking, with a fresh reference. `createdAt` is the database's clock, epoch ms. */
export function newBooking(
  draft: BookingDraft,
  {
    time,
    createdAt,
    overbookingReason,
  }: {
    readonly time: VisitTime;
    readonly createdAt: number;
    readonly overbookingReason: string | null;
  },
): NewBooking {
  const { terms, prepared, ...stated } = draft.facts;
  const { booker } = prepared.people;
  return {
    appointment: {
      ...stated,
      id: draft.id,
      overbookingReason,
      reference: createReference(),
      startsAt: time.startsAt,
      endsAt: time.endsAt,
      localDate: time.localDate,
      validUntil: validUntil(terms, time),
      isTraining: draft.isTraining,
      peopleSealed: draft.peopleSealed,
      hasEmail: booker.email !== undefined,
      hasPhone: booker.phone !== undefined,
      tokenKid: draft.tokenKid,
    },
    createdAt,
    legs: time.legs,
    participants: draft.participants,
    lookups: draft.lookups,
  };
}
