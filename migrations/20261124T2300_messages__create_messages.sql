-- How an administration wants its messages sent; without a row the defaults of src/messages/settings hold.
CREATE TABLE message_settings (
  tenant_id uuid NOT NULL REFERENCES tenants,
  quiet_from time NOT NULL,
  quiet_to time NOT NULL,
  is_sms_on boolean NOT NULL,
  sms_is_transliterated boolean NOT NULL,
  sms_price_micros bigint NOT NULL,
  sms_daily_ceiling_micros bigint,
  paused_at timestamptz,
  paused_reason text,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id),
  CONSTRAINT message_settings_price_is_sane CHECK (sms_price_micros BETWEEN 0 AND 10000000),
  CONSTRAINT message_settings_ceiling_is_not_negative CHECK (sms_daily_ceiling_micros >= 0),
  CONSTRAINT message_settings_paused_says_why CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
  CONSTRAINT message_settings_reason_is_short CHECK (char_length(paused_reason) BETWEEN 1 AND 500)
);
COMMENT ON TABLE message_settings IS
  'Quiet hours, cost of SMS and pause of one administration; no personal data, kept with the administration.';
CREATE POLICY rows_belong_to_the_current_tenant ON message_settings
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
ALTER TABLE message_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_settings FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON message_settings TO sportello_service;

CREATE TABLE webhook_endpoints (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  url text NOT NULL,
  kinds text[] NOT NULL,
  status text NOT NULL DEFAULT 'active',
  secret_encrypted bytea NOT NULL,
  previous_secret_encrypted bytea,
  previous_secret_until timestamptz,
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT webhook_endpoints_url_is_short CHECK (char_length(url) BETWEEN 10 AND 2000),
  CONSTRAINT webhook_endpoints_want_something CHECK (cardinality(kinds) BETWEEN 1 AND 20),
  CONSTRAINT webhook_endpoints_status_is_known CHECK (status IN ('active', 'disabled', 'deleted')),
  CONSTRAINT webhook_endpoints_disabled_says_when_and_why CHECK (
    (status = 'disabled') = (disabled_at IS NOT NULL) AND (disabled_at IS NULL) = (disabled_reason IS NULL)),
  CONSTRAINT webhook_endpoints_disabled_for_a_known_reason CHECK (disabled_reason IN ('failing', 'by_hand')),
  CONSTRAINT webhook_endpoints_previous_secret_ends CHECK (
    (previous_secret_encrypted IS NULL) = (previous_secret_until IS NULL))
);
COMMENT ON TABLE webhook_endpoints IS
  'Where an administration''s systems hear of changes; secrets sealed; kept with the administration.';
CALL protect_tenant_table('webhook_endpoints');
GRANT SELECT, INSERT, UPDATE ON webhook_endpoints TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('webhook_endpoint', 'active', 'disabled'),
  ('webhook_endpoint', 'disabled', 'active'),
  ('webhook_endpoint', 'active', 'deleted'),
  ('webhook_endpoint', 'disabled', 'deleted');
CREATE TRIGGER webhook_endpoints_change_by_listed_transitions
  BEFORE UPDATE OF status ON webhook_endpoints FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('webhook_endpoint');

CREATE TABLE messages (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  subject_version integer NOT NULL,
  appointment_id uuid GENERATED ALWAYS AS (CASE WHEN subject_kind = 'appointment' THEN subject_id END) STORED,
  kind text NOT NULL,
  channel text NOT NULL,
  language text NOT NULL,
  offset_minutes integer NOT NULL DEFAULT 0,
  endpoint_id uuid,
  recipient_encrypted bytea,
  domain_hash bytea,
  facts jsonb NOT NULL DEFAULT '{}',
  priority smallint NOT NULL,
  status text NOT NULL DEFAULT 'planned',
  due_at timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  next_at timestamptz NOT NULL,
  queued_until timestamptz,
  attempt integer NOT NULL DEFAULT 0,
  leased_until timestamptz,
  ended_at timestamptz,
  end_reason text,
  provider text,
  provider_reference text,
  parts smallint,
  cost_micros bigint NOT NULL DEFAULT 0,
  receipt text,
  receipt_at timestamptz,
  is_training boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints,
  CONSTRAINT messages_are_planned_once UNIQUE NULLS NOT DISTINCT
    (subject_id, kind, subject_version, channel, offset_minutes, endpoint_id, tenant_id),
  CONSTRAINT messages_subject_is_known CHECK (subject_kind IN ('appointment', 'offer', 'test')),
  CONSTRAINT messages_kind_is_known CHECK (kind IN (
    'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up',
    'waitlist_offer', 'bulk_notice', 'urgent_notice')),
  CONSTRAINT messages_channel_is_known CHECK (channel IN ('email', 'sms', 'webhook')),
  CONSTRAINT messages_webhooks_go_to_an_endpoint CHECK ((channel = 'webhook') = (endpoint_id IS NOT NULL)),
  CONSTRAINT messages_priority_is_small CHECK (priority BETWEEN 0 AND 3),
  CONSTRAINT messages_status_is_known CHECK (status IN (
    'planned', 'leased', 'sent', 'failed', 'unknown', 'discarded')),
  CONSTRAINT messages_leased_has_an_end CHECK ((status = 'leased') = (leased_until IS NOT NULL)),
  CONSTRAINT messages_ended_says_when CHECK ((status IN ('planned', 'leased')) = (ended_at IS NULL)),
  CONSTRAINT messages_unsent_says_why CHECK ((status IN ('failed', 'unknown', 'discarded')) = (end_reason IS NOT NULL)),
  CONSTRAINT messages_end_reason_is_a_word CHECK (end_reason ~ '^[a-z][a-z_]{0,39}$'),
  CONSTRAINT messages_end_after_they_are_due CHECK (not_after >= due_at),
  CONSTRAINT messages_receipt_is_known CHECK (receipt IN ('delivered', 'failed', 'delayed', 'expired')),
  CONSTRAINT messages_receipt_has_a_time CHECK ((receipt IS NULL) = (receipt_at IS NULL)),
  CONSTRAINT messages_counts_are_not_negative CHECK (attempt >= 0 AND parts >= 0 AND cost_micros >= 0),
  CONSTRAINT messages_domain_is_a_keyed_hash CHECK (octet_length(domain_hash) = 16)
) WITH (fillfactor = 80);
CREATE INDEX messages_to_send ON messages (tenant_id, priority, next_at) WHERE status = 'planned';
CREATE INDEX messages_leased ON messages (leased_until) WHERE status = 'leased';
CREATE INDEX messages_by_due_time ON messages (tenant_id, due_at, id);
CREATE INDEX messages_unreached ON messages (tenant_id, ended_at, id)
  WHERE status IN ('failed', 'unknown') OR receipt IN ('failed', 'expired');
