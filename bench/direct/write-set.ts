import { randomBytes } from "node:crypto";
import type pg from "pg";

/**
 * What one booking writes, as SQL that writes the same rows without the service: same tables, columns and sizes, new
 * ids. Variables are written `:name`, as pgbench has them.
 */
export interface WriteSet {
  /** Guarded claim first; it gives `starts_at`, `ends_at`, `local_date` and `resource_id` to what follows. */
  readonly claim: string;
  readonly inserts: readonly string[];
  /** All of it as one statement, with `:slot` as its only variable. */
  readonly statement: string;
}

interface SampleRow {
  tenant_id: string;
  appointment: Record<string, unknown> & { id: string };
  service_id: string;
  participants: number[];
  lookups: string[];
  audit: EventRow[];
  outbox: EventRow[];
  reply: { subject: string; route: string; key_length: number; bytes: number };
}

interface EventRow {
  kind: string;
  subject_kind: string;
  actor_kind?: string;
  body: object;
  request_id?: string;
}

/** Reads the newest booking that the service wrote and turns it into SQL. */
export async function readWriteSet(admin: pg.Client): Promise<WriteSet> {
  const { rows } = await admin.query<SampleRow>(`
    SELECT p.tenant_id, to_jsonb(p) || jsonb_build_object('people_bytes', octet_length(p.people_encrypted)) AS appointment,
           (SELECT l.service_id FROM appointment_legs l WHERE l.appointment_id = p.id) AS service_id,
           (SELECT array_agg(octet_length(person_encrypted) ORDER BY position)
              FROM participants r WHERE r.appointment_id = p.id) AS participants,
           (SELECT array_agg(kind) FROM appointment_lookups k WHERE k.appointment_id = p.id) AS lookups,
           (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM audit_events e WHERE e.subject_id = p.id) AS audit,
           (SELECT jsonb_agg(to_jsonb(o)) FROM outbox_events o WHERE o.subject_id = p.id) AS outbox,
           (SELECT jsonb_build_object('subject', subject, 'route', route, 'key_length', char_length(key),
                                      'bytes', octet_length(reply_encrypted))
              FROM idempotency_replies ORDER BY created_at DESC LIMIT 1) AS reply
      FROM appointments p
     ORDER BY p.created_at DESC
     LIMIT 1`);
  const sample = rows[0];
  if (!sample) throw new Error("There is no booking to take as a sample");
  return toWriteSet(sample);
}

/** Names of what earlier steps found: variables of pgbench, or columns of the CTEs of one statement. */
interface Names {
  readonly id: string;
  readonly slot: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly localDate: string;
  readonly resourceId: string;
  /** Makes rows depend on the claim, so that a full slot writes nothing. */
  readonly from: string;
}

function toWriteSet(sample: SampleRow): WriteSet {
  const apart: Names = {
    id: ":id::uuid",
    slot: ":slot::bigint",
    startsAt: ":starts_at::timestamptz",
    endsAt: ":ends_at::timestamptz",
    localDate: ":local_date::date",
    resourceId: ":resource_id::uuid",
    from: "",
  };
  const together: Names = {
    id: "c.id",
    slot: "c.slot_id",
    startsAt: "c.starts_at",
    endsAt: "c.ends_at",
    localDate: "c.local_date",
    resourceId: "c.resource_id",
    from: "FROM claimed c",
  };
  const steps = insertsOf(sample, together).map((insert, n) => `step_${n} AS (${insert})`);
  return {
    claim: claimOf(sample, "uuidv7() AS id, starts_at, ends_at, local_date, resource_id"),
    inserts: insertsOf(sample, apart),
    statement: `
      WITH taken AS (${claimOf(sample, "id AS slot_id, starts_at, ends_at, local_date, resource_id")}),
           claimed AS MATERIALIZED (SELECT t.*, uuidv7() AS id FROM taken t),
           ${steps.join(", ")}
      SELECT count(*) FROM claimed`.replaceAll(/\s+/g, " "),
  };
}

function claimOf({ tenant_id: tenant }: SampleRow, returning: string): string {
  return `UPDATE slots SET taken = taken + 1 WHERE tenant_id = '${tenant}' AND id = :slot::bigint AND taken < capacity RETURNING ${returning}`;
}

