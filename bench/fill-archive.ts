import type pg from "pg";
import { buildDistrict } from "./town.ts";

const CHUNK_SLOTS = 100_000;
const PAST_SHARE = 2 / 3;
const SITES = 100;
const CODE = "archivio";

interface Archive {
  readonly tenantId: string;
  readonly appointments: number;
  readonly slots: number;
  readonly say: (text: string) => void;
}

/**
 * Fills a database by SQL with past appointments, everything that belongs to them and slots, a third of these in the
 * future. Contact data of visits more than 30 days ago are erased, as the service does it. Returns what it made, in
 * what time and on how much disk.
 */
export async function fillArchive(admin: pg.Client, archive: Archive): Promise<string> {
  const startedMs = performance.now();
  const cells = Math.round(archive.slots / SITES);
  const pastDays = Math.floor((cells * PAST_SHARE) / 32);
  const perSlot = Math.ceil(archive.appointments / (SITES * pastDays * 32));
  const size = { cells, capacity: perSlot + 1, firstDay: -pastDays };
  await buildDistrict(admin, archive.tenantId, {
    code: CODE,
    sites: SITES,
    services: [{}],
    ...size,
  });
  archive.say(`  archive: ${SITES * cells} slots after ${sinceSeconds(startedMs)} s`);
  // Foreign keys hold by construction; checking ten million of them one by one takes longer than writing them.
  await admin.query("SET session_replication_role = replica");
  const restore = await dropPlainIndexes(admin);
  await admin.query(stagingTable);
  const count = await fillInChunks(admin, { ...archive, perSlot });
  await admin.query("DROP TABLE staging");
  for (const statement of restore) await admin.query(statement);
  await admin.query("SET session_replication_role = origin");
  archive.say(`  archive: indexes after ${sinceSeconds(startedMs)} s`);
  await admin.query("VACUUM ANALYZE");
  await admin.query("CHECKPOINT");
  const { rows } = await admin.query<{ size: string }>(
    "SELECT pg_size_pretty(pg_database_size(current_database())) AS size",
  );
  return `archive: ${count} past appointments and ${SITES * cells} slots written in ${sinceSeconds(startedMs)} s, ${rows[0]?.size} on disk`;
}

function sinceSeconds(startedMs: number): number {
  return Math.round((performance.now() - startedMs) / 1_000);
}

const tables = [
  "allocations",
  "appointments",
  "appointment_legs",
  "participants",
  "appointment_lookups",
  "audit_events",
];