CREATE INDEX messages_by_provider_reference ON messages (provider_reference)
  WHERE channel = 'sms' AND provider_reference IS NOT NULL;
COMMENT ON TABLE messages IS 'One e-mail, SMS or webhook to one recipient about one thing, with what became of it.';
COMMENT ON COLUMN messages.recipient_encrypted IS
  'Address or number it goes to; sealed per tenant; erased 30 days after it was due.';
COMMENT ON COLUMN messages.domain_hash IS
  'Keyed hash of the mail domain, for the rate per domain; erased with the recipient.';
COMMENT ON COLUMN messages.facts IS 'Instants, ids and enumerated values of the event; nothing personal.';
CREATE POLICY rows_belong_to_the_current_tenant ON messages
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON messages TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('message', 'planned', 'leased'),
  ('message', 'planned', 'discarded'),
  ('message', 'planned', 'failed'),
  ('message', 'planned', 'sent'),
  ('message', 'leased', 'planned'),
  ('message', 'leased', 'sent'),
  ('message', 'leased', 'failed'),
  ('message', 'leased', 'unknown'),
  ('message', 'leased', 'discarded'),
  ('message', 'unknown', 'planned'),
  ('message', 'unknown', 'sent'),
  ('message', 'unknown', 'failed'),
  ('message', 'failed', 'planned');
CREATE TRIGGER messages_change_by_listed_transitions
  BEFORE UPDATE OF status ON messages FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('message');

CREATE TABLE message_attempts (
  tenant_id uuid NOT NULL,
  message_id uuid NOT NULL,
  attempt integer NOT NULL,
  outcome text NOT NULL,
  reason text,
  code text,
  ended_at timestamptz NOT NULL DEFAULT clock_now(),
  duration_ms integer,
  PRIMARY KEY (tenant_id, message_id, attempt),
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages,
  CONSTRAINT message_attempts_outcome_is_known CHECK (outcome IN ('accepted', 'refused', 'later', 'unknown', 'lost')),
  CONSTRAINT message_attempts_reason_is_a_word CHECK (reason ~ '^[a-z][a-z_]{0,39}$'),
  CONSTRAINT message_attempts_code_is_short CHECK (char_length(code) <= 40)
);
COMMENT ON TABLE message_attempts IS
  'What came of each time a message was handed to a provider; no personal data, kept as long as the message.';
CALL protect_tenant_table('message_attempts');
GRANT SELECT, INSERT ON message_attempts TO sportello_service;

CREATE TABLE message_receipts (
  tenant_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  message_id uuid NOT NULL,
  state text NOT NULL,
  code text,
  reported_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages,
  CONSTRAINT message_receipts_are_kept_once UNIQUE NULLS NOT DISTINCT (message_id, state, reported_at, code, tenant_id),
  CONSTRAINT message_receipts_state_is_known CHECK (state IN ('delivered', 'failed', 'delayed', 'expired')),
  CONSTRAINT message_receipts_code_is_short CHECK (char_length(code) <= 40)
);
COMMENT ON TABLE message_receipts IS
  'What providers reported of messages they had taken; no personal data, kept as long as the message.';
CALL protect_tenant_table('message_receipts');
GRANT SELECT, INSERT ON message_receipts TO sportello_service;

