CREATE TABLE schedule_proposals (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'computed',
  changes jsonb NOT NULL,
  resource_ids uuid[] NOT NULL,
  rules_digest bytea NOT NULL,
  snapshot bytea NOT NULL,
  effect jsonb NOT NULL,
  parts jsonb NOT NULL DEFAULT '[]',
  parts_done integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  computed_at timestamptz NOT NULL DEFAULT clock_now(),
  expires_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT schedule_proposals_status_is_known CHECK (
    status IN ('computed', 'applying', 'applied', 'dropped', 'expired')),
  CONSTRAINT schedule_proposals_change_something CHECK (jsonb_array_length(changes) BETWEEN 1 AND 50),
  CONSTRAINT schedule_proposals_digests_are_sha256 CHECK (
    octet_length(rules_digest) = 32 AND octet_length(snapshot) = 32),
  CONSTRAINT schedule_proposals_parts_are_done_in_turn CHECK (parts_done BETWEEN 0 AND jsonb_array_length(parts)),
  CONSTRAINT schedule_proposals_applying_says_since_when CHECK (
    (status IN ('applying', 'applied')) = (started_at IS NOT NULL)),
  CONSTRAINT schedule_proposals_ended_says_when CHECK (
    (status IN ('applied', 'dropped', 'expired')) = (ended_at IS NOT NULL)),
  CONSTRAINT schedule_proposals_versions_rise_from_one CHECK (version >= 1)
);
CREATE INDEX schedule_proposals_under_way ON schedule_proposals USING gin (resource_ids)
  WHERE status = 'applying';
CREATE INDEX schedule_proposals_to_tidy ON schedule_proposals (tenant_id, expires_at)
  WHERE status = 'computed';
CREATE INDEX schedule_proposals_old ON schedule_proposals (tenant_id, ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON TABLE schedule_proposals IS
  'Changes of openings, closures, day marks and offers with their computed effect, to be applied or dropped; no personal data; deleted 90 days after their end.';
COMMENT ON COLUMN schedule_proposals.snapshot IS
  'Hash of what was shown: rule versions and the outcome per appointment; applying names it.';
CALL protect_tenant_table('schedule_proposals');
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule_proposals TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('schedule_proposal', 'computed', 'applying'),
  ('schedule_proposal', 'computed', 'applied'),
  ('schedule_proposal', 'computed', 'dropped'),
  ('schedule_proposal', 'computed', 'expired'),
  ('schedule_proposal', 'applying', 'applied');
CREATE TRIGGER schedule_proposals_change_by_listed_transitions
  BEFORE UPDATE OF status ON schedule_proposals FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('schedule_proposal');

CREATE TABLE proposal_outcomes (
  tenant_id uuid NOT NULL,
  proposal_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  outcome text NOT NULL,
  starts_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, proposal_id, appointment_id),
  FOREIGN KEY (tenant_id, proposal_id) REFERENCES schedule_proposals ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments ON DELETE CASCADE,
  CONSTRAINT proposal_outcomes_are_known CHECK (outcome IN ('stays', 'moves', 'conflict', 'returns'))
);
CREATE INDEX proposal_outcomes_in_order ON proposal_outcomes (proposal_id, outcome, starts_at, appointment_id);
CREATE INDEX proposal_outcomes_of_appointments ON proposal_outcomes (appointment_id);
COMMENT ON TABLE proposal_outcomes IS
  'What a proposal would do to each appointment concerned: ids only; deleted with the proposal.';
CALL protect_tenant_table('proposal_outcomes');
GRANT SELECT, INSERT, DELETE ON proposal_outcomes TO sportello_service;
