CREATE TABLE bulk_operations (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  kind text NOT NULL,
  status text NOT NULL DEFAULT 'previewed',
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
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  expires_at timestamptz NOT NULL,
  started_at timestamptz,
  slots_closed_at timestamptz,
  places_reserved_at timestamptz,
  rebook_until timestamptz,
  ended_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT bulk_operations_kind_is_known CHECK (kind IN ('cancel', 'move', 'notify')),
  CONSTRAINT bulk_operations_status_is_known CHECK (status IN (
    'previewed', 'expired', 'running', 'paused', 'finished', 'aborted')),
  CONSTRAINT bulk_operations_reason_is_known CHECK (reason IN ('office_closed', 'staff_missing', 'technical', 'other')),
  CONSTRAINT bulk_operations_cancel_for_a_reason CHECK ((kind = 'cancel') = (reason IS NOT NULL)),
  CONSTRAINT bulk_operations_move_by_a_rule CHECK ((kind = 'move') = (move_rule IS NOT NULL)),
  CONSTRAINT bulk_operations_rebook_what_they_cancel CHECK (rebooking IS NULL OR kind = 'cancel'),
  CONSTRAINT bulk_operations_rebook_until_some_time CHECK (
    (rebook_until IS NULL) = (rebooking IS NULL OR started_at IS NULL)),
  CONSTRAINT bulk_operations_documents_are_objects CHECK (
    jsonb_typeof(filter) = 'object' AND jsonb_typeof(counts) = 'object'),
  CONSTRAINT bulk_operations_items_are_bounded CHECK (items BETWEEN 0 AND 250000),
  CONSTRAINT bulk_operations_digest_is_a_sha256 CHECK (octet_length(digest) = 32),
  CONSTRAINT bulk_operations_freed_capacity_is_known CHECK (freed_capacity IN ('close', 'waitlist', 'sale')),
  CONSTRAINT bulk_operations_free_capacity_by_cancelling CHECK (freed_capacity IS NULL OR kind = 'cancel'),
  CONSTRAINT bulk_operations_waitlist_has_a_time CHECK (
    (freed_capacity IS NOT DISTINCT FROM 'waitlist') = (waitlist_minutes IS NOT NULL)),
  CONSTRAINT bulk_operations_waitlist_lasts_a_week CHECK (waitlist_minutes BETWEEN 1 AND 10080),
  CONSTRAINT bulk_operations_started_says_when CHECK (
    (status IN ('previewed', 'expired')) = (started_at IS NULL)),
  CONSTRAINT bulk_operations_ended_says_when CHECK (
    (status IN ('expired', 'finished', 'aborted')) = (ended_at IS NOT NULL)),
  CONSTRAINT bulk_operations_versions_rise_from_one CHECK (version >= 1)
);
CREATE INDEX bulk_operations_by_age ON bulk_operations (tenant_id, created_at, id);
CREATE INDEX bulk_operations_under_way ON bulk_operations (tenant_id, id) WHERE status = 'running';
COMMENT ON TABLE bulk_operations IS
  'One thing done to many appointments; no personal data. Previews that expired are kept a week, the others with the administration.';
COMMENT ON COLUMN bulk_operations.digest IS
  'SHA-256 of the frozen appointments with their versions; whoever starts the operation has seen its preview.';
CALL protect_tenant_table('bulk_operations');
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_operations TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('bulk_operation', 'previewed', 'expired'),
  ('bulk_operation', 'previewed', 'running'),
  ('bulk_operation', 'running', 'paused'),
  ('bulk_operation', 'running', 'finished'),
  ('bulk_operation', 'running', 'aborted'),
  ('bulk_operation', 'paused', 'running'),
  ('bulk_operation', 'paused', 'aborted');
CREATE TRIGGER bulk_operations_change_by_listed_transitions
  BEFORE UPDATE OF status ON bulk_operations FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('bulk_operation');