CREATE TABLE message_spend (
  tenant_id uuid NOT NULL REFERENCES tenants,
  on_date date NOT NULL,
  spent_micros bigint NOT NULL,
  parts integer NOT NULL,
  ceiling_micros bigint,
  PRIMARY KEY (tenant_id, on_date),
  CONSTRAINT message_spend_never_passes_its_ceiling CHECK (spent_micros BETWEEN 0 AND ceiling_micros),
  CONSTRAINT message_spend_counts_are_not_negative CHECK (spent_micros >= 0 AND parts >= 0)
);
COMMENT ON TABLE message_spend IS
  'What SMS cost an administration on one of its days, with the highest ceiling of that day; kept with the administration.';
CALL protect_tenant_table('message_spend');
GRANT SELECT, INSERT, UPDATE ON message_spend TO sportello_service;

CREATE TABLE phone_tasks (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  kind text NOT NULL,
  cause text NOT NULL,
  message_id uuid,
  subject_version integer NOT NULL,
  facts jsonb NOT NULL DEFAULT '{}',
  visit_at timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  next_at timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'open',
  calls integer NOT NULL DEFAULT 0,
  leased_by uuid,
  leased_until timestamptz,
  outcome text,
  ended_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages,
  CONSTRAINT phone_tasks_are_planned_once UNIQUE (appointment_id, kind, subject_version, tenant_id),
  CONSTRAINT phone_tasks_kind_is_known CHECK (kind IN (
    'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up',
    'waitlist_offer', 'bulk_notice', 'urgent_notice')),
  CONSTRAINT phone_tasks_cause_is_known CHECK (cause IN ('no_contact', 'failed', 'unknown', 'bounced')),
  CONSTRAINT phone_tasks_status_is_known CHECK (status IN ('open', 'leased', 'done', 'dropped')),
  CONSTRAINT phone_tasks_leased_says_by_whom_until CHECK (
    (status = 'leased') = (leased_until IS NOT NULL) AND (leased_until IS NULL) = (leased_by IS NULL)),
  CONSTRAINT phone_tasks_ended_says_when CHECK ((status IN ('done', 'dropped')) = (ended_at IS NOT NULL)),
  CONSTRAINT phone_tasks_done_says_how CHECK (status <> 'done' OR outcome IS NOT NULL),
  CONSTRAINT phone_tasks_outcome_is_known CHECK (outcome IN (
    'reached', 'left_message', 'not_reached', 'wrong_number', 'no_number', 'declined')),
  CONSTRAINT phone_tasks_calls_are_not_negative CHECK (calls >= 0)
);
CREATE INDEX phone_tasks_to_do ON phone_tasks (tenant_id, visit_at, id) WHERE status IN ('open', 'leased');
CREATE INDEX phone_tasks_by_end ON phone_tasks (tenant_id, ended_at, id) WHERE status IN ('done', 'dropped');
COMMENT ON TABLE phone_tasks IS
  'A notice that an operator makes by telephone, with what came of it; no personal data, kept as long as the appointment.';
CALL protect_tenant_table('phone_tasks');
GRANT SELECT, INSERT, UPDATE ON phone_tasks TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('phone_task', 'open', 'leased'),
  ('phone_task', 'open', 'dropped'),
  ('phone_task', 'leased', 'leased'),
  ('phone_task', 'leased', 'open'),
  ('phone_task', 'leased', 'done'),
  ('phone_task', 'leased', 'dropped');
CREATE TRIGGER phone_tasks_change_by_listed_transitions
  BEFORE UPDATE OF status ON phone_tasks FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('phone_task');

-- Providers serve the whole installation, so what they bear is shared by its workers and belongs to no administration.
CREATE TABLE sending_gates (
  name text NOT NULL,
  free_at timestamptz NOT NULL DEFAULT clock_now(),
  blocked_until timestamptz,
  faults integer NOT NULL DEFAULT 0,
  used_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (name),
  CONSTRAINT sending_gates_name_is_short CHECK (char_length(name) BETWEEN 1 AND 80),
  CONSTRAINT sending_gates_faults_are_not_negative CHECK (faults >= 0)
);
COMMENT ON TABLE sending_gates IS
  'From when a provider, or a mail domain by its keyed hash, takes the next message; forgotten a day after its last use.';
GRANT SELECT, INSERT, UPDATE, DELETE ON sending_gates TO sportello_service;

-- Which database this is: another cluster, another database of it, or another timeline of the same (a restored backup,
-- a promoted standby) is another place.
CREATE FUNCTION sending_place() RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT (pg_control_system()).system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
$$;

CREATE TABLE sending_switch (
  is_the_only_row boolean NOT NULL DEFAULT true,
  paused_at timestamptz,
  paused_reason text,
  place text,
  folder text,
  PRIMARY KEY (is_the_only_row),
  CONSTRAINT sending_switch_has_one_row CHECK (is_the_only_row),
  CONSTRAINT sending_switch_paused_says_why CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
  CONSTRAINT sending_switch_reason_is_short CHECK (char_length(paused_reason) BETWEEN 1 AND 500)
);
INSERT INTO sending_switch DEFAULT VALUES;
COMMENT ON TABLE sending_switch IS
  'Whether this installation sends at all, and in which database and folder it was switched on: a restored copy is another.';
GRANT SELECT, UPDATE ON sending_switch TO sportello_service;
