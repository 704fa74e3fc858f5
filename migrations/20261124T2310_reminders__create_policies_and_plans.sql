CREATE TABLE message_policies (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  service_id uuid,
  rules jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT message_policies_are_stated_once UNIQUE NULLS NOT DISTINCT (service_id, tenant_id),
  CONSTRAINT message_policies_rules_are_an_object CHECK (jsonb_typeof(rules) = 'object')
);
COMMENT ON TABLE message_policies IS
  'Which messages a service sends when; without a service, of all that have no policy of their own. No personal data.';
CALL protect_tenant_table('message_policies');
GRANT SELECT, INSERT, UPDATE, DELETE ON message_policies TO sportello_service;

-- Which events are planned, so that no event is planned twice and one whose job was lost is found.
CREATE TABLE planned_events (
  tenant_id uuid NOT NULL REFERENCES tenants,
  event_id uuid NOT NULL,
  planned_at timestamptz NOT NULL DEFAULT clock_now(),
  CONSTRAINT planned_events_are_planned_once PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX planned_events_by_age ON planned_events (planned_at);
COMMENT ON TABLE planned_events IS
  'Outbox events whose messages are planned; forgotten a day after the events themselves. No personal data.';
CREATE POLICY rows_belong_to_the_current_tenant ON planned_events
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
ALTER TABLE planned_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE planned_events FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON planned_events TO sportello_service;

CREATE TABLE presence_requests (
  tenant_id uuid NOT NULL REFERENCES tenants,
  appointment_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  is_released boolean NOT NULL,
  confirmed_at timestamptz,
  released_at timestamptz,
  PRIMARY KEY (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT presence_requests_end_before_the_visit CHECK (answer_by < starts_at),
  CONSTRAINT presence_requests_confirmed_are_not_released CHECK (confirmed_at IS NULL OR released_at IS NULL),
  CONSTRAINT presence_requests_released_only_if_so_stated CHECK (released_at IS NULL OR is_released)
);
CREATE INDEX presence_requests_to_release ON presence_requests (tenant_id, answer_by)
  WHERE is_released AND confirmed_at IS NULL AND released_at IS NULL;
COMMENT ON TABLE presence_requests IS
  'Whether a citizen said that he comes, by when he should, and whether the place is given away otherwise. Kept as long as the appointment.';
CALL protect_tenant_table('presence_requests');
GRANT SELECT, INSERT, UPDATE, DELETE ON presence_requests TO sportello_service;

CREATE TABLE reminder_opt_outs (
  tenant_id uuid NOT NULL REFERENCES tenants,
  address_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, address_hash),
  CONSTRAINT reminder_opt_outs_hold_a_keyed_hash CHECK (octet_length(address_hash) = 32)
);
COMMENT ON TABLE reminder_opt_outs IS
  'Addresses and numbers, as keyed hashes, that want no reminders; kept until it is taken back.';
CALL protect_tenant_table('reminder_opt_outs');
GRANT SELECT, INSERT, DELETE ON reminder_opt_outs TO sportello_service;

CREATE TABLE satisfaction_answers (
  tenant_id uuid NOT NULL REFERENCES tenants,
  appointment_id uuid NOT NULL,
  rating smallint NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT satisfaction_answers_rate_from_one_to_five CHECK (rating BETWEEN 1 AND 5)
);
COMMENT ON TABLE satisfaction_answers IS
  'How a visit was rated, once per appointment; counted in groups of five or more, kept as long as the appointment.';
CALL protect_tenant_table('satisfaction_answers');
GRANT SELECT, INSERT, UPDATE ON satisfaction_answers TO sportello_service;
