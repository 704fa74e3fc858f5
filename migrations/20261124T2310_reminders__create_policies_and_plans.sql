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

CREATE TABLE message_plans (
  tenant_id uuid NOT NULL REFERENCES tenants,
  appointment_id uuid NOT NULL,
  planned_version integer NOT NULL,
  sequence integer NOT NULL,
  release_at timestamptz,
  confirmed_at timestamptz,
  planned_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT message_plans_versions_rise_from_one CHECK (planned_version >= 1 AND sequence >= 0)
);
CREATE INDEX message_plans_to_release ON message_plans (tenant_id, release_at)
  WHERE release_at IS NOT NULL AND confirmed_at IS NULL;
COMMENT ON TABLE message_plans IS
  'Up to which version an appointment''s messages are planned, and whether its citizen said that he comes. Kept as long as the appointment.';
CREATE POLICY rows_belong_to_the_current_tenant ON message_plans
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
ALTER TABLE message_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_plans FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON message_plans TO sportello_service;

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
