import type { Deps } from "../../context.ts";
import { newId } from "../../db/random.ts";
import type { VisitTime } from "../../slots/claim/claim-places.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { appointmentView } from "../appointment-view.ts";
import type { AppointmentRow } from "../queries.ts";
import { type BookingDraft, draftBooking, newBooking } from "../rows/new-booking.ts";
import type { NewBooking } from "../rows/queries.ts";
import type { AppointmentView } from "../schema.ts";
import type { PlainBooking } from "./plain-booking.ts";

/** What a decided booking writes, and how it is then seen. */
export interface Written {
  readonly booking: NewBooking;
  readonly view: AppointmentView;
}

/** Makes what can be made of a booking before its time is decided. */
export function draftOf(deps: Pick<Deps, "vault">, plain: PlainBooking): BookingDraft {
  return draftBooking(deps, plain.context, {
    id: newId(),
    siteId: plain.visit.siteId,
    channel: plain.channel,
    partySize: plain.partySize,
    isPinned: plain.hold?.isPinned ?? plain.resourceId !== undefined,
    invitationId: null,
    externalReference: null,
    language: plain.wish.language,
    terms: plain.terms,
    prepared: plain.prepared,
  });
}

/** Makes the rows of a booking and its view without asking the database. `now` is its clock, epoch ms. */
export function writtenBooking(
  plain: PlainBooking,
  draft: BookingDraft,
  { claim, now }: { readonly claim: VisitTime; readonly now: number },
): Written {
  const booking = newBooking(draft, { time: claim, createdAt: now, overbookingReason: null });
  return { booking, view: viewOf(plain, booking) };
}

function viewOf(plain: PlainBooking, booking: NewBooking): AppointmentView {
  const { prepared, terms } = plain;
  const loaded = {
    row: rowOf(plain, booking),
    people: prepared.people,
    participants: prepared.participants,
    terms,
  };
  return appointmentView(loaded);
}

/** The row as it would be read back. */
function rowOf(
  { labels }: PlainBooking,
  { appointment, createdAt, ...more }: NewBooking,
): AppointmentRow {
  const created = dateFromEpochMs(createdAt);
  return {
    id: appointment.id,
    reference: appointment.reference,
    status: "booked",
    support: "supported",
    channel: appointment.channel,
    language: appointment.language,
    party_size: appointment.partySize,
    starts_at: dateFromEpochMs(appointment.startsAt),
    ends_at: dateFromEpochMs(appointment.endsAt),
    local_date: appointment.localDate,
    valid_until: appointment.validUntil === null ? null : dateFromEpochMs(appointment.validUntil),
    is_pinned: appointment.isPinned,
    is_training: appointment.isTraining,
    overbooking_reason: null,
    people_encrypted: appointment.peopleSealed,
    invitation_id: null,
    version: 1,
    sequence: 0,
    token_kid: appointment.tokenKid,
    token_version: 1,
    created_at: created,
    updated_at: created,
    cancelled_at: null,
    cancelled_by: null,
    cancel_reason: null,
    site: labels.site,
    legs: more.legs.map((leg, index) => ({
      service: labelOf(labels, index),
      starts_at: dateFromEpochMs(leg.startsAt).toISOString(),
      ends_at: dateFromEpochMs(leg.endsAt).toISOString(),
      resource_ids: [...leg.resourceIds],
    })),
    participants: more.participants.map((one, index) => ({
      id: one.id,
      position: index + 1,
      sealed_hex: null,
      attendance: null,
      outcome: null,
      cancelled_at: null,
    })),
  };
}

/** Legs follow the services in the order asked for. */
function labelOf({ services }: PlainBooking["labels"], index: number) {
  const label = services[index];
  if (!label) throw new Error("A leg has no service");
  return label;
}
