/**
 * SQL that makes one row of every kind that an address of the API can name, for the superuser; $1 is the tenant. What
 * has a code has the code `x`.
 */
export const rowsOfEveryKind: readonly string[] = [
  `INSERT INTO sites (tenant_id, id, code, name, time_zone)
   VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}', 'Europe/Rome')`,
  `INSERT INTO services (tenant_id, id, code, name, duration_minutes)
   VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}', 30)`,
  `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
   SELECT $1, gen_random_uuid(), id, 'person', 1, 'day' FROM services WHERE tenant_id = $1`,
  `INSERT INTO resources (tenant_id, id, site_id, code, name, cell_minutes)
   SELECT $1, gen_random_uuid(), id, 'x', '{"it":"X"}', 30 FROM sites WHERE tenant_id = $1`,
  `INSERT INTO resource_services (tenant_id, resource_id, service_id)
   SELECT $1, r.id, s.id FROM resources r JOIN services s USING (tenant_id) WHERE r.tenant_id = $1`,
  `INSERT INTO eligibility_lists (tenant_id, id, code, name) VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}')`,
  `INSERT INTO local_holidays (tenant_id, id, month, day, name) VALUES ($1, gen_random_uuid(), 12, 7, '{"it":"X"}')`,
  `INSERT INTO invitations (tenant_id, id, service_id, code_hash)
   SELECT $1, gen_random_uuid(), id, '\\x00' FROM services WHERE tenant_id = $1`,
  `INSERT INTO message_templates (tenant_id, id, kind, channel, language)
   VALUES ($1, gen_random_uuid(), 'reminder', 'sms', 'it')`,
  `INSERT INTO message_template_versions (tenant_id, template_id, version, content)
   SELECT $1, id, 1, '{"channel":"sms","text":"{{ date }} {{ time }}"}' FROM message_templates WHERE tenant_id = $1`,
  `INSERT INTO openings (tenant_id, id, resource_id, code, kind, rrule, starts_on, start_time, end_time,
     start_step_minutes, capacity)
   SELECT $1, gen_random_uuid(), id, 'x', 'recurring', 'FREQ=DAILY', '2026-01-01', '08:00', '12:00', 30, 1
   FROM resources WHERE tenant_id = $1`,
  `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
   SELECT $1, gen_random_uuid(), id, 'day', 'web', 1 FROM openings WHERE tenant_id = $1`,
  `INSERT INTO closures (tenant_id, id, code, starts_on, ends_on)
   VALUES ($1, gen_random_uuid(), 'x', '2026-08-15', '2026-08-15')`,
  `INSERT INTO day_marks (tenant_id, id, code, starts_on, ends_on, mode)
   VALUES ($1, gen_random_uuid(), 'x', '2026-12-24', '2026-12-24', 'walk_in')`,
  `INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, ttl_seconds,
     expires_at)
   SELECT $1, gen_random_uuid(), id, '{}', 1, 'web', clock_now(), clock_now() + interval '1 hour', '[]', 180,
     clock_now() + interval '1 hour'
   FROM sites WHERE tenant_id = $1`,
  `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
     local_date, token_kid)
   SELECT $1, gen_random_uuid(), id, 'XXXX', 'web', 'it', 1, '2027-12-01T08:00Z', '2027-12-01T08:30Z', '2027-12-01', 't1'
   FROM sites WHERE tenant_id = $1`,
  `INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
   SELECT $1, a.id, 0, s.id, a.starts_at, a.ends_at
   FROM appointments a JOIN services s USING (tenant_id) WHERE a.tenant_id = $1`,
  `INSERT INTO participants (tenant_id, id, appointment_id, position)
   SELECT $1, gen_random_uuid(), id, 0 FROM appointments WHERE tenant_id = $1`,
  `INSERT INTO webhook_endpoints (tenant_id, id, url, kinds, secret_encrypted)
   VALUES ($1, gen_random_uuid(), 'https://example.org/hook', '{confirmation}', '\\x00')`,
  `INSERT INTO messages (tenant_id, id, subject_kind, subject_id, subject_version, kind, channel, language, priority,
     due_at, next_at, not_after)
   SELECT $1, gen_random_uuid(), 'appointment', id, 1, 'reminder', 'email', 'it', 2, starts_at, starts_at, starts_at
   FROM appointments WHERE tenant_id = $1`,
  `INSERT INTO phone_tasks (tenant_id, id, appointment_id, kind, cause, subject_version, visit_at, not_after, next_at)
   SELECT $1, gen_random_uuid(), id, 'reminder', 'no_contact', 1, starts_at, starts_at, starts_at
   FROM appointments WHERE tenant_id = $1`,
  `INSERT INTO call_notes (tenant_id, id, task_id, outcome, note_encrypted, noted_by)
   SELECT $1, gen_random_uuid(), id, 'not_reached', decode(repeat('00', 32), 'hex'), gen_random_uuid()
   FROM phone_tasks WHERE tenant_id = $1`,
  `INSERT INTO bulk_operations (tenant_id, id, kind, filter, reason, items, counts, digest, expires_at)
   VALUES ($1, gen_random_uuid(), 'cancel', '{"from":"2026-12-01","to":"2026-12-01","from_time":"00:00","to_time":"24:00",
     "site_ids":null,"resource_ids":null,"service_ids":null,"support":null,"channels":null,"languages":null}', 'other', 1,
     '{"by_day":[],"by_channel":[],"people":[]}', sha256(''), '2199-01-01')`,
  `INSERT INTO bulk_operation_texts (tenant_id, operation_id, language, text)
   SELECT $1, id, 'it', 'Ci scusiamo.' FROM bulk_operations WHERE tenant_id = $1`,
  `INSERT INTO bulk_operation_parts (tenant_id, operation_id, number, appointment_ids, versions, in_conflict)
   SELECT $1, o.id, 0, ARRAY[a.id], '{1}', '{f}' FROM bulk_operations o JOIN appointments a USING (tenant_id)
   WHERE tenant_id = $1`,
  `INSERT INTO message_policies (tenant_id, id, rules)
   VALUES ($1, gen_random_uuid(), '{"confirmation":null,"notices":{"channels":"email_first"},"reminders":[],
     "please_confirm":null,"follow_up":null,"has_phone_reminders":false}')`,
  `INSERT INTO mailbox_messages (tenant_id, id, channel, reference, content_encrypted)
   VALUES ($1, gen_random_uuid(), 'email', 'x@example.org', '\\x00')`,
  `INSERT INTO waitlist_entries (tenant_id, id, service_ids, site_ids, from_on, to_on, weekdays, from_time, to_time,
     party_size, channel, language, has_email, has_phone, token_kid, status)
   SELECT $1, gen_random_uuid(), ARRAY[v.id], ARRAY[s.id], '2027-12-01', '2027-12-02', '{1}', '08:00', '12:00', 1, 'web',
     'it', false, false, 't1', 'offered'
   FROM services v JOIN sites s USING (tenant_id) WHERE v.tenant_id = $1`,
  `INSERT INTO waitlist_places (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs,
     answer_by)
   SELECT $1, gen_random_uuid(), s.id, ARRAY[v.id], 1, 'web', '2027-12-01T08:00Z', '2027-12-01T08:30Z', '[]',
     '2027-11-30T08:00Z'
   FROM services v JOIN sites s USING (tenant_id) WHERE v.tenant_id = $1`,
  `INSERT INTO waitlist_offers (tenant_id, id, place_id, entry_id, way)
   SELECT $1, gen_random_uuid(), p.id, e.id, 'phone'
   FROM waitlist_places p JOIN waitlist_entries e USING (tenant_id) WHERE p.tenant_id = $1`,
  `INSERT INTO service_suspensions (tenant_id, id, service_id, site_id, starts_at, ends_at)
   SELECT $1, gen_random_uuid(), s.id, i.id, '2020-12-01T07:00Z', '2020-12-01T09:00Z'
   FROM services s JOIN sites i USING (tenant_id) WHERE tenant_id = $1`,
  `INSERT INTO urgent_closures (tenant_id, id, status, site_id, starts_at, ends_at, is_suspension, on_the_way_minutes,
     reason, numbers, digest, expires_at, started_at)
   SELECT $1, gen_random_uuid(), 'active', id, '2027-12-01T07:00Z', '2027-12-01T09:00Z', true, 30, '{"it":"Vento"}',
     '{"kept":0,"moved":0,"lost":1,"holds_released":0,"reach":{"sms":0,"email":0,"phone":0,"nobody":1}}', sha256(''),
     '2199-01-01', '2027-12-01T06:00Z'
   FROM sites WHERE tenant_id = $1`,
  `INSERT INTO urgent_closure_visits (tenant_id, closure_id, appointment_id, starts_at, place)
   SELECT $1, u.id, a.id, a.starts_at, 'lost' FROM urgent_closures u JOIN appointments a USING (tenant_id)
   WHERE tenant_id = $1`,
  `INSERT INTO schedule_proposals (tenant_id, id, changes, resource_ids, rules_digest, snapshot, effect, expires_at)
   VALUES ($1, gen_random_uuid(), '[{"kind":"retire_closure","id":"00000000-0000-7000-8000-000000000000"}]', '{}',
     decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'),
     '{"totals":{"slots_gained":0,"slots_lost":0,"places_gained":0,"places_lost":0,"stays":0,"moves":0,"conflicts":0,
       "conflicts_without_contact":0,"returns":0},"holds_released":0,"days":[],"slots_examined":0}',
     '2027-12-01T08:00Z')`,
];
