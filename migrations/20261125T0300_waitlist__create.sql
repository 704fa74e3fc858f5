CREATE TABLE waitlist_settings (
  tenant_id uuid NOT NULL REFERENCES tenants,
  service_id uuid NOT NULL,
  is_on boolean NOT NULL,
  people_per_place integer NOT NULL,
  answer_minutes integer NOT NULL,
  lapses_max integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, service_id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT waitlist_settings_ask_one_to_twenty CHECK (people_per_place BETWEEN 1 AND 20),
  CONSTRAINT waitlist_settings_leave_time_to_answer CHECK (answer_minutes BETWEEN 15 AND 10080),
  CONSTRAINT waitlist_settings_forgive_few_lapses CHECK (lapses_max BETWEEN 1 AND 10)
);
COMMENT ON TABLE waitlist_settings IS
  'Whether a service has a waitlist, how many people one freed place is offered to, and for how long; no personal data.';
CALL protect_tenant_table('waitlist_settings');
GRANT SELECT, INSERT, UPDATE ON waitlist_settings TO sportello_service;

CREATE TABLE waitlist_entries (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'waiting',
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
  waiting_since timestamptz NOT NULL DEFAULT clock_now(),
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT waitlist_entries_status_is_known CHECK (status IN (
    'waiting', 'offered', 'fulfilled', 'withdrawn', 'lapsed', 'expired')),
  CONSTRAINT waitlist_entries_ended_says_when CHECK ((status IN ('waiting', 'offered')) = (ended_at IS NULL)),
  CONSTRAINT waitlist_entries_want_one_to_five_services CHECK (cardinality(service_ids) BETWEEN 1 AND 5),
  CONSTRAINT waitlist_entries_want_one_to_twenty_sites CHECK (cardinality(site_ids) BETWEEN 1 AND 20),
  CONSTRAINT waitlist_entries_end_after_they_begin CHECK (to_on >= from_on),
  CONSTRAINT waitlist_entries_want_known_weekdays CHECK (
    cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
  CONSTRAINT waitlist_entries_want_a_part_of_the_day CHECK (
    from_time ~ '^([01]\d|2[0-3]):[0-5]\d$' AND to_time ~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$' AND from_time < to_time),
  CONSTRAINT waitlist_entries_party_is_positive CHECK (party_size BETWEEN 1 AND 100),
  CONSTRAINT waitlist_entries_channel_is_known CHECK (channel IN ('web', 'phone', 'counter', 'kiosk', 'api')),
  CONSTRAINT waitlist_entries_count_lapses CHECK (lapses >= 0),
  CONSTRAINT waitlist_entries_person_is_a_keyed_hash CHECK (octet_length(person_hash) = 32)
);
CREATE UNIQUE INDEX waitlist_entries_one_open_per_person_and_services
  ON waitlist_entries (person_hash, service_ids, tenant_id)
  WHERE status IN ('waiting', 'offered') AND person_hash IS NOT NULL;
CREATE INDEX waitlist_entries_in_order ON waitlist_entries (tenant_id, (NOT has_priority), waiting_since, id)
  WHERE status = 'waiting';
CREATE INDEX waitlist_entries_open_by_end ON waitlist_entries (tenant_id, to_on) WHERE status IN ('waiting', 'offered');
CREATE INDEX waitlist_entries_by_appointment ON waitlist_entries (appointment_id) WHERE appointment_id IS NOT NULL;
COMMENT ON TABLE waitlist_entries IS
  'A wish for a free, or an earlier, place: which services, where, on which days and hours; one person''s, once per services.';
COMMENT ON COLUMN waitlist_entries.people_encrypted IS
  'Who books and for whom, and the answers, as the booking needs them; sealed per tenant; erased 30 days after the wish ended.';
COMMENT ON COLUMN waitlist_entries.person_hash IS
  'Keyed hash by which one person waits once per services; null where only a name is known; erased with the people.';
COMMENT ON COLUMN waitlist_entries.waiting_since IS 'Place in the order: when the wish was made.';
CREATE POLICY rows_belong_to_the_current_tenant ON waitlist_entries
  USING (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
ALTER TABLE waitlist_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE waitlist_entries FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON waitlist_entries TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('waitlist_entry', 'waiting', 'offered'),
  ('waitlist_entry', 'waiting', 'withdrawn'),
  ('waitlist_entry', 'waiting', 'expired'),
  ('waitlist_entry', 'offered', 'waiting'),
  ('waitlist_entry', 'offered', 'fulfilled'),
  ('waitlist_entry', 'offered', 'withdrawn'),
  ('waitlist_entry', 'offered', 'lapsed');
CREATE TRIGGER waitlist_entries_change_by_listed_transitions
  BEFORE UPDATE OF status ON waitlist_entries FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('waitlist_entry');

-- Its id owns the allocations, so that one held place can be offered to several people.
CREATE TABLE waitlist_places (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'held',
  site_id uuid NOT NULL,
  service_ids uuid[] NOT NULL,
  party_size integer NOT NULL,
  channel text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  legs jsonb NOT NULL,
  answer_by timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CONSTRAINT waitlist_places_status_is_known CHECK (status IN ('held', 'taken', 'returned')),
  CONSTRAINT waitlist_places_ended_says_when CHECK ((status = 'held') = (ended_at IS NULL)),
  CONSTRAINT waitlist_places_are_answered_before_they_begin CHECK (answer_by < starts_at)
);
CREATE INDEX waitlist_places_held ON waitlist_places (tenant_id, answer_by) WHERE status = 'held';
COMMENT ON TABLE waitlist_places IS
  'A place that is held while people who wait are asked; its id owns the allocations. No personal data, kept as its offers.';
CALL protect_tenant_table('waitlist_places');
GRANT SELECT, INSERT, UPDATE ON waitlist_places TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('waitlist_place', 'held', 'taken'),
  ('waitlist_place', 'held', 'returned');
CREATE TRIGGER waitlist_places_change_by_listed_transitions
  BEFORE UPDATE OF status ON waitlist_places FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('waitlist_place');

CREATE TABLE waitlist_offers (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  place_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'offered',
  way text NOT NULL,
  appointment_id uuid,
  calls integer NOT NULL DEFAULT 0,
  call_outcome text,
  next_call_at timestamptz NOT NULL DEFAULT clock_now(),
  called_by uuid,
  called_until timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, place_id) REFERENCES waitlist_places,
  FOREIGN KEY (tenant_id, entry_id) REFERENCES waitlist_entries,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments,
  CONSTRAINT waitlist_offers_status_is_known CHECK (status IN (
    'offered', 'accepted', 'declined', 'expired', 'superseded')),
  CONSTRAINT waitlist_offers_ended_says_when CHECK ((status = 'offered') = (ended_at IS NULL)),
  CONSTRAINT waitlist_offers_accepted_names_the_appointment CHECK ((status = 'accepted') = (appointment_id IS NOT NULL)),
  CONSTRAINT waitlist_offers_way_is_known CHECK (way IN ('email', 'sms', 'phone')),
  CONSTRAINT waitlist_offers_call_outcome_is_known CHECK (call_outcome IN (
    'reached', 'left_message', 'not_reached', 'wrong_number', 'no_number')),
  CONSTRAINT waitlist_offers_calls_are_not_negative CHECK (calls >= 0),
  CONSTRAINT waitlist_offers_called_says_by_whom_until CHECK ((called_by IS NULL) = (called_until IS NULL)),
  CONSTRAINT waitlist_offers_of_a_place_go_to_a_person_once UNIQUE (place_id, entry_id, tenant_id)
);
CREATE UNIQUE INDEX waitlist_offers_one_open_per_wish ON waitlist_offers (entry_id, tenant_id) WHERE status = 'offered';
CREATE UNIQUE INDEX waitlist_offers_one_accepted_per_place ON waitlist_offers (place_id, tenant_id)
  WHERE status = 'accepted';
CREATE INDEX waitlist_offers_by_entry ON waitlist_offers (entry_id);
COMMENT ON TABLE waitlist_offers IS
  'A held place offered to one wish until a deadline, and what came of it; no personal data, kept as long as the wish.';
CALL protect_tenant_table('waitlist_offers');
GRANT SELECT, INSERT, UPDATE ON waitlist_offers TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('waitlist_offer', 'offered', 'accepted'),
  ('waitlist_offer', 'offered', 'declined'),
  ('waitlist_offer', 'offered', 'expired'),
  ('waitlist_offer', 'offered', 'superseded');
CREATE TRIGGER waitlist_offers_change_by_listed_transitions
  BEFORE UPDATE OF status ON waitlist_offers FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('waitlist_offer');
