-- Indexes that are not a primary key lead with the most telling column, never with the tenant: on a young table
-- without statistics the planner, and the foreign keys' cached plans, would take them for as good as the key.
CREATE TABLE slots (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id bigint GENERATED ALWAYS AS IDENTITY,
  resource_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  local_date date NOT NULL,
  ordinal integer NOT NULL,
  is_start boolean NOT NULL,
  mode text NOT NULL,
  capacity integer NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  FOREIGN KEY (tenant_id, opening_id) REFERENCES openings,
  CONSTRAINT slots_of_a_resource_start_once UNIQUE (resource_id, starts_at),
  CONSTRAINT slots_are_never_oversold CHECK (taken BETWEEN 0 AND capacity),
  CONSTRAINT slots_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT slots_ordinal_is_not_negative CHECK (ordinal >= 0),
  CONSTRAINT slots_mode_is_known CHECK (mode IN ('bookable', 'walk_in', 'undecided'))
) WITH (fillfactor = 70);
COMMENT ON TABLE slots IS 'One cell of a resource''s time; ordinal is its place among the cells of its opening on that local day.';
COMMENT ON COLUMN slots.is_start IS 'Whether an appointment may start here (the opening''s start step).';
CALL protect_tenant_table('slots');
GRANT SELECT, INSERT, UPDATE, DELETE ON slots TO sportello_service;

CREATE TABLE holds (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'open',
  site_id uuid NOT NULL,
  service_ids uuid[] NOT NULL,
  party_size integer NOT NULL,
  channel text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  legs jsonb NOT NULL,
  is_pinned boolean NOT NULL DEFAULT false,
  client_hash bytea,
  ttl_seconds integer NOT NULL,
  extensions integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CONSTRAINT holds_status_is_known CHECK (status IN ('open', 'confirmed', 'released', 'expired')),
  CONSTRAINT holds_ended_has_a_time CHECK ((status = 'open') = (ended_at IS NULL)),
  CONSTRAINT holds_extend_ten_times CHECK (extensions BETWEEN 0 AND 10),
  CONSTRAINT holds_channel_is_known CHECK (channel IN ('web', 'phone', 'counter', 'kiosk', 'api')),
  CONSTRAINT holds_party_is_positive CHECK (party_size BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX holds_one_open_per_client_and_service ON holds (tenant_id, client_hash, service_ids)
  WHERE status = 'open' AND client_hash IS NOT NULL;
CREATE INDEX holds_open_by_expiry ON holds (tenant_id, expires_at) WHERE status = 'open';
COMMENT ON TABLE holds IS 'A claim with an expiry, made before contact data are known.';
CALL protect_tenant_table('holds');
GRANT SELECT, INSERT, UPDATE, DELETE ON holds TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('hold', 'open', 'confirmed'),
  ('hold', 'open', 'released'),
  ('hold', 'open', 'expired');
CREATE TRIGGER holds_change_by_listed_transitions
  BEFORE UPDATE OF status ON holds FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('hold');

CREATE TABLE allocations (
  tenant_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  slot_id bigint NOT NULL,
  owner_kind text NOT NULL,
  owner_id uuid NOT NULL,
  leg smallint NOT NULL DEFAULT 0,
  units integer NOT NULL,
  is_counted boolean NOT NULL DEFAULT true,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, slot_id) REFERENCES slots,
  CONSTRAINT allocations_owner_is_known CHECK (owner_kind IN ('hold', 'appointment', 'offer', 'cooldown')),
  CONSTRAINT allocations_units_are_positive CHECK (units BETWEEN 1 AND 10000),
  CONSTRAINT allocations_expire_unless_booked CHECK ((owner_kind = 'appointment') = (expires_at IS NULL)),
  CONSTRAINT allocations_of_an_owner_are_stated_once UNIQUE (owner_id, slot_id, leg)
);
CREATE INDEX allocations_by_slot ON allocations (slot_id);
CREATE INDEX allocations_by_expiry ON allocations (tenant_id, expires_at) WHERE expires_at IS NOT NULL;
COMMENT ON TABLE allocations IS 'Units of one slot used by a hold, an appointment, an offer or a cool-down; slots.taken is the sum of the counted ones.';
CALL protect_tenant_table('allocations');
GRANT SELECT, INSERT, UPDATE, DELETE ON allocations TO sportello_service;

CREATE TABLE ceiling_counters (
  tenant_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  ceiling_id uuid NOT NULL,
  slot_id bigint,
  on_date date,
  capacity integer NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, ceiling_id) REFERENCES ceilings ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, slot_id) REFERENCES slots ON DELETE CASCADE,
  CONSTRAINT ceiling_counters_count_a_slot_or_a_day CHECK (num_nonnulls(slot_id, on_date) = 1),
  CONSTRAINT ceiling_counters_are_stated_once UNIQUE NULLS NOT DISTINCT (ceiling_id, slot_id, on_date),
  CONSTRAINT ceiling_counters_are_never_passed CHECK (taken BETWEEN 0 AND capacity)
);
CREATE INDEX ceiling_counters_by_slot ON ceiling_counters (slot_id) WHERE slot_id IS NOT NULL;
COMMENT ON TABLE ceiling_counters IS 'Units taken under one ceiling, for one slot or one local day.';
CALL protect_tenant_table('ceiling_counters');
GRANT SELECT, INSERT, UPDATE, DELETE ON ceiling_counters TO sportello_service;

CREATE TABLE ceiling_uses (
  tenant_id uuid NOT NULL,
  counter_id bigint NOT NULL,
  owner_id uuid NOT NULL,
  units integer NOT NULL,
  PRIMARY KEY (tenant_id, owner_id, counter_id),
  FOREIGN KEY (tenant_id, counter_id) REFERENCES ceiling_counters ON DELETE CASCADE,
  CONSTRAINT ceiling_uses_are_positive CHECK (units > 0)
);
CREATE INDEX ceiling_uses_by_counter ON ceiling_uses (counter_id);
COMMENT ON TABLE ceiling_uses IS 'Which hold or appointment took how many units under which ceiling.';
CALL protect_tenant_table('ceiling_uses');
GRANT SELECT, INSERT, UPDATE, DELETE ON ceiling_uses TO sportello_service;
