import type pg from "pg";
import { idOf, type Row } from "./row.ts";
import { urgentRows } from "./valid-urgent-rows.ts";
import { waitlistRows } from "./waitlist-rows.ts";

const instants = { starts_at: "2027-03-01T08:00:00Z", ends_at: "2027-03-01T08:30:00Z" };
const dates = { starts_on: "2027-03-01", ends_on: "2027-03-02" };
const name = { it: "Prova" };
const hash = Buffer.alloc(32, 7);

const tenant_id = idOf(1);
const [site, service, resource, opening, list, limit] = [2, 3, 4, 5, 6, 7].map(idOf);
const [appointment, ceiling, template, operation] = [8, 9, 19, 25].map(idOf);

/** One valid row of every table, in an order in which they can be written. */
const validRows: readonly (readonly [table: string, row: Row])[] = [
  ["secret_key_uses", { kid: "k1", check_value: Buffer.alloc(24, 7) }],
  [
    "tenants",
    {
      id: tenant_id,
      slug: "comune",
      name,
      languages: ["it"],
      default_language: "it",
      time_zone: "Europe/Rome",
      holiday_country: "IT",
    },
  ],
  ["api_keys", { tenant_id, id: idOf(10), kind: "secret", name: "Key", secret_hash: hash }],
  [
    "audit_events",
    {
      tenant_id,
      id: 1,
      kind: "thing.made",
      subject_kind: "thing",
      subject_id: idOf(11),
      actor_kind: "system",
    },
  ],
  ["audit_seals", { tenant_id, seq: 1, event_id: 1, previous_hash: hash, hash }],
  [
    "outbox_events",
    { tenant_id, id: idOf(12), kind: "thing.made", subject_kind: "thing", subject_id: idOf(11) },
  ],
  [
    "idempotency_replies",
    {
      tenant_id,
      subject: "s",
      route: "r",
      key: "12345678",
      fingerprint: hash,
      reply_encrypted: hash,
    },
  ],
  ["sites", { tenant_id, id: site, code: "x", name, time_zone: "Europe/Rome" }],
  ["local_holidays", { tenant_id, id: idOf(13), month: 12, day: 7, name }],
  ["eligibility_lists", { tenant_id, id: list, code: "x", name }],
  ["eligibility_entries", { tenant_id, list_id: list, key_hash: hash }],
  ["services", { tenant_id, id: service, code: "x", name, duration_minutes: 30 }],
  [
    "service_limits",
    {
      tenant_id,
      id: limit,
      service_id: service,
      key_source: "person",
      count_max: 1,
      period: "day",
    },
  ],
  [
    "message_templates",
    { tenant_id, id: template, kind: "reminder", channel: "sms", language: "it", version: 2 },
  ],
  [
    "message_template_versions",
    { tenant_id, template_id: template, version: 2, content: {}, restored_from: 1 },
  ],
  ["invitations", { tenant_id, id: idOf(14), service_id: service, code_hash: hash }],
  ["resources", { tenant_id, id: resource, site_id: site, code: "x", name, cell_minutes: 30 }],
  ["resource_services", { tenant_id, resource_id: resource, service_id: service }],
  [
    "openings",
    {
      tenant_id,
      id: opening,
      resource_id: resource,
      code: "x",
      kind: "recurring",
      rrule: "FREQ=DAILY",
      ...dates,
      start_time: "08:00",
      end_time: "12:00",
      start_step_minutes: 30,
      capacity: 1,
    },
  ],
  ["opening_services", { tenant_id, opening_id: opening, service_id: service }],
  ["opening_versions", { tenant_id, opening_id: opening, version: 1, body: {} }],
  [
    "ceilings",
    { tenant_id, id: ceiling, opening_id: opening, scope: "day", channel: "web", capacity: 1 },
  ],
  ["closures", { tenant_id, id: idOf(15), code: "x", ...dates }],
  ["day_marks", { tenant_id, id: idOf(16), code: "x", ...dates, mode: "walk_in" }],
  [
    "slots",
    {
      tenant_id,
      id: 1,
      resource_id: resource,
      opening_id: opening,
      ...instants,
      local_date: "2027-03-01",
      ordinal: 0,
      is_start: true,
      mode: "bookable",
      capacity: 1,
    },
  ],
  [
    "slot_generations",
    { tenant_id, resource_id: resource, inputs_digest: hash, generated_to: "2027-03-01" },
  ],
  [
    "holds",
    {
      tenant_id,
      id: idOf(17),
      site_id: site,
      service_ids: [service],
      party_size: 1,
      channel: "web",
      ...instants,
      legs: "[]",
      ttl_seconds: 180,
      client_hash: hash,
      expires_at: "2027-02-01T08:00:00Z",
    },
  ],
  [
    "allocations",
    {
      tenant_id,
      id: 1,
      slot_id: 1,
      owner_kind: "appointment",
      owner_id: appointment,
      units: 1,
      is_counted: false,
    },
  ],
  ["ceiling_counters", { tenant_id, id: 1, ceiling_id: ceiling, slot_id: 1, capacity: 1 }],
  ["ceiling_uses", { tenant_id, counter_id: 1, owner_id: appointment, units: 1 }],
  [
    "appointments",
    {
      tenant_id,
      id: appointment,
      site_id: site,
      reference: "AAAA",
      channel: "web",
      language: "it",
      party_size: 1,
      ...instants,
      local_date: "2027-03-01",
      token_kid: "k1",
      external_reference: "old-1",
    },
  ],
  [
    "appointment_legs",
    {
      tenant_id,
      appointment_id: appointment,
      leg: 0,
      service_id: service,
      ...instants,
    },
  ],
  ["participants", { tenant_id, id: idOf(18), appointment_id: appointment, position: 0 }],
  ["appointment_lookups", { tenant_id, appointment_id: appointment, kind: "email", hash }],
  ["quota_counters", { tenant_id, limit_id: limit, person_hash: hash, period_start: "2027-03-01" }],
  [
    "quota_uses",
    {
      tenant_id,
      limit_id: limit,
      person_hash: hash,
      period_start: "2027-03-01",
      appointment_id: appointment,
      used_on: "2027-03-01",
      units: 1,
    },
  ],
  [
    "message_settings",
    {
      tenant_id,
      quiet_from: "21:00",
      quiet_to: "08:00",
      is_sms_on: true,
      sms_is_transliterated: true,
      sms_price_micros: 80_000,
      sms_daily_ceiling_micros: 1_000_000,
    },
  ],
  [
    "webhook_endpoints",
    {
      tenant_id,
      id: idOf(20),
      url: "https://example.org/hook",
      kinds: ["confirmation"],
      secret_encrypted: hash,
    },
  ],
  [
    "messages",
    {
      tenant_id,
      id: idOf(21),
      subject_kind: "appointment",
      subject_id: appointment,
      subject_version: 1,
      kind: "reminder",
      channel: "email",
      language: "it",
      offset_minutes: 2_880,
      recipient_encrypted: hash,
      domain_hash: Buffer.alloc(16, 7),
      priority: 2,
      due_at: "2027-02-27T08:00:00Z",
      next_at: "2027-02-27T08:00:00Z",
      not_after: "2027-02-28T08:00:00Z",
    },
  ],
  ["message_attempts", { tenant_id, message_id: idOf(21), attempt: 1, outcome: "later" }],
  [
    "message_receipts",
    {
      tenant_id,
      id: 1,
      message_id: idOf(21),
      state: "delivered",
      reported_at: "2027-02-27T08:00:00Z",
    },
  ],
  [
    "message_spend",
    { tenant_id, on_date: "2027-02-27", spent_micros: 80_000, parts: 1, ceiling_micros: 100_000 },
  ],
  [
    "phone_tasks",
    {
      tenant_id,
      id: idOf(22),
      appointment_id: appointment,
      kind: "cancellation",
      cause: "no_contact",
      subject_version: 1,
      visit_at: instants.starts_at,
      not_after: instants.starts_at,
      next_at: "2027-02-27T08:00:00Z",
    },
  ],
  [
    "call_notes",
    {
      tenant_id,
      id: idOf(25),
      task_id: idOf(22),
      outcome: "not_reached",
      note_encrypted: hash,
      noted_by: idOf(10),
    },
  ],
  ["sending_gates", { name: "email" }],
  [
    "mailbox_messages",
    { tenant_id, id: idOf(24), channel: "email", reference: "a@b", content_encrypted: hash },
  ],
  ["message_policies", { tenant_id, id: idOf(23), service_id: service, rules: {} }],
  ["planned_events", { tenant_id, event_id: idOf(12) }],
  [
    "presence_requests",
    {
      tenant_id,
      appointment_id: appointment,
      starts_at: instants.starts_at,
      answer_by: "2027-02-28T08:00:00Z",
      is_released: true,
    },
  ],
  [
    "schedule_proposals",
    {
      tenant_id,
      id: idOf(25),
      changes: JSON.stringify([{}]),
      resource_ids: [resource],
      rules_digest: hash,
      snapshot: hash,
      effect: {},
      expires_at: instants.starts_at,
    },
  ],
  [
    "proposal_outcomes",
    {
      tenant_id,
      proposal_id: idOf(25),
      appointment_id: appointment,
      outcome: "stays",
      starts_at: instants.starts_at,
    },
  ],
  ["reminder_opt_outs", { tenant_id, address_hash: hash }],
  ["satisfaction_answers", { tenant_id, appointment_id: appointment, rating: 5 }],
  [
    "bulk_operations",
    {
      tenant_id,
      id: operation,
      kind: "cancel",
      filter: {},
      reason: "other",
      items: 1,
      counts: {},
      digest: hash,
      expires_at: instants.starts_at,
    },
  ],
  [
    "bulk_operation_texts",
    { tenant_id, operation_id: operation, language: "it", text: "Ci scusiamo." },
  ],
  [
    "bulk_operation_parts",
    {
      tenant_id,
      operation_id: operation,
      number: 0,
      appointment_ids: [appointment],
      versions: [1],
      in_conflict: [false],
    },
  ],
  ...urgentRows({ tenant_id, site, service, resource, appointment }),
  [
    "bulk_rebookings",
    {
      tenant_id,
      appointment_id: appointment,
      operation_id: operation,
      new_appointment_id: appointment,
      had_priority: true,
    },
  ],
  ...waitlistRows,
];

type Client = Pick<pg.Client, "query">;

/** Writes one valid row into every table, as the superuser; returns them by table. */
export async function insertValidRows(admin: Client): Promise<ReadonlyMap<string, Row>> {
  for (const [table, row] of validRows) await insertRow(admin, table, row);
  return new Map(validRows);
}

/** Writes a row with exactly these columns; ids that the database gives are overridden. */
export async function insertRow(admin: Client, table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 1}`);
  await admin.query(
    `INSERT INTO ${table} (${names.join(", ")}) OVERRIDING SYSTEM VALUE VALUES (${places.join(", ")})`,
    Object.values(row),
  );
}
