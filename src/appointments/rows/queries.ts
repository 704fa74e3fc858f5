import { type RawBuilder, sql } from "kysely";
import type { Channel, Language } from "../../context.ts";
import { type BytePack, createBytePack } from "../../db/byte-pack.ts";
import type { PlacedLeg } from "../../slots/claim/choose-places.ts";
import { dateFromEpochMs } from "../../time/clock.ts";

export interface NewAppointment {
  readonly id: string;
  readonly siteId: string;
  readonly reference: string;
  readonly channel: Channel;
  readonly language: Language;
  readonly partySize: number;
  /** Instants are epoch ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly localDate: string;
  readonly validUntil: number | null;
  readonly isPinned: boolean;
  readonly isTraining: boolean;
  readonly overbookingReason: string | null;
  readonly peopleSealed: Buffer;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly invitationId: string | null;
  readonly externalReference: string | null;
  readonly tokenKid: string;
}

export interface NewParticipant {
  readonly id: string;
  readonly sealed: Buffer;
}

export type LookupKind = "surname" | "phone" | "email" | "tax_code";

export interface Lookup {
  readonly kind: LookupKind;
  readonly hash: Buffer;
}

/** Everything that one booking writes, beside its places, its events and its reply. */
export interface NewBooking {
  readonly appointment: NewAppointment;
  /** By the database's clock; epoch ms. */
  readonly createdAt: number;
  readonly legs: readonly PlacedLeg[];
  readonly participants: readonly NewParticipant[];
  readonly lookups: readonly Lookup[];
}

/** Writes bookings, whose places must be claimed in the same transaction. Parts of `writeTogether`. */
export function bookingWrites(
  tenantId: string,
  bookings: readonly NewBooking[],
): RawBuilder<unknown>[] {
  return [
    appointmentsInsert(tenantId, bookings),
    legsInsert(tenantId, bookings.flatMap(legsJson)),
    participantsInsert(tenantId, bookings),
    lookupsInsert(tenantId, bookings),
  ];
}

function appointmentsInsert(
  tenantId: string,
  bookings: readonly NewBooking[],
): RawBuilder<unknown> {
  const pack = createBytePack();
  const rows = bookings.map((booking) => appointmentJson(booking, pack));
  return sql`
    INSERT INTO appointments (
      tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at, local_date, valid_until,
      is_pinned, is_training, overbooking_reason, people_encrypted, has_email, has_phone, invitation_id,
      external_reference, token_kid, created_at, updated_at)
    SELECT ${tenantId}::uuid, r.id, r.site_id, r.reference, r.channel, r.language, r.party_size, r.starts_at, r.ends_at,
           r.local_date, r.valid_until, r.is_pinned, r.is_training, r.overbooking_reason,
           substr(b.pack, r.people_at, r.people_size), r.has_email, r.has_phone, r.invitation_id, r.external_reference,
           r.token_kid, r.created_at, r.created_at
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      id uuid, site_id uuid, reference text, channel text, language text, party_size integer,
      starts_at timestamptz, ends_at timestamptz, local_date date, valid_until timestamptz, is_pinned boolean,
      is_training boolean, overbooking_reason text, people_at integer, people_size integer, has_email boolean,
      has_phone boolean, invitation_id uuid, external_reference text, token_kid text, created_at timestamptz)
    CROSS JOIN (SELECT ${pack.toSql()} AS pack) AS b`;
}

function legsInsert(
  tenantId: string,
  rows: readonly ReturnType<typeof legsJson>[number][],
): RawBuilder<unknown> {
  return sql`
    INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
    SELECT ${tenantId}::uuid, r.appointment_id, r.leg, r.service_id, r.starts_at, r.ends_at
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      appointment_id uuid, leg smallint, service_id uuid, starts_at timestamptz, ends_at timestamptz)`;
}

function participantsInsert(
  tenantId: string,
  bookings: readonly NewBooking[],
): RawBuilder<unknown> {
  const pack = createBytePack();
  const rows = bookings.flatMap(({ appointment, participants }) =>
    participants.map(({ id, sealed }, index) => ({
      id,
      appointmentId: appointment.id,
      position: index + 1,
      ...pack.add(sealed),
    })),
  );
  return sql`
    INSERT INTO participants (tenant_id, id, appointment_id, position, person_encrypted)
    SELECT ${tenantId}::uuid, r.id, r.appointment_id, r.position, substr(b.pack, r.at, r.size)
    FROM unnest(
      ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => row.appointmentId)}::uuid[],
      ${rows.map((row) => row.position)}::smallint[],
      ${rows.map((row) => row.at)}::int[],
      ${rows.map((row) => row.size)}::int[]) AS r (id, appointment_id, position, at, size)
    CROSS JOIN (SELECT ${pack.toSql()} AS pack) AS b`;
}

function lookupsInsert(tenantId: string, bookings: readonly NewBooking[]): RawBuilder<unknown> {
  const pack = createBytePack();
  const rows = bookings.flatMap(({ appointment, lookups }) =>
    distinctLookups(lookups).map(({ kind, hash }) => ({
      kind,
      appointmentId: appointment.id,
      ...pack.add(hash),
    })),
  );
  return sql`
    INSERT INTO appointment_lookups (tenant_id, appointment_id, kind, hash)
    SELECT ${tenantId}::uuid, r.appointment_id, r.kind, substr(b.pack, r.at, r.size)
    FROM unnest(
      ${rows.map((row) => row.appointmentId)}::uuid[],
      ${rows.map((row) => row.kind)}::text[],
      ${rows.map((row) => row.at)}::int[],
      ${rows.map((row) => row.size)}::int[]) AS r (appointment_id, kind, at, size)
    CROSS JOIN (SELECT ${pack.toSql()} AS pack) AS b`;
}

/** Booker and participants may share a name. */
function distinctLookups(lookups: readonly Lookup[]): Lookup[] {
  return lookups.filter(
    (one, index) =>
      !lookups.slice(0, index).some((two) => two.kind === one.kind && two.hash.equals(one.hash)),
  );
}

function appointmentJson({ appointment, createdAt }: NewBooking, pack: BytePack) {
  const people = pack.add(appointment.peopleSealed);
  return {
    id: appointment.id,
    site_id: appointment.siteId,
    reference: appointment.reference,
    channel: appointment.channel,
    language: appointment.language,
    party_size: appointment.partySize,
    starts_at: dateFromEpochMs(appointment.startsAt),
    ends_at: dateFromEpochMs(appointment.endsAt),
    local_date: appointment.localDate,
    valid_until: appointment.validUntil === null ? null : dateFromEpochMs(appointment.validUntil),
    is_pinned: appointment.isPinned,
    is_training: appointment.isTraining,
    overbooking_reason: appointment.overbookingReason,
    people_at: people.at,
    people_size: people.size,
    invitation_id: appointment.invitationId,
    external_reference: appointment.externalReference,
    has_email: appointment.hasEmail,
    has_phone: appointment.hasPhone,
    token_kid: appointment.tokenKid,
    created_at: dateFromEpochMs(createdAt),
  };
}

function legsJson({ appointment, legs }: NewBooking) {
  return legs.map((leg, index) => ({
    appointment_id: appointment.id,
    leg: index,
    service_id: leg.serviceId,
    starts_at: dateFromEpochMs(leg.startsAt),
    ends_at: dateFromEpochMs(leg.endsAt),
  }));
}
