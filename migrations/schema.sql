-- What the migrations make of an empty database, read from PostgreSQL's catalogue for people to read.
-- Written by `npm run schema`, compared with the migrations by a test. Do not edit, do not apply.

CREATE OR REPLACE FUNCTION public.clock_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT clock_timestamp() + (SELECT shift FROM clock_shift) $function$;

CREATE OR REPLACE FUNCTION public.current_tenant_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT nullif(current_setting('sportello.tenant_id', true), '')::uuid $function$;

CREATE OR REPLACE FUNCTION public.is_system_scope()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT coalesce(current_setting('sportello.scope', true), '') = 'system' $function$;

CREATE OR REPLACE PROCEDURE public.protect_tenant_table(IN table_name regclass)
 LANGUAGE plpgsql
AS $procedure$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
  EXECUTE format(
    'CREATE POLICY rows_belong_to_the_current_tenant ON %s
       USING (tenant_id = (SELECT current_tenant_id()))
       WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
END
$procedure$;

CREATE OR REPLACE FUNCTION public.refuse_unlisted_transition()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NOT EXISTS (
    SELECT FROM state_transitions
    WHERE machine = TG_ARGV[0] AND from_state = OLD.status AND to_state = NEW.status
  ) THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_ARGV[0], OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0] || '_transition_is_listed';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.sending_place()
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT (pg_control_system()).system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
$function$;

CREATE TABLE allocations (
  tenant_id uuid NOT NULL,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  slot_id bigint NOT NULL,
  owner_kind text NOT NULL,
  owner_id uuid NOT NULL,
  leg smallint NOT NULL DEFAULT 0,
  units integer NOT NULL,
  is_counted boolean NOT NULL DEFAULT true,
  expires_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT allocations_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT allocations_of_an_owner_are_stated_once UNIQUE (owner_id, slot_id, leg),
  CONSTRAINT allocations_expire_unless_booked CHECK ((owner_kind = 'appointment'::text) = (expires_at IS NULL)),
  CONSTRAINT allocations_owner_is_known CHECK (owner_kind = ANY (ARRAY['hold'::text, 'appointment'::text, 'offer'::text, 'cooldown'::text, 'reserve'::text])),
  CONSTRAINT allocations_units_are_positive CHECK (units >= 1 AND units <= 10000),
  CONSTRAINT allocations_tenant_id_slot_id_fkey FOREIGN KEY (tenant_id, slot_id) REFERENCES slots(tenant_id, id)
);
COMMENT ON TABLE allocations IS 'Units of one slot used by a hold, an appointment or an offer, cooling down, or reserved for people who were cancelled; slots.taken is the sum of the counted ones.';
CREATE INDEX allocations_by_expiry ON allocations USING btree (tenant_id, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX allocations_by_slot ON allocations USING btree (slot_id);
ALTER TABLE allocations ENABLE ROW LEVEL SECURITY;
ALTER TABLE allocations FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON allocations
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON allocations TO sportello_service;

CREATE TABLE api_keys (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}'::text[],
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  expires_at timestamp with time zone,
  last_used_on date,
  revoked_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_kind_is_known CHECK (kind = ANY (ARRAY['secret'::text, 'publishable'::text])),
  CONSTRAINT api_keys_name_is_short CHECK (char_length(name) >= 1 AND char_length(name) <= 100),
  CONSTRAINT api_keys_secret_is_a_sha256 CHECK (octet_length(secret_hash) = 32),
  CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE api_keys IS 'Secret keys of staff and systems, publishable keys of widgets; only hashes are stored.';
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON api_keys
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON api_keys TO sportello_service;

CREATE TABLE appointment_legs (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  leg smallint NOT NULL,
  service_id uuid NOT NULL,
  resource_ids uuid[],
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  CONSTRAINT appointment_legs_pkey PRIMARY KEY (tenant_id, appointment_id, leg),
  CONSTRAINT appointment_legs_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT appointment_legs_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT appointment_legs_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE appointment_legs IS 'The services of a visit in order, each with its time and the resources that serve it.';
COMMENT ON COLUMN appointment_legs.resource_ids IS 'No longer written: the resources of a leg are those of its allocations. To be dropped one release later.';
CREATE INDEX appointment_legs_by_service ON appointment_legs USING btree (service_id, starts_at);
ALTER TABLE appointment_legs ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointment_legs FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON appointment_legs
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON appointment_legs TO sportello_service;

CREATE TABLE appointment_lookups (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  kind text NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT appointment_lookups_pkey PRIMARY KEY (tenant_id, kind, hash, appointment_id),
  CONSTRAINT appointment_lookups_hold_a_keyed_hash CHECK (octet_length(hash) = 32),
  CONSTRAINT appointment_lookups_kind_is_known CHECK (kind = ANY (ARRAY['surname'::text, 'phone'::text, 'email'::text, 'tax_code'::text])),
  CONSTRAINT appointment_lookups_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id)
);
COMMENT ON TABLE appointment_lookups IS 'Keyed hashes by which staff find an appointment; erased with the contact data.';
CREATE INDEX appointment_lookups_by_appointment ON appointment_lookups USING btree (appointment_id);
ALTER TABLE appointment_lookups ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointment_lookups FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON appointment_lookups
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON appointment_lookups TO sportello_service;

CREATE TABLE appointments (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  reference text NOT NULL,
  status text NOT NULL DEFAULT 'booked'::text,
  support text NOT NULL DEFAULT 'supported'::text,
  channel text NOT NULL,
  language text NOT NULL,
  party_size integer NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  local_date date NOT NULL,
  valid_until timestamp with time zone,
  is_pinned boolean NOT NULL DEFAULT false,
  is_training boolean NOT NULL DEFAULT false,
  overbooking_reason text,
  people_encrypted bytea,
  has_email boolean NOT NULL DEFAULT false,
  has_phone boolean NOT NULL DEFAULT false,
  invitation_id uuid,
  external_reference text,
  version integer NOT NULL DEFAULT 1,
  sequence integer NOT NULL DEFAULT 0,
  token_kid text NOT NULL,
  token_version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  closed_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  cancelled_by text,
  cancel_reason text,
  erased_at timestamp with time zone,
  CONSTRAINT appointments_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT appointments_reference_is_unique UNIQUE (reference, tenant_id),
  CONSTRAINT appointments_cancel_reason_is_known CHECK (cancel_reason = ANY (ARRAY['not_needed'::text, 'cannot_come'::text, 'found_elsewhere'::text, 'booked_twice'::text, 'office_closed'::text, 'staff_missing'::text, 'technical'::text, 'lapsed'::text, 'not_confirmed'::text, 'not_entitled'::text, 'other'::text])),
  CONSTRAINT appointments_cancelled_by_someone_known CHECK (cancelled_by = ANY (ARRAY['citizen'::text, 'staff'::text, 'bulk'::text, 'system'::text])),
  CONSTRAINT appointments_cancelled_says_when_and_who CHECK ((status = 'cancelled'::text) = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL)),
  CONSTRAINT appointments_channel_is_known CHECK (channel = ANY (ARRAY['web'::text, 'phone'::text, 'counter'::text, 'kiosk'::text, 'api'::text])),
  CONSTRAINT appointments_closed_says_when CHECK ((status = 'closed'::text) = (closed_at IS NOT NULL)),
  CONSTRAINT appointments_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT appointments_party_is_positive CHECK (party_size >= 1 AND party_size <= 100),
  CONSTRAINT appointments_status_is_known CHECK (status = ANY (ARRAY['booked'::text, 'closed'::text, 'cancelled'::text])),
  CONSTRAINT appointments_support_is_known CHECK (support = ANY (ARRAY['supported'::text, 'conflict'::text])),
  CONSTRAINT appointments_versions_rise_from_one CHECK (version >= 1 AND sequence >= 0 AND token_version >= 1),
  CONSTRAINT appointments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT appointments_tenant_id_invitation_id_fkey FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitations(tenant_id, id),
  CONSTRAINT appointments_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
) WITH (fillfactor=85);
COMMENT ON TABLE appointments IS 'A booked visit.';
COMMENT ON COLUMN appointments.people_encrypted IS 'Booker, contacts, answers, who accompanies whom; sealed per tenant; erased 30 days after the visit.';
CREATE INDEX appointments_by_site_and_day ON appointments USING btree (site_id, local_date, starts_at);
CREATE UNIQUE INDEX appointments_external_reference_is_unique ON appointments USING btree (external_reference, tenant_id) WHERE external_reference IS NOT NULL;
CREATE INDEX appointments_in_conflict ON appointments USING btree (site_id, starts_at) WHERE support = 'conflict'::text AND status = 'booked'::text;
CREATE INDEX appointments_to_lapse ON appointments USING btree (tenant_id, valid_until) WHERE status = 'booked'::text AND valid_until IS NOT NULL;
CREATE TRIGGER appointments_change_by_listed_transitions BEFORE UPDATE OF status ON appointments FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('appointment');
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON appointments
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON appointments TO sportello_service;