/** Indexes that no constraint needs are built once at the end; returns the statements that do so. */
async function dropPlainIndexes(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
       FROM pg_index i
      WHERE i.indrelid = ANY ($1::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await admin.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

async function fillInChunks(
  admin: pg.Client,
  { tenantId, appointments, perSlot, say }: Archive & { perSlot: number },
): Promise<number> {
  const bounds = await admin.query<{ first: string; last: string }>(
    `SELECT min(s.id) AS first, max(s.id) AS last
       FROM slots s
       JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
      WHERE r.code LIKE '${CODE}-%'`,
  );
  const last = Number(bounds.rows[0]?.last);
  const startedMs = performance.now();
  let count = 0;
  for (let from = Number(bounds.rows[0]?.first); from <= last; from += CHUNK_SLOTS) {
    const { rowCount } = await admin.query(stage, [
      tenantId,
      from,
      Math.min(from + CHUNK_SLOTS, last + 1),
      perSlot,
      appointments - count,
    ]);
    for (const statement of fillings) await admin.query(statement, [tenantId]);
    await admin.query("TRUNCATE staging");
    count += rowCount ?? 0;
    say(`  archive: ${count} appointments after ${sinceSeconds(startedMs)} s`);
  }
  return count;
}

const stagingTable = `
  CREATE UNLOGGED TABLE staging (
    n bigint, id uuid, slot_id bigint, site_id uuid, service_id uuid, resource_id uuid, starts_at timestamptz,
    ends_at timestamptz, local_date date)`;

/** So many visits of each past slot of a range of ids, numbered over all ranges. */
const stage = `
  INSERT INTO staging
  SELECT (s.id - $2::bigint) * $4::int + k + $2::bigint * 1000, uuidv7(s.starts_at - clock_timestamp()), s.id, r.site_id,
         o.service_id, r.id, s.starts_at, s.ends_at, s.local_date
    FROM slots s
    JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
    JOIN resource_services o ON o.tenant_id = r.tenant_id AND o.resource_id = r.id
   CROSS JOIN generate_series(1, $4::int) AS k
   WHERE s.tenant_id = $1 AND s.id >= $2::bigint AND s.id < $3::bigint AND s.ends_at < clock_now()
   ORDER BY s.id, k
   LIMIT $5::bigint`;

const isErased = "starts_at < clock_now() - interval '30 days'";

/** As the service writes them, with sealed values of the usual size; a reference is a permutation of the number. */
const fillings: readonly string[] = [
  `INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, units)
   SELECT $1, slot_id, 'appointment', id, 1 FROM staging ORDER BY n`,
  `UPDATE slots s SET taken = t.count
     FROM (SELECT slot_id, count(*)::int AS count FROM staging GROUP BY slot_id) t
    WHERE s.tenant_id = $1 AND s.id = t.slot_id`,
  `INSERT INTO appointments (tenant_id, id, site_id, reference, status, channel, language, party_size, starts_at,
     ends_at, local_date, people_encrypted, has_email, has_phone, token_kid, created_at, updated_at, closed_at, erased_at)
   SELECT $1, id, site_id, lpad(to_hex((n * 2654435761) & 4294967295), 9, '-'), 'closed', 'web', 'it', 1, starts_at,
          ends_at, local_date, CASE WHEN ${isErased} THEN NULL ELSE decode(repeat(md5(n::text), 10), 'hex') END,
          true, true, 'bench', starts_at - interval '20 days', ends_at, ends_at,
          CASE WHEN ${isErased} THEN starts_at + interval '30 days' END
     FROM staging ORDER BY n`,
  `INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
   SELECT $1, id, 0, service_id, starts_at, ends_at FROM staging ORDER BY n`,
  `INSERT INTO participants (tenant_id, id, appointment_id, position, person_encrypted, attendance, outcome, attendance_at)
   SELECT $1, uuidv7(starts_at - clock_timestamp()), id, 1,
          CASE WHEN ${isErased} THEN NULL ELSE decode(repeat(md5(n::text), 4), 'hex') END, 'attended', 'done', ends_at
     FROM staging ORDER BY n`,
  `INSERT INTO appointment_lookups (tenant_id, appointment_id, kind, hash)
   SELECT $1, id, k.kind, sha256(convert_to(k.kind || k.place || n, 'UTF8'))
     FROM staging
    CROSS JOIN (VALUES ('surname', 1), ('surname', 2), ('surname', 3), ('phone', 1), ('email', 1)) AS k (kind, place)
    WHERE NOT ${isErased}`,
  `INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind, body, request_id, occurred_at)
   SELECT $1, 'appointment.booked', 'appointment', id, 'citizen',
          jsonb_build_object('channel', 'web', 'party_size', 1, 'site_id', site_id, 'service_ids', ARRAY[service_id]),
          id::text, starts_at - interval '20 days'
     FROM staging ORDER BY n`,
  `INSERT INTO audit_seals (tenant_id, seq, event_id, previous_hash, hash)
   SELECT $1, h.seq + row_number() OVER (ORDER BY e.id), e.id, sha256(int8send(e.id - 1)), sha256(int8send(e.id))
     FROM (SELECT coalesce(max(seq), 0) AS seq, coalesce(max(event_id), 0) AS event_id
             FROM audit_seals WHERE tenant_id = $1) h
     JOIN audit_events e ON e.tenant_id = $1 AND e.id > h.event_id`,
];
