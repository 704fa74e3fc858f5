import {
  type Applying,
  documentsThatApply,
  type FittingAnswers,
  feesThatApply,
} from "../catalog/answers.ts";
import type { DocumentToBring } from "../catalog/services/service.ts";
import type { Deps } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { DomainError, notFound } from "../errors.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import {
  openParticipant,
  openPeople,
  type SealedParticipant,
  type SealedPeople,
} from "./people.ts";
import {
  type AppointmentRow,
  findAppointment,
  lockAppointment,
  type ParticipantRow,
} from "./queries.ts";
import { changeableUntil } from "./check-changeable.ts";
import { listTerms } from "./terms/queries.ts";
import type { AppointmentView } from "./schema.ts";
import {
  cancelLimitMinutes,
  changeLimitMinutes,
  documentsOf,
  fieldsOf,
  type ServiceTerms,
} from "./terms/terms.ts";

/** An appointment, opened: the row, its people in the clear, and the terms of its services. */
export interface LoadedAppointment {
  readonly row: AppointmentRow;
  /** Null once erased. */
  readonly people: SealedPeople | null;
  /** In the order of `row.participants`. */
  readonly participants: readonly (SealedParticipant | null)[];
  readonly terms: readonly ServiceTerms[];
}

/** Reads and opens an appointment. Throws `not-found`; foreign and missing look the same. */
export async function loadAppointment(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<LoadedAppointment> {
  const row = await findAppointment(trx, tenantId, id);
  if (!row) throw new DomainError(notFound, "There is no such appointment.");
  const terms = await listTerms(trx, tenantId, serviceIdsOf(row));
  return openAppointment(deps, { tenantId, row, terms });
}

/** The same, after all other changes of this appointment have ended. Throws `not-found`. */
export async function loadForChange(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  name: { readonly tenantId: string; readonly id: string },
): Promise<LoadedAppointment> {
  await lockAppointment(trx, name.tenantId, name.id);
  return loadAppointment(trx, deps, name);
}

export function serviceIdsOf(row: AppointmentRow): string[] {
  return row.legs.map((leg) => leg.service.id);
}

export function openAppointment(
  { vault }: Pick<Deps, "vault">,
  {
    tenantId,
    row,
    terms,
  }: { tenantId: string; row: AppointmentRow; terms: readonly ServiceTerms[] },
): LoadedAppointment {
  const people =
    row.people_encrypted && openPeople(vault, { tenantId, id: row.id }, row.people_encrypted);
  const participants = row.participants.map((one) =>
    one.sealed_hex === null
      ? null
      : openParticipant(vault, { tenantId, id: one.id }, Buffer.from(one.sealed_hex, "hex")),
  );
  return { row, people, participants, terms };
}

/**
 * An appointment as the API and the pages show it. Fields stand in the schema's order, so that a reply that was stored and
 * read back through the schema is the same to the byte.
 */
export function appointmentView(loaded: LoadedAppointment): AppointmentView {
  const { row, people, terms } = loaded;
  const before = (minutes: number): string =>
    dateFromEpochMs(changeableUntil(row, minutes)).toISOString();
  return {
    id: row.id,
    reference: row.reference,
    status: row.status,
    support: row.support,
    site: row.site,
    legs: row.legs.map((leg) => ({
      service: leg.service,
      starts_at: isoOf(leg.starts_at),
      ends_at: isoOf(leg.ends_at),
      resource_ids: leg.resource_ids,
    })),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    date: row.local_date,
    valid_until: row.valid_until?.toISOString() ?? null,
    party_size: row.party_size,
    channel: row.channel,
    language: row.language,
    is_training: row.is_training,
    overbooking_reason: row.overbooking_reason,
    version: row.version,
    sequence: row.sequence,
    can_change_until: before(changeLimitMinutes(terms)),
    can_cancel_until: before(cancelLimitMinutes(terms)),
    booker: people?.booker ?? null,
    accompanied_by: people?.accompanied_by ?? null,
    answers: people?.answers ?? {},
    participants: row.participants.map((one, index) =>
      participantView(one, loaded.participants[index] ?? null),
    ),
    ...papersOf(loaded),
    late_note: terms.find((one) => Object.keys(one.lateNote).length > 0)?.lateNote ?? {},
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    cancelled: cancelledOf(row),
  };
}

/** Timestamps inside JSON come back as PostgreSQL writes them, with an offset. */
function isoOf(text: string): string {
  return dateFromEpochMs(Date.parse(text)).toISOString();
}

function participantView(row: ParticipantRow, sealed: SealedParticipant | null) {
  return {
    id: row.id,
    position: row.position,
    name: sealed?.name ?? null,
    answers: sealed?.answers ?? {},
    attendance: row.attendance,
    outcome: row.outcome,
    cancelled_at: row.cancelled_at === null ? null : isoOf(row.cancelled_at),
  };
}

/** What to bring and to pay, judged by the answers of those who still come. */
function papersOf(loaded: LoadedAppointment): Pick<AppointmentView, "documents" | "fees"> {
  const { terms, people, row } = loaded;
  const coming = row.participants.flatMap((one, index) =>
    one.cancelled_at === null
      ? [{ position: one.position, answers: loaded.participants[index]?.answers ?? {} }]
      : [],
  );
  const answers: FittingAnswers = {
    booking: people?.answers ?? {},
    participants: coming.map((one) => one.answers),
  };
  const visit = { ...answers, fields: fieldsOf(terms) };
  const positionsOf = ({ positions }: Applying<DocumentToBring>) =>
    positions?.map((index) => coming[index - 1]?.position ?? index) ?? null;
  return {
    documents: documentsThatApply(documentsOf(terms), visit).map((one) => ({
      code: one.entry.code,
      label: one.entry.label,
      participants: positionsOf(one),
    })),
    fees: feesThatApply(
      terms.flatMap((one) => one.fees),
      visit,
    ).map(({ fee, quantity }) => ({
      label: fee.label,
      amount_cents: fee.amount_cents,
      currency: fee.currency,
      quantity,
    })),
  };
}

function cancelledOf(row: AppointmentRow): AppointmentView["cancelled"] {
  if (row.cancelled_at === null || row.cancelled_by === null || row.cancel_reason === null)
    return null;
  return { at: row.cancelled_at.toISOString(), by: row.cancelled_by, reason: row.cancel_reason };
}