CREATE TABLE audit_events (
  tenant_id uuid NOT NULL,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  reason text,
  body jsonb NOT NULL DEFAULT '{}'::jsonb,
  request_id text,
  occurred_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT audit_events_actor_is_known CHECK (actor_kind = ANY (ARRAY['citizen'::text, 'staff'::text, 'system'::text, 'import'::text, 'bulk'::text])),
  CONSTRAINT audit_events_kind_names_a_thing_and_a_verb CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'::text),
  CONSTRAINT audit_events_reason_is_short CHECK (char_length(reason) <= 500),
  CONSTRAINT audit_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE audit_events IS 'Who did what to what, when and why; ids only, appended and never changed.';
CREATE INDEX audit_events_by_subject ON audit_events USING btree (subject_id, id);
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON audit_events
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON audit_events TO sportello_service;

CREATE TABLE audit_seals (
  tenant_id uuid NOT NULL,
  seq bigint NOT NULL,
  event_id bigint NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT audit_seals_pkey PRIMARY KEY (tenant_id, seq),
  CONSTRAINT audit_seals_seal_an_event_once UNIQUE (tenant_id, event_id),
  CONSTRAINT audit_seals_hash_is_a_sha256 CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32),
  CONSTRAINT audit_seals_start_at_one CHECK (seq >= 1),
  CONSTRAINT audit_seals_tenant_id_event_id_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES audit_events(tenant_id, id),
  CONSTRAINT audit_seals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE audit_seals IS 'Hash chain over a tenant''s audit events, appended by one sealer per tenant.';
ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seals FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON audit_seals
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON audit_seals TO sportello_service;

CREATE TABLE bulk_operation_parts (
  tenant_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  number integer NOT NULL,
  appointment_ids uuid[] NOT NULL,
  versions integer[] NOT NULL,
  in_conflict boolean[] NOT NULL,
  status text NOT NULL DEFAULT 'pending'::text,
  outcomes text[],
  event_ids uuid[],
  settled_at timestamp with time zone,
  told_at timestamp with time zone,
  CONSTRAINT bulk_operation_parts_pkey PRIMARY KEY (tenant_id, operation_id, number),
  CONSTRAINT bulk_operation_parts_are_numbered_from_zero CHECK (number >= 0),
  CONSTRAINT bulk_operation_parts_have_one_outcome_per_item CHECK (cardinality(outcomes) = cardinality(appointment_ids)),
  CONSTRAINT bulk_operation_parts_name_each_item_once CHECK (cardinality(appointment_ids) >= 1 AND cardinality(appointment_ids) <= 1000 AND cardinality(versions) = cardinality(appointment_ids) AND cardinality(in_conflict) = cardinality(appointment_ids)),
  CONSTRAINT bulk_operation_parts_outcomes_are_known CHECK (outcomes <@ ARRAY['done'::text, 'changed'::text, 'ended'::text, 'begun'::text, 'no_time'::text, 'refused'::text]),
  CONSTRAINT bulk_operation_parts_settled_says_what_came_of_each CHECK ((status = 'pending'::text) = (outcomes IS NULL) AND (outcomes IS NULL) = (settled_at IS NULL) AND (outcomes IS NULL) = (event_ids IS NULL)),
  CONSTRAINT bulk_operation_parts_status_is_known CHECK (status = ANY (ARRAY['pending'::text, 'settled'::text, 'told'::text])),
  CONSTRAINT bulk_operation_parts_told_says_when CHECK ((status = 'told'::text) = (told_at IS NOT NULL)),
  CONSTRAINT bulk_operation_parts_tenant_id_operation_id_fkey FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE bulk_operation_parts IS 'The appointments of an operation as the preview froze them, and what came of each; ids only, kept with the operation.';
COMMENT ON COLUMN bulk_operation_parts.outcomes IS 'One per appointment, in their order: done, or why it was left as it is.';
CREATE INDEX bulk_operation_parts_to_do ON bulk_operation_parts USING btree (operation_id, number) WHERE status <> 'told'::text;
CREATE TRIGGER bulk_operation_parts_change_by_listed_transitions BEFORE UPDATE OF status ON bulk_operation_parts FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('bulk_operation_part');
ALTER TABLE bulk_operation_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_operation_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON bulk_operation_parts
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON bulk_operation_parts TO sportello_service;

CREATE TABLE bulk_operation_texts (
  tenant_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  language text NOT NULL,
  text text NOT NULL,
  CONSTRAINT bulk_operation_texts_pkey PRIMARY KEY (tenant_id, operation_id, language),
  CONSTRAINT bulk_operation_texts_are_short CHECK (char_length(text) >= 1 AND char_length(text) <= 2000),
  CONSTRAINT bulk_operation_texts_language_is_known CHECK (language = ANY (ARRAY['it'::text, 'de'::text, 'fr'::text, 'en'::text])),
  CONSTRAINT bulk_operation_texts_tenant_id_operation_id_fkey FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE bulk_operation_texts IS 'What an operation tells those concerned, per language, with the placeholders of templates; kept with the operation.';
ALTER TABLE bulk_operation_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_operation_texts FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON bulk_operation_texts
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON bulk_operation_texts TO sportello_service;

CREATE TABLE bulk_operations (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  status text NOT NULL DEFAULT 'previewed'::text,
  filter jsonb NOT NULL,
  reason text,
  is_urgent boolean NOT NULL DEFAULT false,
  move_rule jsonb,
  rebooking jsonb,
  items integer NOT NULL,
  counts jsonb NOT NULL,
  digest bytea NOT NULL,
  freed_capacity text,
  waitlist_minutes integer,
  created_by uuid,
  started_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  expires_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  slots_closed_at timestamp with time zone,
  places_reserved_at timestamp with time zone,
  rebook_until timestamp with time zone,
  ended_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT bulk_operations_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT bulk_operations_cancel_for_a_reason CHECK ((kind = 'cancel'::text) = (reason IS NOT NULL)),
  CONSTRAINT bulk_operations_digest_is_a_sha256 CHECK (octet_length(digest) = 32),
  CONSTRAINT bulk_operations_documents_are_objects CHECK (jsonb_typeof(filter) = 'object'::text AND jsonb_typeof(counts) = 'object'::text),
  CONSTRAINT bulk_operations_ended_says_when CHECK ((status = ANY (ARRAY['expired'::text, 'finished'::text, 'aborted'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT bulk_operations_free_capacity_by_cancelling CHECK (freed_capacity IS NULL OR kind = 'cancel'::text),
  CONSTRAINT bulk_operations_freed_capacity_is_known CHECK (freed_capacity = ANY (ARRAY['close'::text, 'waitlist'::text, 'sale'::text])),
  CONSTRAINT bulk_operations_items_are_bounded CHECK (items >= 0 AND items <= 250000),
  CONSTRAINT bulk_operations_kind_is_known CHECK (kind = ANY (ARRAY['cancel'::text, 'move'::text, 'notify'::text])),
  CONSTRAINT bulk_operations_move_by_a_rule CHECK ((kind = 'move'::text) = (move_rule IS NOT NULL)),
  CONSTRAINT bulk_operations_reason_is_known CHECK (reason = ANY (ARRAY['office_closed'::text, 'staff_missing'::text, 'technical'::text, 'other'::text])),
  CONSTRAINT bulk_operations_rebook_until_some_time CHECK ((rebook_until IS NULL) = (rebooking IS NULL OR started_at IS NULL)),
  CONSTRAINT bulk_operations_rebook_what_they_cancel CHECK (rebooking IS NULL OR kind = 'cancel'::text),
  CONSTRAINT bulk_operations_started_says_when CHECK ((status = ANY (ARRAY['previewed'::text, 'expired'::text])) = (started_at IS NULL)),
  CONSTRAINT bulk_operations_status_is_known CHECK (status = ANY (ARRAY['previewed'::text, 'expired'::text, 'running'::text, 'paused'::text, 'finished'::text, 'aborted'::text])),
  CONSTRAINT bulk_operations_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT bulk_operations_waitlist_has_a_time CHECK ((NOT freed_capacity IS DISTINCT FROM 'waitlist'::text) = (waitlist_minutes IS NOT NULL)),
  CONSTRAINT bulk_operations_waitlist_lasts_a_week CHECK (waitlist_minutes >= 1 AND waitlist_minutes <= 10080),
  CONSTRAINT bulk_operations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE bulk_operations IS 'One thing done to many appointments; no personal data. Previews that expired are kept a week, the others with the administration.';
COMMENT ON COLUMN bulk_operations.digest IS 'SHA-256 of the frozen appointments with their versions; whoever starts the operation has seen its preview.';
CREATE INDEX bulk_operations_by_age ON bulk_operations USING btree (tenant_id, created_at, id);
CREATE INDEX bulk_operations_under_way ON bulk_operations USING btree (tenant_id, id) WHERE status = 'running'::text;
CREATE TRIGGER bulk_operations_change_by_listed_transitions BEFORE UPDATE OF status ON bulk_operations FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('bulk_operation');
ALTER TABLE bulk_operations ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_operations FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON bulk_operations
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON bulk_operations TO sportello_service;

CREATE TABLE bulk_rebookings (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  new_appointment_id uuid NOT NULL,
  had_priority boolean NOT NULL,
  rebooked_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT bulk_rebookings_happen_once PRIMARY KEY (tenant_id, appointment_id),
  CONSTRAINT bulk_rebookings_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT bulk_rebookings_tenant_id_new_appointment_id_fkey FOREIGN KEY (tenant_id, new_appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT bulk_rebookings_tenant_id_operation_id_fkey FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations(tenant_id, id)
);
COMMENT ON TABLE bulk_rebookings IS 'Which visit somebody chose instead of one that an operation cancelled; ids only, kept with the operation.';
ALTER TABLE bulk_rebookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_rebookings FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON bulk_rebookings
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON bulk_rebookings TO sportello_service;

CREATE TABLE call_notes (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  task_id uuid,
  offer_id uuid,
  outcome text NOT NULL,
  note_encrypted bytea NOT NULL,
  noted_by uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT call_notes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT call_notes_are_about_one_call CHECK (num_nonnulls(task_id, offer_id) = 1),
  CONSTRAINT call_notes_are_short CHECK (octet_length(note_encrypted) >= 30 AND octet_length(note_encrypted) <= 2500),
  CONSTRAINT call_notes_outcome_is_known CHECK (outcome = ANY (ARRAY['reached'::text, 'left_message'::text, 'not_reached'::text, 'wrong_number'::text, 'no_number'::text, 'declined'::text])),
  CONSTRAINT call_notes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT call_notes_tenant_id_offer_id_fkey FOREIGN KEY (tenant_id, offer_id) REFERENCES waitlist_offers(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT call_notes_tenant_id_task_id_fkey FOREIGN KEY (tenant_id, task_id) REFERENCES phone_tasks(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE call_notes IS 'What operators noted of calls, for whoever calls next; sealed, and deleted thirty days later.';
COMMENT ON COLUMN call_notes.note_encrypted IS 'At most 300 characters, sealed.';
COMMENT ON COLUMN call_notes.noted_by IS 'The key of whoever called.';
CREATE INDEX call_notes_by_age ON call_notes USING btree (tenant_id, created_at);
CREATE INDEX call_notes_of_a_task ON call_notes USING btree (tenant_id, task_id, created_at) WHERE task_id IS NOT NULL;
CREATE INDEX call_notes_of_an_offer ON call_notes USING btree (tenant_id, offer_id, created_at) WHERE offer_id IS NOT NULL;
ALTER TABLE call_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON call_notes
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON call_notes TO sportello_service;

CREATE TABLE ceiling_counters (
  tenant_id uuid NOT NULL,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  ceiling_id uuid NOT NULL,
  slot_id bigint,
  on_date date,
  capacity integer NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  CONSTRAINT ceiling_counters_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT ceiling_counters_are_stated_once UNIQUE NULLS NOT DISTINCT (ceiling_id, slot_id, on_date),
  CONSTRAINT ceiling_counters_are_never_passed CHECK (taken >= 0 AND taken <= capacity),
  CONSTRAINT ceiling_counters_count_a_slot_or_a_day CHECK (num_nonnulls(slot_id, on_date) = 1),
  CONSTRAINT ceiling_counters_tenant_id_ceiling_id_fkey FOREIGN KEY (tenant_id, ceiling_id) REFERENCES ceilings(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT ceiling_counters_tenant_id_slot_id_fkey FOREIGN KEY (tenant_id, slot_id) REFERENCES slots(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE ceiling_counters IS 'Units taken under one ceiling, for one slot or one local day.';
CREATE INDEX ceiling_counters_by_slot ON ceiling_counters USING btree (slot_id) WHERE slot_id IS NOT NULL;
ALTER TABLE ceiling_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE ceiling_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON ceiling_counters
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON ceiling_counters TO sportello_service;

CREATE TABLE ceiling_uses (
  tenant_id uuid NOT NULL,
  counter_id bigint NOT NULL,
  owner_id uuid NOT NULL,
  units integer NOT NULL,
  CONSTRAINT ceiling_uses_pkey PRIMARY KEY (tenant_id, owner_id, counter_id),
  CONSTRAINT ceiling_uses_are_positive CHECK (units > 0),
  CONSTRAINT ceiling_uses_tenant_id_counter_id_fkey FOREIGN KEY (tenant_id, counter_id) REFERENCES ceiling_counters(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE ceiling_uses IS 'Which hold or appointment took how many units under which ceiling.';
CREATE INDEX ceiling_uses_by_counter ON ceiling_uses USING btree (counter_id);
ALTER TABLE ceiling_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE ceiling_uses FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON ceiling_uses
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON ceiling_uses TO sportello_service;

CREATE TABLE ceilings (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  opening_id uuid NOT NULL,
  scope text NOT NULL,
  channel text,
  service_id uuid,
  capacity integer NOT NULL,
  lifted_days_before integer,
  lifted_time time without time zone,
  CONSTRAINT ceilings_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT ceilings_are_stated_once UNIQUE NULLS NOT DISTINCT (tenant_id, opening_id, scope, channel, service_id),
  CONSTRAINT ceilings_capacity_is_not_negative CHECK (capacity >= 0 AND capacity <= 100000),
  CONSTRAINT ceilings_channel_is_known CHECK (channel = ANY (ARRAY['web'::text, 'phone'::text, 'counter'::text, 'kiosk'::text, 'api'::text])),
  CONSTRAINT ceilings_lifted_by_day_and_hour CHECK ((lifted_days_before IS NULL) = (lifted_time IS NULL)),
  CONSTRAINT ceilings_lifted_within_a_quarter CHECK (lifted_days_before >= 0 AND lifted_days_before <= 90),
  CONSTRAINT ceilings_narrow_a_channel_or_a_service CHECK (num_nonnulls(channel, service_id) >= 1),
  CONSTRAINT ceilings_scope_is_known CHECK (scope = ANY (ARRAY['cell'::text, 'day'::text])),
  CONSTRAINT ceilings_tenant_id_opening_id_fkey FOREIGN KEY (tenant_id, opening_id) REFERENCES openings(tenant_id, id),
  CONSTRAINT ceilings_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE ceilings IS 'At most so many units of an opening''s cell or day for one channel or service, until lifted.';
CREATE INDEX ceilings_by_opening ON ceilings USING btree (opening_id);
ALTER TABLE ceilings ENABLE ROW LEVEL SECURITY;
ALTER TABLE ceilings FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON ceilings
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON ceilings TO sportello_service;

CREATE TABLE clock_shift (
  is_the_only_row boolean NOT NULL DEFAULT true,
  shift interval NOT NULL DEFAULT '00:00:00'::interval,
  CONSTRAINT clock_shift_pkey PRIMARY KEY (is_the_only_row),
  CONSTRAINT clock_shift_has_one_row CHECK (is_the_only_row)
);
COMMENT ON TABLE clock_shift IS 'How far tests shift the clock of all SQL; zero in service.';
GRANT SELECT ON clock_shift TO sportello_service;

CREATE TABLE closures (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  site_id uuid,
  resource_id uuid,
  starts_on date NOT NULL,
  start_time time without time zone NOT NULL DEFAULT '00:00:00'::time without time zone,
  ends_on date NOT NULL,
  end_time time without time zone NOT NULL DEFAULT '24:00:00'::time without time zone,
  reason jsonb NOT NULL DEFAULT '{}'::jsonb,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT closures_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT closures_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT closures_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT closures_concern_one_scope CHECK (num_nonnulls(site_id, resource_id) <= 1),
  CONSTRAINT closures_end_after_they_start CHECK ((ends_on > starts_on OR ends_on = starts_on AND end_time > start_time) AND (ends_on - starts_on) <= 366),
  CONSTRAINT closures_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT closures_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id),
  CONSTRAINT closures_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE closures IS 'Dated absence of openings for a resource, a site or (neither named) the whole tenant, in the site''s wall time.';
ALTER TABLE closures ENABLE ROW LEVEL SECURITY;
ALTER TABLE closures FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON closures
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON closures TO sportello_service;

CREATE TABLE day_marks (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  site_id uuid,
  resource_id uuid,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  mode text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT day_marks_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT day_marks_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT day_marks_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT day_marks_concern_one_scope CHECK (num_nonnulls(site_id, resource_id) <= 1),
  CONSTRAINT day_marks_end_after_they_start CHECK (ends_on >= starts_on AND (ends_on - starts_on) <= 366),
  CONSTRAINT day_marks_mode_is_known CHECK (mode = ANY (ARRAY['bookable'::text, 'walk_in'::text, 'undecided'::text])),
  CONSTRAINT day_marks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT day_marks_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id),
  CONSTRAINT day_marks_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE day_marks IS 'Days on which openings are walk-in only, undecided or bookable against their own mode.';
ALTER TABLE day_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON day_marks
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON day_marks TO sportello_service;

CREATE TABLE early_accesses (
  tenant_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  service_id uuid NOT NULL,
  site_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  public_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT early_accesses_pkey PRIMARY KEY (tenant_id, owner_id, service_id, site_id),
  CONSTRAINT early_accesses_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT early_accesses_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT early_accesses_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id),
  CONSTRAINT early_accesses_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE early_accesses IS 'Days on which a service at a site is published to people who were cancelled before it is to everybody; no personal data, deleted a day after that.';
COMMENT ON COLUMN early_accesses.owner_id IS 'The operation that cancelled them.';
COMMENT ON COLUMN early_accesses.public_at IS 'From then on everybody may book these days.';
CREATE INDEX early_accesses_in_force ON early_accesses USING btree (tenant_id, service_id, public_at);
ALTER TABLE early_accesses ENABLE ROW LEVEL SECURITY;
ALTER TABLE early_accesses FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON early_accesses
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON early_accesses TO sportello_service;

CREATE TABLE eligibility_entries (
  tenant_id uuid NOT NULL,
  list_id uuid NOT NULL,
  key_hash bytea NOT NULL,
  CONSTRAINT eligibility_entries_pkey PRIMARY KEY (tenant_id, list_id, key_hash),
  CONSTRAINT eligibility_entries_hold_a_keyed_hash CHECK (octet_length(key_hash) = 32),
  CONSTRAINT eligibility_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT eligibility_entries_tenant_id_list_id_fkey FOREIGN KEY (tenant_id, list_id) REFERENCES eligibility_lists(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE eligibility_entries IS 'Keyed hashes of the normalised keys on a list; never the keys themselves.';
ALTER TABLE eligibility_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE eligibility_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON eligibility_entries
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON eligibility_entries TO sportello_service;

CREATE TABLE eligibility_lists (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT eligibility_lists_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT eligibility_lists_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT eligibility_lists_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT eligibility_lists_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE eligibility_lists IS 'Who may book a service, such as the registered payers of the waste tax.';
ALTER TABLE eligibility_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE eligibility_lists FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON eligibility_lists
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON eligibility_lists TO sportello_service;

CREATE TABLE holds (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'open'::text,
  site_id uuid NOT NULL,
  service_ids uuid[] NOT NULL,
  party_size integer NOT NULL,
  channel text NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  legs jsonb NOT NULL,
  is_pinned boolean NOT NULL DEFAULT false,
  client_hash bytea,
  ttl_seconds integer NOT NULL,
  extensions integer NOT NULL DEFAULT 0,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  ended_at timestamp with time zone,
  CONSTRAINT holds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT holds_channel_is_known CHECK (channel = ANY (ARRAY['web'::text, 'phone'::text, 'counter'::text, 'kiosk'::text, 'api'::text])),
  CONSTRAINT holds_ended_has_a_time CHECK ((status = 'open'::text) = (ended_at IS NULL)),
  CONSTRAINT holds_extend_ten_times CHECK (extensions >= 0 AND extensions <= 10),
  CONSTRAINT holds_party_is_positive CHECK (party_size >= 1 AND party_size <= 100),
  CONSTRAINT holds_status_is_known CHECK (status = ANY (ARRAY['open'::text, 'confirmed'::text, 'released'::text, 'expired'::text])),
  CONSTRAINT holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT holds_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE holds IS 'A claim with an expiry, made before contact data are known.';
CREATE UNIQUE INDEX holds_one_open_per_client_and_service ON holds USING btree (tenant_id, client_hash, service_ids) WHERE status = 'open'::text AND client_hash IS NOT NULL;
CREATE INDEX holds_open_by_expiry ON holds USING btree (tenant_id, expires_at) WHERE status = 'open'::text;
CREATE TRIGGER holds_change_by_listed_transitions BEFORE UPDATE OF status ON holds FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('hold');
ALTER TABLE holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE holds FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON holds
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON holds TO sportello_service;

CREATE TABLE idempotency_replies (
  tenant_id uuid NOT NULL,
  subject text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  reply_encrypted bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT idempotency_replies_pkey PRIMARY KEY (tenant_id, key, subject, route),
  CONSTRAINT idempotency_replies_key_is_short CHECK (char_length(key) >= 8 AND char_length(key) <= 255),
  CONSTRAINT idempotency_replies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE idempotency_replies IS 'Stored replies of unsafe operations, without tokens, kept 48 hours.';
CREATE INDEX idempotency_replies_by_age ON idempotency_replies USING btree (created_at);
ALTER TABLE idempotency_replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_replies FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON idempotency_replies
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON idempotency_replies TO sportello_service;

CREATE TABLE invitations (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  uses_max integer NOT NULL DEFAULT 1,
  uses integer NOT NULL DEFAULT 0,
  expires_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  revoked_at timestamp with time zone,
  CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT invitations_code_is_unique UNIQUE (tenant_id, service_id, code_hash),
  CONSTRAINT invitations_are_not_overused CHECK (uses >= 0 AND uses <= uses_max),
  CONSTRAINT invitations_uses_fit_a_town CHECK (uses_max >= 1 AND uses_max <= 100000),
  CONSTRAINT invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT invitations_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE invitations IS 'Codes that open a service by invitation; only keyed hashes are stored.';
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON invitations
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON invitations TO sportello_service;

CREATE TABLE local_holidays (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  site_id uuid,
  month smallint NOT NULL,
  day smallint NOT NULL,
  name jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT local_holidays_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT local_holidays_are_stated_once UNIQUE NULLS NOT DISTINCT (tenant_id, site_id, month, day),
  CONSTRAINT local_holidays_are_dates CHECK (make_date(2000, month::integer, day::integer) IS NOT NULL),
  CONSTRAINT local_holidays_name_is_localized CHECK (jsonb_typeof(name) = 'object'::text),
  CONSTRAINT local_holidays_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT local_holidays_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE local_holidays IS 'Patron saints and other yearly holidays that no library knows, for a tenant or one site.';
ALTER TABLE local_holidays ENABLE ROW LEVEL SECURITY;
ALTER TABLE local_holidays FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON local_holidays
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON local_holidays TO sportello_service;

CREATE TABLE mailbox_messages (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  channel text NOT NULL,
  reference text NOT NULL,
  content_encrypted bytea NOT NULL,
  kept_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT mailbox_messages_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT mailbox_messages_channel_is_known CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text])),
  CONSTRAINT mailbox_messages_reference_is_short CHECK (char_length(reference) >= 1 AND char_length(reference) <= 320),
  CONSTRAINT mailbox_messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE mailbox_messages IS 'What would have been sent, for /dev/mailbox; written with the embedded database only; the newest 500 of each administration.';
COMMENT ON COLUMN mailbox_messages.content_encrypted IS 'Address or number, subject and text; sealed per tenant; gone when 500 newer ones are there.';
ALTER TABLE mailbox_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailbox_messages FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON mailbox_messages
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON mailbox_messages TO sportello_service;

CREATE TABLE message_attempts (
  tenant_id uuid NOT NULL,
  message_id uuid NOT NULL,
  attempt integer NOT NULL,
  outcome text NOT NULL,
  reason text,
  code text,
  ended_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  duration_ms integer,
  CONSTRAINT message_attempts_pkey PRIMARY KEY (tenant_id, message_id, attempt),
  CONSTRAINT message_attempts_code_is_short CHECK (char_length(code) <= 40),
  CONSTRAINT message_attempts_outcome_is_known CHECK (outcome = ANY (ARRAY['accepted'::text, 'refused'::text, 'later'::text, 'unknown'::text, 'lost'::text])),
  CONSTRAINT message_attempts_reason_is_a_word CHECK (reason ~ '^[a-z][a-z_]{0,39}$'::text),
  CONSTRAINT message_attempts_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id)
);
COMMENT ON TABLE message_attempts IS 'What came of each time a message was handed to a provider; no personal data, kept as long as the message.';
ALTER TABLE message_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_attempts
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON message_attempts TO sportello_service;

CREATE TABLE message_policies (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  service_id uuid,
  rules jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT message_policies_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT message_policies_are_stated_once UNIQUE NULLS NOT DISTINCT (service_id, tenant_id),
  CONSTRAINT message_policies_rules_are_an_object CHECK (jsonb_typeof(rules) = 'object'::text),
  CONSTRAINT message_policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT message_policies_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE message_policies IS 'Which messages a service sends when; without a service, of all that have no policy of their own. No personal data.';
ALTER TABLE message_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_policies
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON message_policies TO sportello_service;

CREATE TABLE message_receipts (
  tenant_id uuid NOT NULL,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  message_id uuid NOT NULL,
  state text NOT NULL,
  code text,
  reported_at timestamp with time zone NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT message_receipts_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT message_receipts_are_kept_once UNIQUE NULLS NOT DISTINCT (message_id, state, reported_at, code, tenant_id),
  CONSTRAINT message_receipts_code_is_short CHECK (char_length(code) <= 40),
  CONSTRAINT message_receipts_state_is_known CHECK (state = ANY (ARRAY['delivered'::text, 'failed'::text, 'delayed'::text, 'expired'::text])),
  CONSTRAINT message_receipts_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id)
);
COMMENT ON TABLE message_receipts IS 'What providers reported of messages they had taken; no personal data, kept as long as the message.';
ALTER TABLE message_receipts ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_receipts FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_receipts
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON message_receipts TO sportello_service;

CREATE TABLE message_settings (
  tenant_id uuid NOT NULL,
  quiet_from time without time zone NOT NULL,
  quiet_to time without time zone NOT NULL,
  is_sms_on boolean NOT NULL,
  sms_is_transliterated boolean NOT NULL,
  sms_price_micros bigint NOT NULL,
  sms_daily_ceiling_micros bigint,
  paused_at timestamp with time zone,
  paused_reason text,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT message_settings_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT message_settings_ceiling_is_not_negative CHECK (sms_daily_ceiling_micros >= 0),
  CONSTRAINT message_settings_paused_says_why CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
  CONSTRAINT message_settings_price_is_sane CHECK (sms_price_micros >= 0 AND sms_price_micros <= 10000000),
  CONSTRAINT message_settings_reason_is_short CHECK (char_length(paused_reason) >= 1 AND char_length(paused_reason) <= 500),
  CONSTRAINT message_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE message_settings IS 'Quiet hours, cost of SMS and pause of one administration; no personal data, kept with the administration.';
ALTER TABLE message_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_settings
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT INSERT, SELECT, UPDATE ON message_settings TO sportello_service;

CREATE TABLE message_spend (
  tenant_id uuid NOT NULL,
  on_date date NOT NULL,
  spent_micros bigint NOT NULL,
  parts integer NOT NULL,
  ceiling_micros bigint,
  CONSTRAINT message_spend_pkey PRIMARY KEY (tenant_id, on_date),
  CONSTRAINT message_spend_counts_are_not_negative CHECK (spent_micros >= 0 AND parts >= 0),
  CONSTRAINT message_spend_never_passes_its_ceiling CHECK (spent_micros >= 0 AND spent_micros <= ceiling_micros),
  CONSTRAINT message_spend_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE message_spend IS 'What SMS cost an administration on one of its days, with the highest ceiling of that day; kept with the administration.';
ALTER TABLE message_spend ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_spend FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_spend
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON message_spend TO sportello_service;

CREATE TABLE message_template_versions (
  tenant_id uuid NOT NULL,
  template_id uuid NOT NULL,
  version integer NOT NULL,
  content jsonb,
  restored_from integer,
  written_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT message_template_versions_pkey PRIMARY KEY (tenant_id, template_id, version),
  CONSTRAINT message_template_versions_content_is_an_object CHECK (jsonb_typeof(content) = 'object'::text),
  CONSTRAINT message_template_versions_content_is_short CHECK (char_length(content::text) <= 100000),
  CONSTRAINT message_template_versions_restore_earlier_ones CHECK (restored_from >= 1 AND restored_from <= (version - 1)),
  CONSTRAINT message_template_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT message_template_versions_tenant_id_template_id_fkey FOREIGN KEY (tenant_id, template_id) REFERENCES message_templates(tenant_id, id)
);
COMMENT ON TABLE message_template_versions IS 'The newest 200 versions of each template as they were written; without content the shipped text was put back.';
ALTER TABLE message_template_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_template_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_template_versions
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON message_template_versions TO sportello_service;

CREATE TABLE message_templates (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  service_id uuid,
  kind text NOT NULL,
  channel text NOT NULL,
  language text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT message_templates_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT message_templates_are_stated_once UNIQUE NULLS NOT DISTINCT (tenant_id, kind, channel, language, service_id),
  CONSTRAINT message_templates_channel_is_read_by_people CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text])),
  CONSTRAINT message_templates_kind_is_known CHECK (kind = ANY (ARRAY['confirmation'::text, 'change'::text, 'cancellation'::text, 'reminder'::text, 'please_confirm'::text, 'released'::text, 'follow_up'::text, 'waitlist_offer'::text, 'waitlist_taken'::text, 'bulk_notice'::text, 'urgent_notice'::text])),
  CONSTRAINT message_templates_language_is_known CHECK (language = ANY (ARRAY['it'::text, 'de'::text, 'fr'::text, 'en'::text])),
  CONSTRAINT message_templates_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT message_templates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT message_templates_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE message_templates IS 'Where an administration wrote its own text of messages, for one service or for all; kept while the tenant is.';
ALTER TABLE message_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_templates FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON message_templates
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON message_templates TO sportello_service;

CREATE TABLE messages (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  subject_version integer NOT NULL,
  appointment_id uuid GENERATED ALWAYS AS (
CASE
    WHEN (subject_kind = 'appointment'::text) THEN subject_id
    ELSE NULL::uuid
END) STORED,
  kind text NOT NULL,
  channel text NOT NULL,
  language text NOT NULL,
  offset_minutes integer NOT NULL DEFAULT 0,
  endpoint_id uuid,
  recipient_encrypted bytea,
  domain_hash bytea,
  facts jsonb NOT NULL DEFAULT '{}'::jsonb,
  priority smallint NOT NULL,
  status text NOT NULL DEFAULT 'planned'::text,
  due_at timestamp with time zone NOT NULL,
  not_after timestamp with time zone NOT NULL,
  next_at timestamp with time zone NOT NULL,
  queued_until timestamp with time zone,
  attempt integer NOT NULL DEFAULT 0,
  leased_until timestamp with time zone,
  ended_at timestamp with time zone,
  end_reason text,
  provider text,
  provider_reference text,
  parts smallint,
  cost_micros bigint NOT NULL DEFAULT 0,
  receipt text,
  receipt_at timestamp with time zone,
  is_training boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT messages_are_planned_once UNIQUE NULLS NOT DISTINCT (subject_id, kind, subject_version, channel, offset_minutes, endpoint_id, tenant_id),
  CONSTRAINT messages_channel_is_known CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'webhook'::text])),
  CONSTRAINT messages_counts_are_not_negative CHECK (attempt >= 0 AND parts >= 0 AND cost_micros >= 0),
  CONSTRAINT messages_domain_is_a_keyed_hash CHECK (octet_length(domain_hash) = 16),
  CONSTRAINT messages_end_after_they_are_due CHECK (not_after >= due_at),
  CONSTRAINT messages_end_reason_is_a_word CHECK (end_reason ~ '^[a-z][a-z_]{0,39}$'::text),
  CONSTRAINT messages_ended_says_when CHECK ((status = ANY (ARRAY['planned'::text, 'leased'::text])) = (ended_at IS NULL)),
  CONSTRAINT messages_kind_is_known CHECK (kind = ANY (ARRAY['confirmation'::text, 'change'::text, 'cancellation'::text, 'reminder'::text, 'please_confirm'::text, 'released'::text, 'follow_up'::text, 'waitlist_offer'::text, 'waitlist_taken'::text, 'bulk_notice'::text, 'urgent_notice'::text])),
  CONSTRAINT messages_leased_has_an_end CHECK ((status = 'leased'::text) = (leased_until IS NOT NULL)),
  CONSTRAINT messages_priority_is_small CHECK (priority >= 0 AND priority <= 3),
  CONSTRAINT messages_receipt_has_a_time CHECK ((receipt IS NULL) = (receipt_at IS NULL)),
  CONSTRAINT messages_receipt_is_known CHECK (receipt = ANY (ARRAY['delivered'::text, 'failed'::text, 'delayed'::text, 'expired'::text])),
  CONSTRAINT messages_status_is_known CHECK (status = ANY (ARRAY['planned'::text, 'leased'::text, 'sent'::text, 'failed'::text, 'unknown'::text, 'discarded'::text])),
  CONSTRAINT messages_subject_is_known CHECK (subject_kind = ANY (ARRAY['appointment'::text, 'offer'::text, 'test'::text])),
  CONSTRAINT messages_unsent_says_why CHECK ((status = ANY (ARRAY['failed'::text, 'unknown'::text, 'discarded'::text])) = (end_reason IS NOT NULL)),
  CONSTRAINT messages_webhooks_go_to_an_endpoint CHECK ((channel = 'webhook'::text) = (endpoint_id IS NOT NULL)),
  CONSTRAINT messages_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT messages_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints(tenant_id, id),
  CONSTRAINT messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
) WITH (fillfactor=80);
COMMENT ON TABLE messages IS 'One e-mail, SMS or webhook to one recipient about one thing, with what became of it.';
COMMENT ON COLUMN messages.recipient_encrypted IS 'Address or number it goes to; sealed per tenant; erased 30 days after it was due.';
COMMENT ON COLUMN messages.domain_hash IS 'Keyed hash of the mail domain, for the rate per domain; erased with the recipient.';
COMMENT ON COLUMN messages.facts IS 'Instants, ids and enumerated values of the event; nothing personal.';
CREATE INDEX messages_by_due_time ON messages USING btree (tenant_id, due_at, id);
CREATE INDEX messages_by_provider_reference ON messages USING btree (provider_reference) WHERE channel = 'sms'::text AND provider_reference IS NOT NULL;
CREATE INDEX messages_leased ON messages USING btree (leased_until) WHERE status = 'leased'::text;
CREATE INDEX messages_to_send ON messages USING btree (tenant_id, priority, next_at) WHERE status = 'planned'::text;
CREATE INDEX messages_unreached ON messages USING btree (tenant_id, ended_at, id) WHERE (status = ANY (ARRAY['failed'::text, 'unknown'::text])) OR (receipt = ANY (ARRAY['failed'::text, 'expired'::text]));
CREATE TRIGGER messages_change_by_listed_transitions BEFORE UPDATE OF status ON messages FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status AND (old.status <> 'planned'::text OR new.status <> 'leased'::text) AND (old.status <> 'leased'::text OR new.status <> 'sent'::text) AND (old.status <> 'leased'::text OR new.status <> 'planned'::text)) EXECUTE FUNCTION refuse_unlisted_transition('message');
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON messages
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT INSERT, SELECT, UPDATE ON messages TO sportello_service;

CREATE TABLE opening_services (
  tenant_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  service_id uuid NOT NULL,
  CONSTRAINT opening_services_pkey PRIMARY KEY (tenant_id, opening_id, service_id),
  CONSTRAINT opening_services_tenant_id_opening_id_fkey FOREIGN KEY (tenant_id, opening_id) REFERENCES openings(tenant_id, id),
  CONSTRAINT opening_services_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE opening_services IS 'Restricts an opening to some of its resource''s services; without rows it serves them all.';
ALTER TABLE opening_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE opening_services FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON opening_services
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON opening_services TO sportello_service;

CREATE TABLE opening_versions (
  tenant_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  recorded_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT opening_versions_pkey PRIMARY KEY (tenant_id, opening_id, version),
  CONSTRAINT opening_versions_tenant_id_opening_id_fkey FOREIGN KEY (tenant_id, opening_id) REFERENCES openings(tenant_id, id)
);
COMMENT ON TABLE opening_versions IS 'Every version of an opening as it was stated, so that old bookings keep their rule.';
ALTER TABLE opening_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE opening_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON opening_versions
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT ON opening_versions TO sportello_service;

CREATE TABLE openings (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  resource_id uuid NOT NULL,
  code text NOT NULL,
  kind text NOT NULL,
  rrule text,
  starts_on date NOT NULL,
  ends_on date,
  start_time time without time zone NOT NULL,
  end_time time without time zone NOT NULL,
  start_step_minutes integer NOT NULL,
  capacity integer NOT NULL,
  mode text NOT NULL DEFAULT 'bookable'::text,
  runs_on_holidays boolean NOT NULL DEFAULT false,
  overrides_closures boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT openings_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT openings_code_is_unique UNIQUE (tenant_id, resource_id, code),
  CONSTRAINT openings_capacity_fits_a_pool CHECK (capacity >= 0 AND capacity <= 10000),
  CONSTRAINT openings_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT openings_end_after_they_start CHECK (ends_on >= starts_on),
  CONSTRAINT openings_extra_ones_end CHECK (kind = 'recurring'::text OR ends_on IS NOT NULL AND (ends_on - starts_on) <= 366),
  CONSTRAINT openings_kind_is_known CHECK (kind = ANY (ARRAY['recurring'::text, 'extra'::text])),
  CONSTRAINT openings_mode_is_known CHECK (mode = ANY (ARRAY['bookable'::text, 'walk_in'::text, 'undecided'::text])),
  CONSTRAINT openings_only_extra_ones_override CHECK (kind = 'extra'::text OR NOT overrides_closures),
  CONSTRAINT openings_recur_by_a_rule CHECK ((kind = 'recurring'::text) = (rrule IS NOT NULL)),
  CONSTRAINT openings_rule_is_short CHECK (char_length(rrule) <= 500),
  CONSTRAINT openings_step_fits_a_day CHECK (start_step_minutes >= 5 AND start_step_minutes <= 1440),
  CONSTRAINT openings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT openings_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id)
);
COMMENT ON TABLE openings IS 'Availability of a resource in local wall time: recurring by a rule, or extra on stated days.';
CREATE INDEX openings_by_resource ON openings USING btree (resource_id);
ALTER TABLE openings ENABLE ROW LEVEL SECURITY;
ALTER TABLE openings FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON openings
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON openings TO sportello_service;

CREATE TABLE outbox_events (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  subject_version integer NOT NULL DEFAULT 1,
  body jsonb NOT NULL DEFAULT '{}'::jsonb,
  status text NOT NULL DEFAULT 'pending'::text,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  leased_until timestamp with time zone,
  relayed_at timestamp with time zone,
  CONSTRAINT outbox_events_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT outbox_events_kind_names_a_thing_and_a_verb CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'::text),
  CONSTRAINT outbox_events_leased_has_an_end CHECK ((status = 'leased'::text) = (leased_until IS NOT NULL)),
  CONSTRAINT outbox_events_relayed_has_a_time CHECK ((status = 'relayed'::text) = (relayed_at IS NOT NULL)),
  CONSTRAINT outbox_events_status_is_known CHECK (status = ANY (ARRAY['pending'::text, 'leased'::text, 'relayed'::text])),
  CONSTRAINT outbox_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE outbox_events IS 'Events that must cause work, written in the transaction that made them true.';
CREATE INDEX outbox_events_relayed_by_age ON outbox_events USING btree (relayed_at) WHERE status = 'relayed'::text;
CREATE INDEX outbox_events_to_relay ON outbox_events USING btree (created_at) WHERE status = ANY (ARRAY['pending'::text, 'leased'::text]);
CREATE TRIGGER outbox_events_change_by_listed_transitions BEFORE UPDATE OF status ON outbox_events FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('outbox_event');
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON outbox_events
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT DELETE, INSERT, SELECT, UPDATE ON outbox_events TO sportello_service;

CREATE TABLE participants (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  "position" smallint NOT NULL,
  person_encrypted bytea,
  attendance text,
  outcome text,
  attendance_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  CONSTRAINT participants_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT participants_are_numbered UNIQUE (appointment_id, "position"),
  CONSTRAINT participants_attendance_has_a_time CHECK ((attendance IS NULL) = (attendance_at IS NULL)),
  CONSTRAINT participants_attendance_is_known CHECK (attendance = ANY (ARRAY['attended'::text, 'absent'::text, 'not_served_by_us'::text])),
  CONSTRAINT participants_cancelled_are_not_attended CHECK (cancelled_at IS NULL OR attendance IS NULL),
  CONSTRAINT participants_outcome_is_known CHECK (outcome = ANY (ARRAY['done'::text, 'done_partly'::text, 'wrong_papers'::text, 'not_entitled'::text, 'gave_up'::text, 'other'::text])),
  CONSTRAINT participants_outcome_needs_attendance CHECK (outcome IS NULL OR NOT attendance IS DISTINCT FROM 'attended'::text),
  CONSTRAINT participants_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id)
);
COMMENT ON TABLE participants IS 'A person of the visit, with attendance and outcome; the booker is not necessarily one.';
COMMENT ON COLUMN participants.person_encrypted IS 'Name and answers; sealed per tenant; erased 30 days after the visit.';
ALTER TABLE participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE participants FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON participants
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON participants TO sportello_service;

CREATE TABLE phone_tasks (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  kind text NOT NULL,
  cause text NOT NULL,
  message_id uuid,
  subject_version integer NOT NULL,
  facts jsonb NOT NULL DEFAULT '{}'::jsonb,
  visit_at timestamp with time zone NOT NULL,
  not_after timestamp with time zone NOT NULL,
  next_at timestamp with time zone NOT NULL,
  status text NOT NULL DEFAULT 'open'::text,
  calls integer NOT NULL DEFAULT 0,
  leased_by uuid,
  leased_until timestamp with time zone,
  outcome text,
  ended_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT phone_tasks_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT phone_tasks_are_planned_once UNIQUE (appointment_id, kind, subject_version, tenant_id),
  CONSTRAINT phone_tasks_calls_are_not_negative CHECK (calls >= 0),
  CONSTRAINT phone_tasks_cause_is_known CHECK (cause = ANY (ARRAY['no_contact'::text, 'failed'::text, 'unknown'::text, 'bounced'::text, 'asked_for'::text])),
  CONSTRAINT phone_tasks_done_says_how CHECK (status <> 'done'::text OR outcome IS NOT NULL),
  CONSTRAINT phone_tasks_ended_says_when CHECK ((status = ANY (ARRAY['done'::text, 'dropped'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT phone_tasks_kind_is_known CHECK (kind = ANY (ARRAY['confirmation'::text, 'change'::text, 'cancellation'::text, 'reminder'::text, 'please_confirm'::text, 'released'::text, 'follow_up'::text, 'waitlist_offer'::text, 'waitlist_taken'::text, 'bulk_notice'::text, 'urgent_notice'::text])),
  CONSTRAINT phone_tasks_leased_says_by_whom_until CHECK ((status = 'leased'::text) = (leased_until IS NOT NULL) AND (leased_until IS NULL) = (leased_by IS NULL)),
  CONSTRAINT phone_tasks_outcome_is_known CHECK (outcome = ANY (ARRAY['reached'::text, 'left_message'::text, 'not_reached'::text, 'wrong_number'::text, 'no_number'::text, 'declined'::text])),
  CONSTRAINT phone_tasks_status_is_known CHECK (status = ANY (ARRAY['open'::text, 'leased'::text, 'done'::text, 'dropped'::text])),
  CONSTRAINT phone_tasks_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT phone_tasks_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id)
);
COMMENT ON TABLE phone_tasks IS 'A notice that an operator makes by telephone, with what came of it; no personal data, kept as long as the appointment.';
CREATE INDEX phone_tasks_by_end ON phone_tasks USING btree (tenant_id, ended_at, id) WHERE status = ANY (ARRAY['done'::text, 'dropped'::text]);
CREATE INDEX phone_tasks_to_do ON phone_tasks USING btree (tenant_id, visit_at, id) WHERE status = ANY (ARRAY['open'::text, 'leased'::text]);
CREATE TRIGGER phone_tasks_change_by_listed_transitions BEFORE UPDATE OF status ON phone_tasks FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('phone_task');
ALTER TABLE phone_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE phone_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON phone_tasks
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON phone_tasks TO sportello_service;

CREATE TABLE planned_events (
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  planned_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT planned_events_are_planned_once PRIMARY KEY (tenant_id, event_id),
  CONSTRAINT planned_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE planned_events IS 'Outbox events whose messages are planned; forgotten a day after the events themselves. No personal data.';
CREATE INDEX planned_events_by_age ON planned_events USING btree (planned_at);
ALTER TABLE planned_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE planned_events FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON planned_events
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT DELETE, INSERT, SELECT ON planned_events TO sportello_service;

CREATE TABLE presence_requests (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  answer_by timestamp with time zone NOT NULL,
  is_released boolean NOT NULL,
  confirmed_at timestamp with time zone,
  released_at timestamp with time zone,
  CONSTRAINT presence_requests_pkey PRIMARY KEY (tenant_id, appointment_id),
  CONSTRAINT presence_requests_confirmed_are_not_released CHECK (confirmed_at IS NULL OR released_at IS NULL),
  CONSTRAINT presence_requests_end_before_the_visit CHECK (answer_by < starts_at),
  CONSTRAINT presence_requests_released_only_if_so_stated CHECK (released_at IS NULL OR is_released),
  CONSTRAINT presence_requests_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT presence_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE presence_requests IS 'Whether a citizen said that he comes, by when he should, and whether the place is given away otherwise. Kept as long as the appointment.';
CREATE INDEX presence_requests_to_release ON presence_requests USING btree (tenant_id, answer_by) WHERE is_released AND confirmed_at IS NULL AND released_at IS NULL;
ALTER TABLE presence_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE presence_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON presence_requests
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON presence_requests TO sportello_service;

CREATE TABLE proposal_outcomes (
  tenant_id uuid NOT NULL,
  proposal_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  outcome text NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  CONSTRAINT proposal_outcomes_pkey PRIMARY KEY (tenant_id, proposal_id, appointment_id),
  CONSTRAINT proposal_outcomes_are_known CHECK (outcome = ANY (ARRAY['stays'::text, 'moves'::text, 'conflict'::text, 'returns'::text])),
  CONSTRAINT proposal_outcomes_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT proposal_outcomes_tenant_id_proposal_id_fkey FOREIGN KEY (tenant_id, proposal_id) REFERENCES schedule_proposals(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE proposal_outcomes IS 'What a proposal would do to each appointment concerned: ids only; deleted with the proposal.';
CREATE INDEX proposal_outcomes_in_order ON proposal_outcomes USING btree (proposal_id, outcome, starts_at, appointment_id);
CREATE INDEX proposal_outcomes_of_appointments ON proposal_outcomes USING btree (appointment_id);
ALTER TABLE proposal_outcomes ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal_outcomes FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON proposal_outcomes
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON proposal_outcomes TO sportello_service;

CREATE TABLE quota_counters (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  person_hash bytea NOT NULL,
  period_start date NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  CONSTRAINT quota_counters_pkey PRIMARY KEY (tenant_id, limit_id, person_hash, period_start),
  CONSTRAINT quota_counters_are_not_negative CHECK (taken >= 0),
  CONSTRAINT quota_counters_hold_a_keyed_hash CHECK (octet_length(person_hash) = 32),
  CONSTRAINT quota_counters_tenant_id_limit_id_fkey FOREIGN KEY (tenant_id, limit_id) REFERENCES service_limits(tenant_id, id)
);
COMMENT ON TABLE quota_counters IS 'How much of a limit a person has used in a period; rolling and open limits use the row of period 0001-01-01 as their lock.';
ALTER TABLE quota_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON quota_counters
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON quota_counters TO sportello_service;

CREATE TABLE quota_uses (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  person_hash bytea NOT NULL,
  period_start date NOT NULL,
  appointment_id uuid NOT NULL,
  used_on date NOT NULL,
  units integer NOT NULL,
  CONSTRAINT quota_uses_pkey PRIMARY KEY (tenant_id, limit_id, person_hash, appointment_id),
  CONSTRAINT quota_uses_are_positive CHECK (units > 0),
  CONSTRAINT quota_uses_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT quota_uses_tenant_id_limit_id_person_hash_period_start_fkey FOREIGN KEY (tenant_id, limit_id, person_hash, period_start) REFERENCES quota_counters(tenant_id, limit_id, person_hash, period_start)
);
COMMENT ON TABLE quota_uses IS 'Which appointment used which person''s limit, so that a cancellation frees it.';
CREATE INDEX quota_uses_by_appointment ON quota_uses USING btree (appointment_id);
ALTER TABLE quota_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_uses FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON quota_uses
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON quota_uses TO sportello_service;

CREATE TABLE reminder_opt_outs (
  tenant_id uuid NOT NULL,
  address_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT reminder_opt_outs_pkey PRIMARY KEY (tenant_id, address_hash),
  CONSTRAINT reminder_opt_outs_hold_a_keyed_hash CHECK (octet_length(address_hash) = 32),
  CONSTRAINT reminder_opt_outs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE reminder_opt_outs IS 'Addresses and numbers, as keyed hashes, that want no reminders; kept until it is taken back.';
ALTER TABLE reminder_opt_outs ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_opt_outs FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON reminder_opt_outs
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON reminder_opt_outs TO sportello_service;

CREATE TABLE resource_services (
  tenant_id uuid NOT NULL,
  resource_id uuid NOT NULL,
  service_id uuid NOT NULL,
  CONSTRAINT resource_services_pkey PRIMARY KEY (tenant_id, resource_id, service_id),
  CONSTRAINT resource_services_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id),
  CONSTRAINT resource_services_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE resource_services IS 'Which services a resource offers.';
CREATE INDEX resource_services_by_service ON resource_services USING btree (service_id);
ALTER TABLE resource_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE resource_services FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON resource_services
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT ON resource_services TO sportello_service;

CREATE TABLE resources (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  role text NOT NULL DEFAULT 'desk'::text,
  cell_minutes integer NOT NULL,
  is_choosable boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT resources_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT resources_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT resources_cells_last_5_to_60_minutes CHECK (cell_minutes >= 5 AND cell_minutes <= 60),
  CONSTRAINT resources_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT resources_name_is_localized CHECK (jsonb_typeof(name) = 'object'::text),
  CONSTRAINT resources_role_is_plain CHECK (role ~ '^[a-z][a-z_]{0,30}$'::text),
  CONSTRAINT resources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT resources_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE resources IS 'What is used up while serving: desks, lanes, bays, rooms, an officer''s diary.';
ALTER TABLE resources ENABLE ROW LEVEL SECURITY;
ALTER TABLE resources FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON resources
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON resources TO sportello_service;

CREATE TABLE satisfaction_answers (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  rating smallint NOT NULL,
  answered_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT satisfaction_answers_pkey PRIMARY KEY (tenant_id, appointment_id),
  CONSTRAINT satisfaction_answers_rate_from_one_to_five CHECK (rating >= 1 AND rating <= 5),
  CONSTRAINT satisfaction_answers_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT satisfaction_answers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE satisfaction_answers IS 'How a visit was rated, once per appointment; counted in groups of five or more, kept as long as the appointment.';
ALTER TABLE satisfaction_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE satisfaction_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON satisfaction_answers
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON satisfaction_answers TO sportello_service;

CREATE TABLE schedule_proposals (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'computed'::text,
  changes jsonb NOT NULL,
  resource_ids uuid[] NOT NULL,
  rules_digest bytea NOT NULL,
  snapshot bytea NOT NULL,
  effect jsonb NOT NULL,
  parts jsonb NOT NULL DEFAULT '[]'::jsonb,
  parts_done integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  computed_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  expires_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  CONSTRAINT schedule_proposals_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT schedule_proposals_applying_says_since_when CHECK ((status = ANY (ARRAY['applying'::text, 'applied'::text])) = (started_at IS NOT NULL)),
  CONSTRAINT schedule_proposals_change_something CHECK (jsonb_array_length(changes) >= 1 AND jsonb_array_length(changes) <= 50),
  CONSTRAINT schedule_proposals_digests_are_sha256 CHECK (octet_length(rules_digest) = 32 AND octet_length(snapshot) = 32),
  CONSTRAINT schedule_proposals_ended_says_when CHECK ((status = ANY (ARRAY['applied'::text, 'dropped'::text, 'expired'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT schedule_proposals_parts_are_done_in_turn CHECK (parts_done >= 0 AND parts_done <= jsonb_array_length(parts)),
  CONSTRAINT schedule_proposals_status_is_known CHECK (status = ANY (ARRAY['computed'::text, 'applying'::text, 'applied'::text, 'dropped'::text, 'expired'::text])),
  CONSTRAINT schedule_proposals_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT schedule_proposals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE schedule_proposals IS 'Changes of openings, closures, day marks and offers with their computed effect, to be applied or dropped; no personal data; deleted 90 days after their end.';
COMMENT ON COLUMN schedule_proposals.snapshot IS 'Hash of what was shown: rule versions and the outcome per appointment; applying names it.';
CREATE INDEX schedule_proposals_old ON schedule_proposals USING btree (tenant_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX schedule_proposals_to_tidy ON schedule_proposals USING btree (tenant_id, expires_at) WHERE status = 'computed'::text;
CREATE INDEX schedule_proposals_under_way ON schedule_proposals USING gin (resource_ids) WHERE status = 'applying'::text;
CREATE TRIGGER schedule_proposals_change_by_listed_transitions BEFORE UPDATE OF status ON schedule_proposals FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('schedule_proposal');
ALTER TABLE schedule_proposals ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_proposals FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON schedule_proposals
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON schedule_proposals TO sportello_service;

CREATE TABLE schema_migrations (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE schema_migrations IS 'Which migrations were applied, with the checksums of their files.';
GRANT SELECT ON schema_migrations TO PUBLIC;

CREATE TABLE secret_key_uses (
  kid text NOT NULL,
  check_value bytea NOT NULL,
  first_used_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT secret_key_uses_kid_is_unique PRIMARY KEY (kid),
  CONSTRAINT secret_key_uses_check_value_is_a_mac CHECK (octet_length(check_value) = 24),
  CONSTRAINT secret_key_uses_kid_fits_its_form CHECK (kid ~ '^[a-z0-9][a-z0-9_-]{0,31}$'::text)
);
COMMENT ON TABLE secret_key_uses IS 'Which secret keys ever were current here, with a MAC that tells a key from another of the same name.';
GRANT INSERT, SELECT ON secret_key_uses TO sportello_service;

CREATE TABLE sending_gates (
  name text NOT NULL,
  free_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  blocked_until timestamp with time zone,
  faults integer NOT NULL DEFAULT 0,
  used_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT sending_gates_pkey PRIMARY KEY (name),
  CONSTRAINT sending_gates_faults_are_not_negative CHECK (faults >= 0),
  CONSTRAINT sending_gates_name_is_short CHECK (char_length(name) >= 1 AND char_length(name) <= 80)
);
COMMENT ON TABLE sending_gates IS 'From when a provider, or a mail domain by its keyed hash, takes the next message; forgotten a day after its last use.';
GRANT DELETE, INSERT, SELECT, UPDATE ON sending_gates TO sportello_service;

CREATE TABLE sending_switch (
  is_the_only_row boolean NOT NULL DEFAULT true,
  paused_at timestamp with time zone,
  paused_reason text,
  place text,
  folder text,
  CONSTRAINT sending_switch_pkey PRIMARY KEY (is_the_only_row),
  CONSTRAINT sending_switch_has_one_row CHECK (is_the_only_row),
  CONSTRAINT sending_switch_paused_says_why CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
  CONSTRAINT sending_switch_reason_is_short CHECK (char_length(paused_reason) >= 1 AND char_length(paused_reason) <= 500)
);
COMMENT ON TABLE sending_switch IS 'Whether this installation sends at all, and in which database and folder it was switched on: a restored copy is another.';
GRANT SELECT, UPDATE ON sending_switch TO sportello_service;

CREATE TABLE service_limits (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  key_source text NOT NULL,
  count_max integer NOT NULL,
  counted text NOT NULL DEFAULT 'appointments'::text,
  period text NOT NULL,
  rolling_days integer,
  retired_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT service_limits_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT service_limits_count_is_positive CHECK (count_max >= 1 AND count_max <= 1000),
  CONSTRAINT service_limits_count_something_known CHECK (counted = ANY (ARRAY['appointments'::text, 'participants'::text])),
  CONSTRAINT service_limits_key_is_a_person_or_a_field CHECK (key_source = 'person'::text OR key_source ~ '^field:[a-z0-9_]{1,60}$'::text),
  CONSTRAINT service_limits_period_is_known CHECK (period = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text, 'rolling'::text, 'open'::text])),
  CONSTRAINT service_limits_rolling_fits_two_years CHECK (rolling_days >= 1 AND rolling_days <= 731),
  CONSTRAINT service_limits_rolling_has_days CHECK ((period = 'rolling'::text) = (rolling_days IS NOT NULL)),
  CONSTRAINT service_limits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT service_limits_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE service_limits IS 'How many appointments one person or household may have in a period.';
ALTER TABLE service_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_limits FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON service_limits
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON service_limits TO sportello_service;

CREATE TABLE service_suspensions (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  site_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  lifted_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT service_suspensions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT service_suspensions_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT service_suspensions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT service_suspensions_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id),
  CONSTRAINT service_suspensions_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE service_suspensions IS 'Times at which a service is not given at a site, though its resources are open for others; no personal data, kept with the administration.';
CREATE INDEX service_suspensions_in_force ON service_suspensions USING btree (tenant_id, site_id, service_id, ends_at) WHERE lifted_at IS NULL;
ALTER TABLE service_suspensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_suspensions FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON service_suspensions
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON service_suspensions TO sportello_service;

CREATE TABLE services (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  description jsonb NOT NULL DEFAULT '{}'::jsonb,
  noun text NOT NULL DEFAULT 'appointment'::text,
  visibility text NOT NULL DEFAULT 'public'::text,
  duration_minutes integer NOT NULL,
  extra_minutes_per_person integer NOT NULL DEFAULT 0,
  buffer_before_minutes integer NOT NULL DEFAULT 0,
  buffer_after_minutes integer NOT NULL DEFAULT 0,
  places_per_person integer NOT NULL DEFAULT 0,
  party_size_max integer NOT NULL DEFAULT 1,
  roles text[] NOT NULL DEFAULT '{desk}'::text[],
  leg_gap_max_minutes integer NOT NULL DEFAULT 30,
  notice_minutes integer NOT NULL DEFAULT 0,
  horizon_days integer NOT NULL DEFAULT 60,
  publication_time time without time zone NOT NULL DEFAULT '00:00:00'::time without time zone,
  publication_portions jsonb,
  cancel_limit_minutes integer NOT NULL DEFAULT 0,
  change_limit_minutes integer NOT NULL DEFAULT 0,
  hold_ttl_seconds integer NOT NULL DEFAULT 180,
  is_scarce boolean NOT NULL DEFAULT false,
  cool_down_seconds integer NOT NULL DEFAULT 0,
  valid_until_rules jsonb NOT NULL DEFAULT '[]'::jsonb,
  eligibility_list_id uuid,
  eligibility_field text,
  fields jsonb NOT NULL DEFAULT '[]'::jsonb,
  documents jsonb NOT NULL DEFAULT '[]'::jsonb,
  fees jsonb NOT NULL DEFAULT '[]'::jsonb,
  late_note jsonb NOT NULL DEFAULT '{}'::jsonb,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT services_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT services_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT services_buffers_fit_a_shift CHECK (buffer_before_minutes >= 0 AND buffer_before_minutes <= 480 AND buffer_after_minutes >= 0 AND buffer_after_minutes <= 480),
  CONSTRAINT services_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT services_cool_down_only_where_scarce CHECK (cool_down_seconds >= 0 AND cool_down_seconds <= 86400 AND (is_scarce OR cool_down_seconds = 0)),
  CONSTRAINT services_eligibility_has_list_and_field CHECK ((eligibility_list_id IS NULL) = (eligibility_field IS NULL)),
  CONSTRAINT services_extra_minutes_fit_a_day CHECK (extra_minutes_per_person >= 0 AND extra_minutes_per_person <= 1440),
  CONSTRAINT services_hold_lasts_half_a_minute_to_an_hour CHECK (hold_ttl_seconds >= 30 AND hold_ttl_seconds <= 3600),
  CONSTRAINT services_horizon_fits_two_years CHECK (horizon_days >= 0 AND horizon_days <= 730),
  CONSTRAINT services_last_between_a_minute_and_a_day CHECK (duration_minutes >= 1 AND duration_minutes <= 1440),
  CONSTRAINT services_leg_gap_fits_a_shift CHECK (leg_gap_max_minutes >= 0 AND leg_gap_max_minutes <= 480),
  CONSTRAINT services_limits_fit_a_quarter CHECK (cancel_limit_minutes >= 0 AND cancel_limit_minutes <= 129600 AND change_limit_minutes >= 0 AND change_limit_minutes <= 129600),
  CONSTRAINT services_name_is_localized CHECK (jsonb_typeof(name) = 'object'::text),
  CONSTRAINT services_need_a_role CHECK (cardinality(roles) >= 1 AND cardinality(roles) <= 4),
  CONSTRAINT services_notice_fits_a_quarter CHECK (notice_minutes >= 0 AND notice_minutes <= 129600),
  CONSTRAINT services_noun_is_known CHECK (noun = ANY (ARRAY['appointment'::text, 'booking'::text])),
  CONSTRAINT services_party_fits_a_bus CHECK (party_size_max >= 1 AND party_size_max <= 100),
  CONSTRAINT services_places_per_person_are_few CHECK (places_per_person >= 0 AND places_per_person <= 10),
  CONSTRAINT services_visibility_is_known CHECK (visibility = ANY (ARRAY['public'::text, 'hidden'::text, 'invitation'::text])),
  CONSTRAINT services_tenant_id_eligibility_list_id_fkey FOREIGN KEY (tenant_id, eligibility_list_id) REFERENCES eligibility_lists(tenant_id, id),
  CONSTRAINT services_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE services IS 'What a citizen comes for: how long it takes, who may book it when, what to bring.';
ALTER TABLE services ENABLE ROW LEVEL SECURITY;
ALTER TABLE services FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON services
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON services TO sportello_service;

CREATE TABLE sites (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  address text NOT NULL DEFAULT ''::text,
  phone text NOT NULL DEFAULT ''::text,
  directions jsonb NOT NULL DEFAULT '{}'::jsonb,
  time_zone text NOT NULL,
  holiday_country text,
  holiday_region text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT sites_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sites_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT sites_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT sites_name_is_localized CHECK (jsonb_typeof(name) = 'object'::text),
  CONSTRAINT sites_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE sites IS 'A place with an address and an IANA time zone: town hall, pool, landfill.';
ALTER TABLE sites ENABLE ROW LEVEL SECURITY;
ALTER TABLE sites FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON sites
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON sites TO sportello_service;

CREATE TABLE slot_generations (
  tenant_id uuid NOT NULL,
  resource_id uuid NOT NULL,
  inputs_digest bytea NOT NULL,
  generated_to date NOT NULL,
  generated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT slot_generations_pkey PRIMARY KEY (tenant_id, resource_id),
  CONSTRAINT slot_generations_digest_is_a_sha256 CHECK (octet_length(inputs_digest) = 32),
  CONSTRAINT slot_generations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT slot_generations_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id)
);
COMMENT ON TABLE slot_generations IS 'From which openings, closures and holidays a resource''s slots were made, up to which local date.';
ALTER TABLE slot_generations ENABLE ROW LEVEL SECURITY;
ALTER TABLE slot_generations FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON slot_generations
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON slot_generations TO sportello_service;

CREATE TABLE slots (
  tenant_id uuid NOT NULL,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  resource_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  local_date date NOT NULL,
  ordinal integer NOT NULL,
  is_start boolean NOT NULL,
  mode text NOT NULL,
  capacity integer NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  CONSTRAINT slots_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT slots_of_a_resource_start_once UNIQUE (resource_id, starts_at),
  CONSTRAINT slots_are_never_oversold CHECK (taken >= 0 AND taken <= capacity),
  CONSTRAINT slots_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT slots_mode_is_known CHECK (mode = ANY (ARRAY['bookable'::text, 'walk_in'::text, 'undecided'::text])),
  CONSTRAINT slots_ordinal_is_not_negative CHECK (ordinal >= 0),
  CONSTRAINT slots_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT slots_tenant_id_opening_id_fkey FOREIGN KEY (tenant_id, opening_id) REFERENCES openings(tenant_id, id),
  CONSTRAINT slots_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES resources(tenant_id, id)
) WITH (fillfactor=70);
COMMENT ON TABLE slots IS 'One cell of a resource''s time; ordinal is its place among the cells of its opening on that local day.';
COMMENT ON COLUMN slots.is_start IS 'Whether an appointment may start here (the opening''s start step).';
ALTER TABLE slots ENABLE ROW LEVEL SECURITY;
ALTER TABLE slots FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON slots
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON slots TO sportello_service;

CREATE TABLE state_transitions (
  machine text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  CONSTRAINT state_transitions_pkey PRIMARY KEY (machine, from_state, to_state)
);
COMMENT ON TABLE state_transitions IS 'The allowed changes of every state machine, the same as in the code.';
GRANT SELECT ON state_transitions TO sportello_service;

CREATE TABLE tenants (
  id uuid NOT NULL,
  slug text NOT NULL,
  name jsonb NOT NULL,
  languages text[] NOT NULL,
  default_language text NOT NULL,
  time_zone text NOT NULL,
  holiday_country text NOT NULL,
  holiday_region text,
  contact jsonb NOT NULL DEFAULT '{}'::jsonb,
  is_training boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  retired_at timestamp with time zone,
  CONSTRAINT tenants_pkey PRIMARY KEY (id),
  CONSTRAINT tenants_slug_is_unique UNIQUE (slug),
  CONSTRAINT tenants_default_language_is_offered CHECK (default_language = ANY (languages)),
  CONSTRAINT tenants_name_is_localized CHECK (jsonb_typeof(name) = 'object'::text),
  CONSTRAINT tenants_slug_fits_a_path CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text)
);
COMMENT ON TABLE tenants IS 'One administration; everything else belongs to exactly one.';
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON tenants
  USING (id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT INSERT, SELECT, UPDATE ON tenants TO sportello_service;

CREATE TABLE urgent_closure_visits (
  tenant_id uuid NOT NULL,
  closure_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  place text NOT NULL,
  CONSTRAINT urgent_closure_visits_pkey PRIMARY KEY (tenant_id, closure_id, appointment_id),
  CONSTRAINT urgent_closure_visits_place_is_known CHECK (place = ANY (ARRAY['kept'::text, 'moved'::text, 'lost'::text])),
  CONSTRAINT urgent_closure_visits_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT urgent_closure_visits_tenant_id_closure_id_fkey FOREIGN KEY (tenant_id, closure_id) REFERENCES urgent_closures(tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE urgent_closure_visits IS 'Whom an urgent closure hit; ids only, kept with the closure.';
COMMENT ON COLUMN urgent_closure_visits.starts_at IS 'When the visit was to begin; who chose another time is told no more.';
COMMENT ON COLUMN urgent_closure_visits.place IS 'kept: served after it opens again, beyond capacity; moved: at an equivalent resource at the same time; lost: has to choose.';
CREATE INDEX urgent_closure_visits_of_an_appointment ON urgent_closure_visits USING btree (tenant_id, appointment_id);
ALTER TABLE urgent_closure_visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE urgent_closure_visits FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON urgent_closure_visits
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON urgent_closure_visits TO sportello_service;

CREATE TABLE urgent_closures (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'previewed'::text,
  site_id uuid NOT NULL,
  resource_ids uuid[],
  service_id uuid,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  is_suspension boolean NOT NULL,
  on_the_way_minutes integer NOT NULL,
  reason jsonb NOT NULL,
  numbers jsonb NOT NULL,
  digest bytea NOT NULL,
  closure_ids uuid[] NOT NULL DEFAULT '{}'::uuid[],
  operation_ids uuid[] NOT NULL DEFAULT '{}'::uuid[],
  created_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  expires_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  lifted_at timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT urgent_closures_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT urgent_closures_close_resources_or_a_service CHECK (resource_ids IS NULL OR service_id IS NULL),
  CONSTRAINT urgent_closures_digest_is_a_sha256 CHECK (octet_length(digest) = 32),
  CONSTRAINT urgent_closures_documents_are_objects CHECK (jsonb_typeof(reason) = 'object'::text AND jsonb_typeof(numbers) = 'object'::text),
  CONSTRAINT urgent_closures_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT urgent_closures_last_a_day CHECK (ends_at <= (starts_at + '25:00:00'::interval)),
  CONSTRAINT urgent_closures_lifted_says_when CHECK ((status = 'lifted'::text) = (lifted_at IS NOT NULL)),
  CONSTRAINT urgent_closures_name_some_resources CHECK (cardinality(resource_ids) >= 1 AND cardinality(resource_ids) <= 100),
  CONSTRAINT urgent_closures_started_says_when CHECK ((status = 'previewed'::text) = (started_at IS NULL)),
  CONSTRAINT urgent_closures_status_is_known CHECK (status = ANY (ARRAY['previewed'::text, 'active'::text, 'lifted'::text])),
  CONSTRAINT urgent_closures_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT urgent_closures_way_is_bounded CHECK (on_the_way_minutes >= 0 AND on_the_way_minutes <= 240),
  CONSTRAINT urgent_closures_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT urgent_closures_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id),
  CONSTRAINT urgent_closures_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE urgent_closures IS 'What was closed at once today, and why; no personal data. Previews that expired are kept an hour, the others with the administration.';
COMMENT ON COLUMN urgent_closures.resource_ids IS 'What of the site is closed; null: all of it.';
COMMENT ON COLUMN urgent_closures.service_id IS 'The service that is suspended at the site, while its resources stay open for others; null: what is closed is a place.';
COMMENT ON COLUMN urgent_closures.is_suspension IS 'Whether it opens again on the same day, so that people can wait; otherwise it is closed for the rest of the day.';
COMMENT ON COLUMN urgent_closures.digest IS 'SHA-256 of what its preview showed; whoever starts it has seen that.';
CREATE INDEX urgent_closures_by_age ON urgent_closures USING btree (tenant_id, created_at, id);
CREATE INDEX urgent_closures_of_a_site ON urgent_closures USING btree (tenant_id, site_id, ends_at) WHERE status = 'active'::text;
CREATE TRIGGER urgent_closures_change_by_listed_transitions BEFORE UPDATE OF status ON urgent_closures FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('urgent_closure');
ALTER TABLE urgent_closures ENABLE ROW LEVEL SECURITY;
ALTER TABLE urgent_closures FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON urgent_closures
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON urgent_closures TO sportello_service;

CREATE TABLE waitlist_entries (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'waiting'::text,
  service_ids uuid[] NOT NULL,
  site_ids uuid[] NOT NULL,
  from_on date NOT NULL,
  to_on date NOT NULL,
  weekdays smallint[] NOT NULL,
  from_time text NOT NULL,
  to_time text NOT NULL,
  party_size integer NOT NULL,
  channel text NOT NULL,
  language text NOT NULL,
  has_priority boolean NOT NULL DEFAULT false,
  appointment_id uuid,
  people_encrypted bytea,
  has_email boolean NOT NULL,
  has_phone boolean NOT NULL,
  person_hash bytea,
  token_kid text NOT NULL,
  token_version integer NOT NULL DEFAULT 1,
  lapses integer NOT NULL DEFAULT 0,
  is_training boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  waiting_since timestamp with time zone NOT NULL DEFAULT clock_now(),
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  ended_at timestamp with time zone,
  CONSTRAINT waitlist_entries_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT waitlist_entries_channel_is_known CHECK (channel = ANY (ARRAY['web'::text, 'phone'::text, 'counter'::text, 'kiosk'::text, 'api'::text])),
  CONSTRAINT waitlist_entries_count_lapses CHECK (lapses >= 0),
  CONSTRAINT waitlist_entries_end_after_they_begin CHECK (to_on >= from_on),
  CONSTRAINT waitlist_entries_ended_says_when CHECK ((status = ANY (ARRAY['waiting'::text, 'offered'::text])) = (ended_at IS NULL)),
  CONSTRAINT waitlist_entries_party_is_positive CHECK (party_size >= 1 AND party_size <= 100),
  CONSTRAINT waitlist_entries_person_is_a_keyed_hash CHECK (octet_length(person_hash) = 32),
  CONSTRAINT waitlist_entries_status_is_known CHECK (status = ANY (ARRAY['waiting'::text, 'offered'::text, 'fulfilled'::text, 'withdrawn'::text, 'lapsed'::text, 'expired'::text])),
  CONSTRAINT waitlist_entries_want_a_part_of_the_day CHECK (from_time ~ '^([01]\d|2[0-3]):[0-5]\d$'::text AND to_time ~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$'::text AND from_time < to_time),
  CONSTRAINT waitlist_entries_want_known_weekdays CHECK (cardinality(weekdays) >= 1 AND cardinality(weekdays) <= 7 AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
  CONSTRAINT waitlist_entries_want_one_to_five_services CHECK (cardinality(service_ids) >= 1 AND cardinality(service_ids) <= 5),
  CONSTRAINT waitlist_entries_want_one_to_twenty_sites CHECK (cardinality(site_ids) >= 1 AND cardinality(site_ids) <= 20),
  CONSTRAINT waitlist_entries_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT waitlist_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE waitlist_entries IS 'A wish for a free, or an earlier, place: which services, where, on which days and hours; one person''s, once per services.';
COMMENT ON COLUMN waitlist_entries.people_encrypted IS 'Who books and for whom, and the answers, as the booking needs them; sealed per tenant; erased 30 days after the wish ended.';
COMMENT ON COLUMN waitlist_entries.person_hash IS 'Keyed hash by which one person waits once per services; null where only a name is known; erased with the people.';
COMMENT ON COLUMN waitlist_entries.waiting_since IS 'Place in the order: when the wish was made.';
CREATE INDEX waitlist_entries_by_appointment ON waitlist_entries USING btree (appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX waitlist_entries_in_order ON waitlist_entries USING btree (tenant_id, (NOT has_priority), waiting_since, id) WHERE status = 'waiting'::text;
CREATE UNIQUE INDEX waitlist_entries_one_open_per_person_and_services ON waitlist_entries USING btree (person_hash, service_ids, tenant_id) WHERE (status = ANY (ARRAY['waiting'::text, 'offered'::text])) AND person_hash IS NOT NULL;
CREATE INDEX waitlist_entries_open_by_end ON waitlist_entries USING btree (tenant_id, to_on) WHERE status = ANY (ARRAY['waiting'::text, 'offered'::text]);
CREATE TRIGGER waitlist_entries_change_by_listed_transitions BEFORE UPDATE OF status ON waitlist_entries FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('waitlist_entry');
ALTER TABLE waitlist_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE waitlist_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON waitlist_entries
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)) OR ( SELECT is_system_scope() AS is_system_scope));
GRANT INSERT, SELECT, UPDATE ON waitlist_entries TO sportello_service;

CREATE TABLE waitlist_offers (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  place_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'offered'::text,
  way text NOT NULL,
  appointment_id uuid,
  calls integer NOT NULL DEFAULT 0,
  call_outcome text,
  next_call_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  called_by uuid,
  called_until timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  ended_at timestamp with time zone,
  loss_noted_at timestamp with time zone,
  CONSTRAINT waitlist_offers_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT waitlist_offers_of_a_place_go_to_a_person_once UNIQUE (place_id, entry_id, tenant_id),
  CONSTRAINT waitlist_offers_accepted_names_the_appointment CHECK ((status = 'accepted'::text) = (appointment_id IS NOT NULL)),
  CONSTRAINT waitlist_offers_call_outcome_is_known CHECK (call_outcome = ANY (ARRAY['reached'::text, 'left_message'::text, 'not_reached'::text, 'wrong_number'::text, 'no_number'::text])),
  CONSTRAINT waitlist_offers_called_says_by_whom_until CHECK ((called_by IS NULL) = (called_until IS NULL)),
  CONSTRAINT waitlist_offers_calls_are_not_negative CHECK (calls >= 0),
  CONSTRAINT waitlist_offers_ended_says_when CHECK ((status = 'offered'::text) = (ended_at IS NULL)),
  CONSTRAINT waitlist_offers_status_is_known CHECK (status = ANY (ARRAY['offered'::text, 'accepted'::text, 'declined'::text, 'expired'::text, 'superseded'::text])),
  CONSTRAINT waitlist_offers_way_is_known CHECK (way = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text])),
  CONSTRAINT waitlist_offers_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments(tenant_id, id),
  CONSTRAINT waitlist_offers_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES waitlist_entries(tenant_id, id),
  CONSTRAINT waitlist_offers_tenant_id_place_id_fkey FOREIGN KEY (tenant_id, place_id) REFERENCES waitlist_places(tenant_id, id)
);
COMMENT ON TABLE waitlist_offers IS 'A held place offered to one wish until a deadline, and what came of it; no personal data, kept as long as the wish.';
COMMENT ON COLUMN waitlist_offers.loss_noted_at IS 'When it was decided whether to tell that somebody else took the place; null while that is open, and for all others.';
CREATE INDEX waitlist_offers_by_entry ON waitlist_offers USING btree (entry_id);
CREATE INDEX waitlist_offers_lost_lately ON waitlist_offers USING btree (tenant_id, ended_at) WHERE status = 'superseded'::text AND loss_noted_at IS NULL;
CREATE UNIQUE INDEX waitlist_offers_one_accepted_per_place ON waitlist_offers USING btree (place_id, tenant_id) WHERE status = 'accepted'::text;
CREATE UNIQUE INDEX waitlist_offers_one_open_per_wish ON waitlist_offers USING btree (entry_id, tenant_id) WHERE status = 'offered'::text;
CREATE TRIGGER waitlist_offers_change_by_listed_transitions BEFORE UPDATE OF status ON waitlist_offers FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('waitlist_offer');
ALTER TABLE waitlist_offers ENABLE ROW LEVEL SECURITY;
ALTER TABLE waitlist_offers FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON waitlist_offers
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON waitlist_offers TO sportello_service;

CREATE TABLE waitlist_places (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'held'::text,
  site_id uuid NOT NULL,
  service_ids uuid[] NOT NULL,
  party_size integer NOT NULL,
  channel text NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  legs jsonb NOT NULL,
  answer_by timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  ended_at timestamp with time zone,
  CONSTRAINT waitlist_places_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT waitlist_places_are_answered_before_they_begin CHECK (answer_by < starts_at),
  CONSTRAINT waitlist_places_ended_says_when CHECK ((status = 'held'::text) = (ended_at IS NULL)),
  CONSTRAINT waitlist_places_status_is_known CHECK (status = ANY (ARRAY['held'::text, 'taken'::text, 'returned'::text])),
  CONSTRAINT waitlist_places_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT waitlist_places_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites(tenant_id, id)
);
COMMENT ON TABLE waitlist_places IS 'A place that is held while people who wait are asked; its id owns the allocations. No personal data, kept as its offers.';
CREATE INDEX waitlist_places_held ON waitlist_places USING btree (tenant_id, answer_by) WHERE status = 'held'::text;
CREATE TRIGGER waitlist_places_change_by_listed_transitions BEFORE UPDATE OF status ON waitlist_places FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('waitlist_place');
ALTER TABLE waitlist_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE waitlist_places FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON waitlist_places
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON waitlist_places TO sportello_service;

CREATE TABLE waitlist_settings (
  tenant_id uuid NOT NULL,
  service_id uuid NOT NULL,
  is_on boolean NOT NULL,
  people_per_place integer NOT NULL,
  answer_minutes integer NOT NULL,
  lapses_max integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT waitlist_settings_pkey PRIMARY KEY (tenant_id, service_id),
  CONSTRAINT waitlist_settings_ask_one_to_twenty CHECK (people_per_place >= 1 AND people_per_place <= 20),
  CONSTRAINT waitlist_settings_forgive_few_lapses CHECK (lapses_max >= 1 AND lapses_max <= 10),
  CONSTRAINT waitlist_settings_leave_time_to_answer CHECK (answer_minutes >= 15 AND answer_minutes <= 10080),
  CONSTRAINT waitlist_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT waitlist_settings_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES services(tenant_id, id)
);
COMMENT ON TABLE waitlist_settings IS 'Whether a service has a waitlist, how many people one freed place is offered to, and for how long; no personal data.';
ALTER TABLE waitlist_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE waitlist_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON waitlist_settings
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON waitlist_settings TO sportello_service;

CREATE TABLE webhook_endpoints (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  url text NOT NULL,
  kinds text[] NOT NULL,
  status text NOT NULL DEFAULT 'active'::text,
  secret_encrypted bytea NOT NULL,
  previous_secret_encrypted bytea,
  previous_secret_until timestamp with time zone,
  failing_since timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  updated_at timestamp with time zone NOT NULL DEFAULT clock_now(),
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT webhook_endpoints_disabled_for_a_known_reason CHECK (disabled_reason = ANY (ARRAY['failing'::text, 'by_hand'::text])),
  CONSTRAINT webhook_endpoints_disabled_says_when_and_why CHECK ((status = 'disabled'::text) = (disabled_at IS NOT NULL) AND (disabled_at IS NULL) = (disabled_reason IS NULL)),
  CONSTRAINT webhook_endpoints_previous_secret_ends CHECK ((previous_secret_encrypted IS NULL) = (previous_secret_until IS NULL)),
  CONSTRAINT webhook_endpoints_status_is_known CHECK (status = ANY (ARRAY['active'::text, 'disabled'::text, 'deleted'::text])),
  CONSTRAINT webhook_endpoints_url_is_short CHECK (char_length(url) >= 10 AND char_length(url) <= 2000),
  CONSTRAINT webhook_endpoints_want_something CHECK (cardinality(kinds) >= 1 AND cardinality(kinds) <= 20),
  CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
COMMENT ON TABLE webhook_endpoints IS 'Where an administration''s systems hear of changes; secrets sealed; kept with the administration.';
CREATE TRIGGER webhook_endpoints_change_by_listed_transitions BEFORE UPDATE OF status ON webhook_endpoints FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION refuse_unlisted_transition('webhook_endpoint');
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON webhook_endpoints
  USING (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)))
  WITH CHECK (tenant_id = (( SELECT current_tenant_id() AS current_tenant_id)));
GRANT INSERT, SELECT, UPDATE ON webhook_endpoints TO sportello_service;

INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('appointment', 'booked', 'cancelled');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('appointment', 'booked', 'closed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'paused', 'aborted');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'paused', 'running');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'previewed', 'expired');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'previewed', 'running');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'running', 'aborted');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'running', 'finished');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation', 'running', 'paused');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation_part', 'pending', 'settled');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('bulk_operation_part', 'settled', 'told');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('hold', 'open', 'confirmed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('hold', 'open', 'expired');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('hold', 'open', 'released');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'failed', 'planned');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'leased', 'discarded');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'leased', 'failed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'leased', 'planned');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'leased', 'sent');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'leased', 'unknown');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'planned', 'discarded');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'planned', 'failed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'planned', 'leased');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'planned', 'sent');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'unknown', 'failed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'unknown', 'planned');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('message', 'unknown', 'sent');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'leased', 'leased');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'leased', 'pending');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'leased', 'relayed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'pending', 'leased');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'pending', 'relayed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'leased', 'done');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'leased', 'dropped');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'leased', 'leased');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'leased', 'open');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'open', 'dropped');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('phone_task', 'open', 'leased');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('schedule_proposal', 'applying', 'applied');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('schedule_proposal', 'computed', 'applied');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('schedule_proposal', 'computed', 'applying');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('schedule_proposal', 'computed', 'dropped');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('schedule_proposal', 'computed', 'expired');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('urgent_closure', 'active', 'lifted');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('urgent_closure', 'previewed', 'active');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'offered', 'fulfilled');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'offered', 'lapsed');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'offered', 'waiting');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'offered', 'withdrawn');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'waiting', 'expired');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'waiting', 'offered');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_entry', 'waiting', 'withdrawn');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_offer', 'offered', 'accepted');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_offer', 'offered', 'declined');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_offer', 'offered', 'expired');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_offer', 'offered', 'superseded');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_place', 'held', 'returned');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('waitlist_place', 'held', 'taken');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('webhook_endpoint', 'active', 'deleted');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('webhook_endpoint', 'active', 'disabled');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('webhook_endpoint', 'disabled', 'active');
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('webhook_endpoint', 'disabled', 'deleted');
