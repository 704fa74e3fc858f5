import { v7 as uuidv7 } from "uuid";
import type pg from "pg";
import { sealPeople } from "../../src/appointments/people.ts";
import type { Vault } from "../../src/db/vault.ts";
import { buildDistrict } from "../town.ts";

/** Future appointments to be cancelled: where, and how many. */
export interface Future {
  readonly tenantId: string;
  readonly appointments: number;
}

const BATCH = 2_000;
const SITES = 50;
const CAPACITY = 4;
const CODE = "massa";

interface SlotRow {
  readonly id: string;
  readonly site_id: string;
  readonly starts_at: Date;
}

/**
 * Fills 50 sites with appointments, four to a slot, each with its leg, a participant, an allocation and sealed people:
 * three of five have an e-mail address, one a mobile number, one nothing. Keys of other tables are checked as always.
 */
export async function fillFuture(admin: pg.Client, vault: Vault, future: Future): Promise<void> {
  const { tenantId, appointments } = future;
  await buildDistrict(admin, tenantId, {
    code: CODE,
    sites: SITES,
    services: [{}],
    cells: Math.ceil(appointments / SITES / CAPACITY),
    capacity: CAPACITY,
  });
  const slots = await listSlots(admin, tenantId);
  const service = await serviceId(admin, tenantId);
  for (let from = 0; from < appointments; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, appointments - from) }, (_, index) =>
      newRow(vault, tenantId, { number: from + index, slots }),
    );
    await insertAppointments(admin, { tenantId, service, kid: vault.currentKid, rows });
  }
  await admin.query(
    `UPDATE slots s SET taken = a.count
       FROM (SELECT slot_id, count(*) AS count FROM allocations GROUP BY slot_id) a
      WHERE s.tenant_id = $1 AND s.id = a.slot_id`,
    [tenantId],
  );
  await admin.query("VACUUM ANALYZE");
  await admin.query("CHECKPOINT");
}

async function listSlots(admin: pg.Client, tenantId: string): Promise<SlotRow[]> {
  const { rows } = await admin.query<SlotRow>(
    `SELECT s.id, r.site_id, s.starts_at
       FROM slots s JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
      WHERE s.tenant_id = $1 AND r.code LIKE $2 ORDER BY s.starts_at, s.id`,
    [tenantId, `${CODE}-%`],
  );
  return rows;
}

async function serviceId(admin: pg.Client, tenantId: string): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    "SELECT id FROM services WHERE tenant_id = $1 AND code LIKE $2",
    [tenantId, `${CODE}-%`],
  );
  return rows[0]?.id ?? "";
}

interface NewRow {
  readonly id: string;
  readonly slot: number;
  readonly site: string;
  readonly starts: Date;
  readonly sealed: string;
  readonly email: boolean;
  readonly phone: boolean;
}

function newRow(
  vault: Vault,
  tenantId: string,
  { number, slots }: { readonly number: number; readonly slots: readonly SlotRow[] },
): NewRow {
  const slot = slots[Math.floor(number / CAPACITY) % slots.length];
  if (!slot) throw new Error("There is no slot");
  const id = uuidv7();
  const email = number % 5 < 3;
  const phone = number % 5 === 3;
  const booker = {
    name: "Ada Bianchi",
    ...(email ? { email: `citizen-${number}@example.org` } : {}),
    ...(phone ? { phone: `+39 347 ${String(1_000_000 + number)}` } : {}),
  };
  const sealed = sealPeople(vault, { tenantId, id }, { booker, answers: {} }).toString("hex");
  const { site_id: site, starts_at: starts } = slot;
  return { id, slot: Number(slot.id), site, starts, sealed, email, phone };
}

async function insertAppointments(
  admin: pg.Client,
  given: {
    readonly tenantId: string;
    readonly service: string;
    readonly kid: string;
    readonly rows: readonly NewRow[];
  },
): Promise<void> {
  const { tenantId, service, kid, rows } = given;
  const json = JSON.stringify(rows);
  const record = `json_to_recordset($2::json) AS r (id uuid, slot bigint, site uuid, starts timestamptz, sealed text,
                                                    email boolean, phone boolean)`;
  await admin.query(
    `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
                               local_date, people_encrypted, has_email, has_phone, token_kid)
     SELECT $1, r.id, r.site, upper(substr(md5(r.id::text), 1, 12)), 'web', 'it', 1, r.starts,
            r.starts + interval '15 min', (r.starts AT TIME ZONE 'UTC')::date, decode(r.sealed, 'hex'), r.email, r.phone, $3
       FROM ${record}`,
    [tenantId, json, kid],
  );
  await admin.query(
    `INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
     SELECT $1, r.id, 0, $3, r.starts, r.starts + interval '15 min' FROM ${record}`,
    [tenantId, json, service],
  );
  await admin.query(
    `INSERT INTO participants (tenant_id, id, appointment_id, position)
     SELECT $1, gen_random_uuid(), r.id, 1 FROM ${record}`,
    [tenantId, json],
  );
  await admin.query(
    `INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, units)
     SELECT $1, r.slot, 'appointment', r.id, 1 FROM ${record}`,
    [tenantId, json],
  );
}
