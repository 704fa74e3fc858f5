CREATE TABLE audit_events (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  reason text,
  body jsonb NOT NULL DEFAULT '{}',
  request_id text,
  occurred_at timestamptz NOT NULL DEFAULT clock_now(),
  written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT audit_events_kind_names_a_thing_and_a_verb CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
  CONSTRAINT audit_events_actor_is_known CHECK (actor_kind IN ('citizen', 'staff', 'system', 'import', 'bulk')),
  CONSTRAINT audit_events_reason_is_short CHECK (char_length(reason) <= 500)
);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, id);
COMMENT ON TABLE audit_events IS 'Who did what to what, when and why; ids only, appended and never changed.';
CALL protect_tenant_table('audit_events');
GRANT SELECT, INSERT ON audit_events TO sportello_service;

-- The chain lies beside the events, so that an event row is never updated, not even to be sealed.
CREATE TABLE audit_seals (
  tenant_id uuid NOT NULL REFERENCES tenants,
  seq bigint NOT NULL,
  event_id bigint NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, seq),
  FOREIGN KEY (tenant_id, event_id) REFERENCES audit_events,
  CONSTRAINT audit_seals_seal_an_event_once UNIQUE (tenant_id, event_id),
  CONSTRAINT audit_seals_start_at_one CHECK (seq >= 1),
  CONSTRAINT audit_seals_hash_is_a_sha256 CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32)
);
COMMENT ON TABLE audit_seals IS 'Hash chain over a tenant''s audit events, appended by one sealer per tenant.';
CALL protect_tenant_table('audit_seals');
GRANT SELECT, INSERT ON audit_seals TO sportello_service;

CREATE TABLE outbox_events (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  kind text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  subject_version integer NOT NULL DEFAULT 1,
  body jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'pending',
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  leased_until timestamptz,
  relayed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT outbox_events_kind_names_a_thing_and_a_verb CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
  CONSTRAINT outbox_events_status_is_known CHECK (status IN ('pending', 'leased', 'relayed')),
  CONSTRAINT outbox_events_leased_has_an_end CHECK ((status = 'leased') = (leased_until IS NOT NULL)),
  CONSTRAINT outbox_events_relayed_has_a_time CHECK ((status = 'relayed') = (relayed_at IS NOT NULL))
);
CREATE INDEX outbox_events_to_relay ON outbox_events (created_at) WHERE status IN ('pending', 'leased');
COMMENT ON TABLE outbox_events IS 'Events that must cause work, written in the transaction that made them true.';
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON outbox_events
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_events TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('outbox_event', 'pending', 'leased'),
  ('outbox_event', 'leased', 'leased'),
  ('outbox_event', 'leased', 'pending'),
  ('outbox_event', 'leased', 'relayed');

CREATE TABLE idempotency_replies (
  tenant_id uuid NOT NULL REFERENCES tenants,
  subject text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  reply_encrypted bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, key, subject, route),
  CONSTRAINT idempotency_replies_key_is_short CHECK (char_length(key) BETWEEN 8 AND 255)
);
CREATE INDEX idempotency_replies_by_age ON idempotency_replies (created_at);
COMMENT ON TABLE idempotency_replies IS 'Stored replies of unsafe operations, without tokens, kept 48 hours.';
CALL protect_tenant_table('idempotency_replies');
GRANT SELECT, INSERT, DELETE ON idempotency_replies TO sportello_service;
