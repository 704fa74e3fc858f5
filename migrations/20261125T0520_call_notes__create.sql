CREATE TABLE call_notes (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  task_id uuid,
  offer_id uuid,
  outcome text NOT NULL,
  note_encrypted bytea NOT NULL,
  noted_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, task_id) REFERENCES phone_tasks ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, offer_id) REFERENCES waitlist_offers ON DELETE CASCADE,
  CONSTRAINT call_notes_are_about_one_call CHECK (num_nonnulls(task_id, offer_id) = 1),
  CONSTRAINT call_notes_outcome_is_known CHECK (outcome IN (
    'reached', 'left_message', 'not_reached', 'wrong_number', 'no_number', 'declined')),
  CONSTRAINT call_notes_are_short CHECK (octet_length(note_encrypted) BETWEEN 30 AND 2500)
);
CREATE INDEX call_notes_of_a_task ON call_notes (tenant_id, task_id, created_at) WHERE task_id IS NOT NULL;
CREATE INDEX call_notes_of_an_offer ON call_notes (tenant_id, offer_id, created_at) WHERE offer_id IS NOT NULL;
CREATE INDEX call_notes_by_age ON call_notes (tenant_id, created_at);
COMMENT ON TABLE call_notes IS
  'What operators noted of calls, for whoever calls next; sealed, and deleted thirty days later.';
COMMENT ON COLUMN call_notes.note_encrypted IS 'At most 300 characters, sealed.';
COMMENT ON COLUMN call_notes.noted_by IS 'The key of whoever called.';
CALL protect_tenant_table('call_notes');
GRANT SELECT, INSERT, DELETE ON call_notes TO sportello_service;
