import type { SentPeople } from "../../appointments/prepare-booking.ts";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { waitlistToken } from "../../identity/waitlist-token.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import type { EntryView } from "../schema.ts";
import { openEntryPeople } from "./entry-people.ts";
import { type EntryRow, findEntry } from "./queries.ts";

/** Reads a wish. Throws `not-found`; foreign and missing look the same. */
export async function getEntryRow(trx: Trx, tenantId: string, id: string): Promise<EntryRow> {
  const row = await findEntry(trx, tenantId, id);
  if (!row) throw new DomainError(notFound, "There is no such wish.");
  return row;
}

/** Who waits; null once erased. */
export function peopleOf(
  { vault }: Pick<Deps, "vault">,
  tenantId: string,
  { id, people_encrypted: sealed }: Pick<EntryRow, "id" | "people_encrypted">,
): SentPeople | null {
  return sealed && openEntryPeople(vault, { tenantId, id }, sealed);
}

/** A wish as its holder and the office see it; fields in the schema's order. */
export function entryView(deps: Pick<Deps, "vault">, tenantId: string, row: EntryRow): EntryView {
  const { booker } = peopleOf(deps, tenantId, row) ?? { booker: null };
  return {
    id: row.id,
    status: row.status,
    services: [...row.services],
    sites: [...row.sites],
    from: row.from_on,
    to: row.to_on,
    weekdays: row.weekdays,
    from_time: row.from_time,
    to_time: row.to_time,
    party_size: row.party_size,
    channel: row.channel,
    language: row.language,
    has_priority: row.has_priority,
    appointment_id: row.appointment_id,
    booker,
    lapses: row.lapses,
    waiting_since: row.waiting_since.toISOString(),
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    version: row.version,
    offer: row.offer && {
      id: row.offer.id,
      status: row.offer.status,
      way: row.offer.way,
      site_id: row.offer.site_id,
      starts_at: isoOf(row.offer.starts_at),
      ends_at: isoOf(row.offer.ends_at),
      answer_by: isoOf(row.offer.answer_by),
      is_shared: row.offer.is_shared,
      is_taken: row.offer.is_taken,
      appointment_id: row.offer.appointment_id,
    },
  };
}

function isoOf(text: string): string {
  return dateFromEpochMs(Date.parse(text)).toISOString();
}

/** The token of a wish, derived. */
export function tokenOfEntry(
  { vault }: Pick<Deps, "vault">,
  tenantId: string,
  row: Pick<EntryRow, "id" | "token_kid" | "token_version">,
): string {
  const { id, token_kid: kid, token_version: version } = row;
  return waitlistToken(vault, { tenantId, id, kid, version });
}
