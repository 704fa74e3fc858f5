CREATE TABLE appointments (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  reference text NOT NULL,
  status text NOT NULL DEFAULT 'booked',
  support text NOT NULL DEFAULT 'supported',
  channel text NOT NULL,
  language text NOT NULL,
  party_size integer NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  local_date date NOT NULL,
  valid_until timestamptz,
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
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  closed_at timestamptz,
  cancelled_at timestamptz,
  cancelled_by text,
  cancel_reason text,
  erased_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitations,
  CONSTRAINT appointments_reference_is_unique UNIQUE (reference, tenant_id),
  CONSTRAINT appointments_status_is_known CHECK (status IN ('booked', 'closed', 'cancelled')),
  CONSTRAINT appointments_support_is_known CHECK (support IN ('supported', 'conflict')),
  CONSTRAINT appointments_channel_is_known CHECK (channel IN ('web', 'phone', 'counter', 'kiosk', 'api')),
  CONSTRAINT appointments_party_is_positive CHECK (party_size BETWEEN 1 AND 100),
  CONSTRAINT appointments_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT appointments_cancelled_says_when_and_who CHECK (
    (status = 'cancelled') = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL) = (cancelled_by IS NULL)
    AND (cancelled_at IS NULL) = (cancel_reason IS NULL)),
  CONSTRAINT appointments_cancelled_by_someone_known CHECK (cancelled_by IN ('citizen', 'staff', 'bulk', 'system')),
  CONSTRAINT appointments_cancel_reason_is_known CHECK (cancel_reason IN (
    'not_needed', 'cannot_come', 'found_elsewhere', 'booked_twice', 'office_closed', 'staff_missing',
    'technical', 'lapsed', 'not_entitled', 'other')),
  CONSTRAINT appointments_closed_says_when CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT appointments_versions_rise_from_one CHECK (version >= 1 AND sequence >= 0 AND token_version >= 1)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX appointments_external_reference_is_unique ON appointments (external_reference, tenant_id)
  WHERE external_reference IS NOT NULL;
CREATE INDEX appointments_by_site_and_day ON appointments (site_id, local_date, starts_at);
CREATE INDEX appointments_in_conflict ON appointments (site_id, starts_at)
  WHERE support = 'conflict' AND status = 'booked';
CREATE INDEX appointments_to_lapse ON appointments (tenant_id, valid_until)
  WHERE status = 'booked' AND valid_until IS NOT NULL;
COMMENT ON TABLE appointments IS 'A booked visit.';
COMMENT ON COLUMN appointments.people_encrypted IS
  'Booker, contacts, answers, who accompanies whom; sealed per tenant; erased 30 days after the visit.';
CALL protect_tenant_table('appointments');
GRANT SELECT, INSERT, UPDATE ON appointments TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('appointment', 'booked', 'closed'),
  ('appointment', 'booked', 'cancelled');
CREATE TRIGGER appointments_change_by_listed_transitions
  BEFORE UPDATE OF status ON appointments FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('appointment');

CREATE TABLE appointment_legs (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  leg smallint NOT NULL,
  service_id uuid NOT NULL,
  resource_ids uuid[] NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, appointment_id, leg),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT appointment_legs_end_after_they_start CHECK (ends_at > starts_at)
);
CREATE INDEX appointment_legs_by_service ON appointment_legs (service_id, starts_at);
COMMENT ON TABLE appointment_legs IS 'The services of a visit in order, each with its time and the resources that serve it.';
CALL protect_tenant_table('appointment_legs');
GRANT SELECT, INSERT, UPDATE, DELETE ON appointment_legs TO sportello_service;

CREATE TABLE participants (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  position smallint NOT NULL,
  person_encrypted bytea,
  attendance text,
  outcome text,
  attendance_at timestamptz,
  cancelled_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT participants_are_numbered UNIQUE (appointment_id, position),
  CONSTRAINT participants_attendance_is_known CHECK (attendance IN ('attended', 'absent', 'not_served_by_us')),
  CONSTRAINT participants_outcome_is_known CHECK (outcome IN (
    'done', 'done_partly', 'wrong_papers', 'not_entitled', 'gave_up', 'other')),
  CONSTRAINT participants_attendance_has_a_time CHECK ((attendance IS NULL) = (attendance_at IS NULL)),
  CONSTRAINT participants_outcome_needs_attendance CHECK (outcome IS NULL OR attendance = 'attended'),
  CONSTRAINT participants_cancelled_are_not_attended CHECK (cancelled_at IS NULL OR attendance IS NULL)
);
COMMENT ON TABLE participants IS 'A person of the visit, with attendance and outcome; the booker is not necessarily one.';
COMMENT ON COLUMN participants.person_encrypted IS
  'Name and answers; sealed per tenant; erased 30 days after the visit.';
CALL protect_tenant_table('participants');
GRANT SELECT, INSERT, UPDATE ON participants TO sportello_service;

CREATE TABLE appointment_lookups (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  kind text NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, kind, hash, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT appointment_lookups_kind_is_known CHECK (kind IN ('surname', 'phone', 'email', 'tax_code')),
  CONSTRAINT appointment_lookups_hold_a_keyed_hash CHECK (octet_length(hash) = 32)
);
CREATE INDEX appointment_lookups_by_appointment ON appointment_lookups (appointment_id);
COMMENT ON TABLE appointment_lookups IS 'Keyed hashes by which staff find an appointment; erased with the contact data.';
CALL protect_tenant_table('appointment_lookups');
GRANT SELECT, INSERT, DELETE ON appointment_lookups TO sportello_service;

CREATE TABLE quota_counters (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  person_hash bytea NOT NULL,
  period_start date NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, limit_id, person_hash, period_start),
  FOREIGN KEY (tenant_id, limit_id) REFERENCES service_limits,
  CONSTRAINT quota_counters_hold_a_keyed_hash CHECK (octet_length(person_hash) = 32),
  CONSTRAINT quota_counters_are_not_negative CHECK (taken >= 0)
);
COMMENT ON TABLE quota_counters IS
  'How much of a limit a person has used in a period; rolling and open limits use the row of period 0001-01-01 as their lock.';
CALL protect_tenant_table('quota_counters');
GRANT SELECT, INSERT, UPDATE, DELETE ON quota_counters TO sportello_service;

CREATE TABLE quota_uses (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  person_hash bytea NOT NULL,
  period_start date NOT NULL,
  appointment_id uuid NOT NULL,
  used_on date NOT NULL,
  units integer NOT NULL,
  PRIMARY KEY (tenant_id, limit_id, person_hash, appointment_id),
  FOREIGN KEY (tenant_id, limit_id, person_hash, period_start) REFERENCES quota_counters,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT quota_uses_are_positive CHECK (units > 0)
);
CREATE INDEX quota_uses_by_appointment ON quota_uses (appointment_id);
COMMENT ON TABLE quota_uses IS 'Which appointment used which person''s limit, so that a cancellation frees it.';
CALL protect_tenant_table('quota_uses');
GRANT SELECT, INSERT, UPDATE, DELETE ON quota_uses TO sportello_service;