function insertsOf(sample: SampleRow, names: Names): string[] {
  return [
    allocation(sample, names),
    appointment(sample, names),
    `INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
     SELECT '${sample.tenant_id}', ${names.id}, 0, '${sample.service_id}', ${names.startsAt}, ${names.endsAt} ${names.from}`,
    ...participants(sample, names),
    lookups(sample, names),
    ...sample.audit.map((event) => auditEvent(sample, names, event)),
    ...sample.outbox.map((event) => outboxEvent(sample, names, event)),
    reply(sample, names),
  ].map((sql) => sql.replaceAll(/\s+/g, " ").trim());
}

function allocation({ tenant_id: tenant }: SampleRow, { slot, id, from }: Names): string {
  return `INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, is_counted)
    SELECT '${tenant}', ${slot}, 'appointment', ${id}, 0, 1, true ${from}`;
}

function appointment({ tenant_id: tenant, appointment: a }: SampleRow, names: Names): string {
  const people = bytes(Number(a["people_bytes"]));
  return `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
      local_date, is_pinned, is_training, people_encrypted, has_email, has_phone, token_kid)
    SELECT '${tenant}', ${names.id}, ${text(a["site_id"])}, ${randomText(9)}, ${text(a["channel"])}, ${text(a["language"])},
      ${String(a["party_size"])}, ${names.startsAt}, ${names.endsAt}, ${names.localDate}, false, false, ${people},
      ${String(a["has_email"])}, ${String(a["has_phone"])}, ${text(a["token_kid"])} ${names.from}`;
}

function participants(sample: SampleRow, { id, from }: Names): string[] {
  return sample.participants.map(
    (
      size,
      n,
    ) => `INSERT INTO participants (tenant_id, id, appointment_id, position, person_encrypted)
      SELECT '${sample.tenant_id}', uuidv7(), ${id}, ${n + 1}, ${bytes(size)} ${from}`,
  );
}

function lookups({ tenant_id: tenant, lookups: kinds }: SampleRow, { id, from }: Names): string {
  const rows = kinds.map((kind) => `('${kind}', sha256(uuid_send(gen_random_uuid())))`).join(", ");
  return `INSERT INTO appointment_lookups (tenant_id, appointment_id, kind, hash)
    SELECT '${tenant}', ${id}, k.kind, k.hash ${from === "" ? "FROM" : `${from} CROSS JOIN`} (VALUES ${rows}) AS k (kind, hash)`;
}

function auditEvent(
  { tenant_id: tenant }: SampleRow,
  { id, from }: Names,
  event: EventRow,
): string {
  return `INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind, body, request_id)
    SELECT '${tenant}', ${text(event.kind)}, ${text(event.subject_kind)}, ${id}, ${text(event.actor_kind)}, ${text(event.body)},
      gen_random_uuid()::text ${from}`;
}

function outboxEvent(
  { tenant_id: tenant }: SampleRow,
  { id, from }: Names,
  event: EventRow,
): string {
  return `INSERT INTO outbox_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, body)
    SELECT '${tenant}', uuidv7(), ${text(event.kind)}, ${text(event.subject_kind)}, ${id}, 1, ${text(event.body)} ${from}`;
}

function reply({ tenant_id: tenant, reply: r }: SampleRow, { from }: Names): string {
  return `INSERT INTO idempotency_replies (tenant_id, subject, route, key, fingerprint, reply_encrypted)
    SELECT '${tenant}', ${text(r.subject)}, ${text(r.route)}, gen_random_uuid()::text, ${bytes(32)}, ${bytes(r.bytes)} ${from}`;
}

/** Sealed values look random, so constants of random bytes cost PostgreSQL the same and the client nothing. */
function bytes(count: number): string {
  return `'\\x${randomBytes(count).toString("hex")}'::bytea`;
}

/** 6 random bits a character. */
function randomText(length: number): string {
  return `substr(encode(uuid_send(gen_random_uuid()), 'base64'), 1, ${length})`;
}

/** A literal. A colon in JSON is followed by a space, because `:name` would be a variable. */
function text(value: unknown): string {
  const plain = typeof value === "string" ? value : JSON.stringify(value).replaceAll('":', '": ');
  return `'${plain.replaceAll("'", "''")}'`;
}