CREATE TABLE bulk_operation_texts (
  tenant_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  language text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (tenant_id, operation_id, language),
  FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations ON DELETE CASCADE,
  CONSTRAINT bulk_operation_texts_language_is_known CHECK (language IN ('it', 'de', 'fr', 'en')),
  CONSTRAINT bulk_operation_texts_are_short CHECK (char_length(text) BETWEEN 1 AND 2000)
);
COMMENT ON TABLE bulk_operation_texts IS
  'What an operation tells those concerned, per language, with the placeholders of templates; kept with the operation.';
CALL protect_tenant_table('bulk_operation_texts');
GRANT SELECT, INSERT, DELETE ON bulk_operation_texts TO sportello_service;

-- The items of an operation, some hundred to a row: a row each would cost more than the preview may take, and a part
-- is settled at once or not at all.
CREATE TABLE bulk_operation_parts (
  tenant_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  number integer NOT NULL,
  appointment_ids uuid[] NOT NULL,
  versions integer[] NOT NULL,
  in_conflict boolean[] NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  outcomes text[],
  event_ids uuid[],
  settled_at timestamptz,
  told_at timestamptz,
  PRIMARY KEY (tenant_id, operation_id, number),
  FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations ON DELETE CASCADE,
  CONSTRAINT bulk_operation_parts_are_numbered_from_zero CHECK (number >= 0),
  CONSTRAINT bulk_operation_parts_status_is_known CHECK (status IN ('pending', 'settled', 'told')),
  CONSTRAINT bulk_operation_parts_name_each_item_once CHECK (
    cardinality(appointment_ids) BETWEEN 1 AND 1000 AND cardinality(versions) = cardinality(appointment_ids)
    AND cardinality(in_conflict) = cardinality(appointment_ids)),
  CONSTRAINT bulk_operation_parts_settled_says_what_came_of_each CHECK (
    (status = 'pending') = (outcomes IS NULL) AND (outcomes IS NULL) = (settled_at IS NULL)
    AND (outcomes IS NULL) = (event_ids IS NULL)),
  CONSTRAINT bulk_operation_parts_have_one_outcome_per_item CHECK (cardinality(outcomes) = cardinality(appointment_ids)),
  CONSTRAINT bulk_operation_parts_outcomes_are_known CHECK (outcomes <@ ARRAY[
    'done', 'changed', 'ended', 'begun', 'no_time', 'refused']),
  CONSTRAINT bulk_operation_parts_told_says_when CHECK ((status = 'told') = (told_at IS NOT NULL))
);
CREATE INDEX bulk_operation_parts_to_do ON bulk_operation_parts (operation_id, number) WHERE status <> 'told';
COMMENT ON TABLE bulk_operation_parts IS
  'The appointments of an operation as the preview froze them, and what came of each; ids only, kept with the operation.';
COMMENT ON COLUMN bulk_operation_parts.outcomes IS
  'One per appointment, in their order: done, or why it was left as it is.';
CALL protect_tenant_table('bulk_operation_parts');
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_operation_parts TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('bulk_operation_part', 'pending', 'settled'),
  ('bulk_operation_part', 'settled', 'told');
CREATE TRIGGER bulk_operation_parts_change_by_listed_transitions
  BEFORE UPDATE OF status ON bulk_operation_parts FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('bulk_operation_part');

CREATE TABLE bulk_rebookings (
  tenant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  operation_id uuid NOT NULL,
  new_appointment_id uuid NOT NULL,
  had_priority boolean NOT NULL,
  rebooked_at timestamptz NOT NULL DEFAULT clock_now(),
  CONSTRAINT bulk_rebookings_happen_once PRIMARY KEY (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  FOREIGN KEY (tenant_id, new_appointment_id) REFERENCES appointments,
  FOREIGN KEY (tenant_id, operation_id) REFERENCES bulk_operations
);
COMMENT ON TABLE bulk_rebookings IS
  'Which visit somebody chose instead of one that an operation cancelled; ids only, kept with the operation.';
CALL protect_tenant_table('bulk_rebookings');
GRANT SELECT, INSERT ON bulk_rebookings TO sportello_service;
