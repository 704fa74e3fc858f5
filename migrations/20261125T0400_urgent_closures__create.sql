CREATE TABLE urgent_closures (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  status text NOT NULL DEFAULT 'previewed',
  site_id uuid NOT NULL,
  resource_ids uuid[],
  service_id uuid,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  is_suspension boolean NOT NULL,
  on_the_way_minutes integer NOT NULL,
  reason jsonb NOT NULL,
  numbers jsonb NOT NULL,
  digest bytea NOT NULL,
  closure_ids uuid[] NOT NULL DEFAULT '{}',
  operation_ids uuid[] NOT NULL DEFAULT '{}',
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  expires_at timestamptz NOT NULL,
  started_at timestamptz,
  lifted_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT urgent_closures_close_resources_or_a_service CHECK (resource_ids IS NULL OR service_id IS NULL),
  CONSTRAINT urgent_closures_status_is_known CHECK (status IN ('previewed', 'active', 'lifted')),
  CONSTRAINT urgent_closures_name_some_resources CHECK (cardinality(resource_ids) BETWEEN 1 AND 100),
  CONSTRAINT urgent_closures_end_after_they_start CHECK (ends_at > starts_at),
  CONSTRAINT urgent_closures_last_a_day CHECK (ends_at <= starts_at + interval '25 hours'),
  CONSTRAINT urgent_closures_way_is_bounded CHECK (on_the_way_minutes BETWEEN 0 AND 240),
  CONSTRAINT urgent_closures_documents_are_objects CHECK (
    jsonb_typeof(reason) = 'object' AND jsonb_typeof(numbers) = 'object'),
  CONSTRAINT urgent_closures_digest_is_a_sha256 CHECK (octet_length(digest) = 32),
  CONSTRAINT urgent_closures_started_says_when CHECK ((status = 'previewed') = (started_at IS NULL)),
  CONSTRAINT urgent_closures_lifted_says_when CHECK ((status = 'lifted') = (lifted_at IS NOT NULL)),
  CONSTRAINT urgent_closures_versions_rise_from_one CHECK (version >= 1)
);
CREATE INDEX urgent_closures_of_a_site ON urgent_closures (tenant_id, site_id, ends_at) WHERE status = 'active';
CREATE INDEX urgent_closures_by_age ON urgent_closures (tenant_id, created_at, id);
COMMENT ON TABLE urgent_closures IS
  'What was closed at once today, and why; no personal data. Previews that expired are kept an hour, the others with the administration.';
COMMENT ON COLUMN urgent_closures.resource_ids IS 'What of the site is closed; null: all of it.';
COMMENT ON COLUMN urgent_closures.service_id IS
  'The service that is suspended at the site, while its resources stay open for others; null: what is closed is a place.';
COMMENT ON COLUMN urgent_closures.is_suspension IS
  'Whether it opens again on the same day, so that people can wait; otherwise it is closed for the rest of the day.';
COMMENT ON COLUMN urgent_closures.digest IS
  'SHA-256 of what its preview showed; whoever starts it has seen that.';
CALL protect_tenant_table('urgent_closures');
GRANT SELECT, INSERT, UPDATE, DELETE ON urgent_closures TO sportello_service;
INSERT INTO state_transitions (machine, from_state, to_state) VALUES
  ('urgent_closure', 'previewed', 'active'),
  ('urgent_closure', 'active', 'lifted');
CREATE TRIGGER urgent_closures_change_by_listed_transitions
  BEFORE UPDATE OF status ON urgent_closures FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('urgent_closure');

CREATE TABLE urgent_closure_visits (
  tenant_id uuid NOT NULL,
  closure_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  place text NOT NULL,
  PRIMARY KEY (tenant_id, closure_id, appointment_id),
  FOREIGN KEY (tenant_id, closure_id) REFERENCES urgent_closures ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments ON DELETE CASCADE,
  CONSTRAINT urgent_closure_visits_place_is_known CHECK (place IN ('kept', 'moved', 'lost'))
);
CREATE INDEX urgent_closure_visits_of_an_appointment ON urgent_closure_visits (tenant_id, appointment_id);
COMMENT ON TABLE urgent_closure_visits IS
  'Whom an urgent closure hit; ids only, kept with the closure.';
COMMENT ON COLUMN urgent_closure_visits.starts_at IS 'When the visit was to begin; who chose another time is told no more.';
COMMENT ON COLUMN urgent_closure_visits.place IS
  'kept: served after it opens again, beyond capacity; moved: at an equivalent resource at the same time; lost: has to choose.';
CALL protect_tenant_table('urgent_closure_visits');
GRANT SELECT, INSERT, UPDATE, DELETE ON urgent_closure_visits TO sportello_service;
