import { v7 as uuidv7 } from "uuid";
import type pg from "pg";
import { sealPeople } from "../../../src/appointments/people.ts";
import type { Database } from "../../../src/db/database.ts";
import type { Vault } from "../../../src/db/vault.ts";
import { planMessagesIn } from "../../../src/messages/store/plan-messages.ts";
import type { PlannedMessage } from "../../../src/messages/store/planned-message.ts";

/** Where reminders are to be sent. */
export interface DueWish {
  readonly tenantId: string;
  readonly count: number;
  readonly channel: "email" | "sms";
}

const BATCH = 1_000;
const HOUR_MS = 3_600_000;

interface Place {
  readonly site: string;
  readonly service: string;
}

/** A site and a service, written once. */
export async function makePlace(admin: Pick<pg.Pool, "query">, tenantId: string): Promise<Place> {
  const place = { site: uuidv7(), service: uuidv7() };
  await admin.query(
    `INSERT INTO sites (tenant_id, id, code, name, address, phone, time_zone)
     VALUES ($1, $2, 'sede-avvisi', '{"it":"Municipio"}', 'Piazza del Municipio 1', '06 1234', 'UTC')`,
    [tenantId, place.site],
  );
  await admin.query(
    `INSERT INTO services (tenant_id, id, code, name, duration_minutes)
     VALUES ($1, $2, 'pratica-avvisi', '{"it":"Carta d''identità"}', 15)`,
    [tenantId, place.service],
  );
  // At night too, reminders are due.
  await admin.query(
    `INSERT INTO message_settings (tenant_id, quiet_from, quiet_to, is_sms_on, sms_is_transliterated, sms_price_micros)
     VALUES ($1, '00:00', '00:00', true, true, 60000)
     ON CONFLICT DO NOTHING`,
    [tenantId],
  );
  return place;
}

/** Writes appointments two days ahead, each with one reminder that is due now; people are sealed as always. */
export async function makeDue(
  parts: { readonly admin: Pick<pg.Pool, "query">; readonly db: Database; readonly vault: Vault },
  { tenantId, count, channel }: DueWish,
  place: Place,
): Promise<void> {
  const startsAt = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 48 * HOUR_MS;
  for (let from = 0; from < count; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - from) }, () => uuidv7());
    await insertAppointments(parts, { tenantId, place, startsAt, ids });
    const messages = ids.map(
      (id, index): PlannedMessage => ({
        id: uuidv7(),
        subject: { kind: "appointment", id, version: 1 },
        kind: "reminder",
        channel,
        language: "it",
        offsetMinutes: 2_880,
        recipient:
          channel === "email"
            ? `citizen-${from + index}@example.org`
            : `+39347${1_000_000 + from + index}`,
        endpointId: null,
        facts: { starts_at: startsAt, site_id: place.site },
        dueAt: Date.now(),
        notAfter: startsAt - HOUR_MS,
        isTraining: false,
      }),
    );
    await parts.db.inTenant(tenantId, (trx) => planMessagesIn(trx, parts, { tenantId, messages }));
  }
  await parts.admin.query("VACUUM ANALYZE messages, appointments, appointment_legs, participants");
}

async function insertAppointments(
  { admin, vault }: { readonly admin: Pick<pg.Pool, "query">; readonly vault: Vault },
  given: {
    readonly tenantId: string;
    readonly place: Place;
    readonly startsAt: number;
    readonly ids: readonly string[];
  },
): Promise<void> {
  const { tenantId, place, startsAt, ids } = given;
  const sealed = ids.map((id) =>
    sealPeople(
      vault,
      { tenantId, id },
      {
        booker: { name: "Ada Bianchi", email: "citizen@example.org" },
        answers: {},
      },
    ),
  );
  const values = [tenantId, place.site, new Date(startsAt), ids, sealed, vault.currentKid];
  await admin.query(
    `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
                               local_date, people_encrypted, has_email, token_kid)
     SELECT $1, r.id, $2, upper(substr(md5(r.id::text), 1, 12)), 'web', 'it', 1, $3::timestamptz,
            $3::timestamptz + interval '15 min', ($3::timestamptz)::date, r.sealed, true, $6
       FROM unnest($4::uuid[], $5::bytea[]) AS r (id, sealed)`,
    values,
  );
  await admin.query(
    `INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, resource_ids, starts_at, ends_at)
     SELECT $1, id, 0, $2, '{}', $3::timestamptz, $3::timestamptz + interval '15 min' FROM unnest($4::uuid[]) AS r (id)`,
    [tenantId, place.service, new Date(startsAt), ids],
  );
  await admin.query(
    `INSERT INTO participants (tenant_id, id, appointment_id, position)
     SELECT $1, gen_random_uuid(), id, 1 FROM unnest($2::uuid[]) AS r (id)`,
    [tenantId, ids],
  );
}
