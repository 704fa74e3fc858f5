CREATE TABLE local_holidays (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  site_id uuid,
  month smallint NOT NULL,
  day smallint NOT NULL,
  name jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT local_holidays_are_dates CHECK (make_date(2000, month, day) IS NOT NULL),
  CONSTRAINT local_holidays_name_is_localized CHECK (jsonb_typeof(name) = 'object'),
  CONSTRAINT local_holidays_are_stated_once UNIQUE NULLS NOT DISTINCT (tenant_id, site_id, month, day)
);
COMMENT ON TABLE local_holidays IS 'Patron saints and other yearly holidays that no library knows, for a tenant or one site.';
CALL protect_tenant_table('local_holidays');
GRANT SELECT, INSERT, UPDATE, DELETE ON local_holidays TO sportello_service;

CREATE TABLE sites (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  address text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  directions jsonb NOT NULL DEFAULT '{}',
  time_zone text NOT NULL,
  holiday_country text,
  holiday_region text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT sites_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT sites_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT sites_name_is_localized CHECK (jsonb_typeof(name) = 'object')
);
COMMENT ON TABLE sites IS 'A place with an address and an IANA time zone: town hall, pool, landfill.';
CALL protect_tenant_table('sites');
GRANT SELECT, INSERT, UPDATE ON sites TO sportello_service;
ALTER TABLE local_holidays ADD FOREIGN KEY (tenant_id, site_id) REFERENCES sites;

CREATE TABLE eligibility_lists (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT eligibility_lists_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT eligibility_lists_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);
COMMENT ON TABLE eligibility_lists IS 'Who may book a service, such as the registered payers of the waste tax.';
CALL protect_tenant_table('eligibility_lists');
GRANT SELECT, INSERT, UPDATE, DELETE ON eligibility_lists TO sportello_service;

CREATE TABLE eligibility_entries (
  tenant_id uuid NOT NULL REFERENCES tenants,
  list_id uuid NOT NULL,
  key_hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, list_id, key_hash),
  FOREIGN KEY (tenant_id, list_id) REFERENCES eligibility_lists ON DELETE CASCADE,
  CONSTRAINT eligibility_entries_hold_a_keyed_hash CHECK (octet_length(key_hash) = 32)
);
COMMENT ON TABLE eligibility_entries IS 'Keyed hashes of the normalised keys on a list; never the keys themselves.';
CALL protect_tenant_table('eligibility_entries');
GRANT SELECT, INSERT, DELETE ON eligibility_entries TO sportello_service;

CREATE TABLE services (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  description jsonb NOT NULL DEFAULT '{}',
  noun text NOT NULL DEFAULT 'appointment',
  visibility text NOT NULL DEFAULT 'public',
  duration_minutes integer NOT NULL,
  extra_minutes_per_person integer NOT NULL DEFAULT 0,
  buffer_before_minutes integer NOT NULL DEFAULT 0,
  buffer_after_minutes integer NOT NULL DEFAULT 0,
  places_per_person integer NOT NULL DEFAULT 0,
  party_size_max integer NOT NULL DEFAULT 1,
  roles text[] NOT NULL DEFAULT '{desk}',
  leg_gap_max_minutes integer NOT NULL DEFAULT 30,
  notice_minutes integer NOT NULL DEFAULT 0,
  horizon_days integer NOT NULL DEFAULT 60,
  publication_time time NOT NULL DEFAULT '00:00',
  publication_portions jsonb,
  cancel_limit_minutes integer NOT NULL DEFAULT 0,
  change_limit_minutes integer NOT NULL DEFAULT 0,
  hold_ttl_seconds integer NOT NULL DEFAULT 180,
  is_scarce boolean NOT NULL DEFAULT false,
  cool_down_seconds integer NOT NULL DEFAULT 0,
  valid_until_rules jsonb NOT NULL DEFAULT '[]',
  eligibility_list_id uuid,
  eligibility_field text,
  fields jsonb NOT NULL DEFAULT '[]',
  documents jsonb NOT NULL DEFAULT '[]',
  fees jsonb NOT NULL DEFAULT '[]',
  late_note jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, eligibility_list_id) REFERENCES eligibility_lists,
  CONSTRAINT services_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT services_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT services_name_is_localized CHECK (jsonb_typeof(name) = 'object'),
  CONSTRAINT services_noun_is_known CHECK (noun IN ('appointment', 'booking')),
  CONSTRAINT services_visibility_is_known CHECK (visibility IN ('public', 'hidden', 'invitation')),
  CONSTRAINT services_last_between_a_minute_and_a_day CHECK (duration_minutes BETWEEN 1 AND 1440),
  CONSTRAINT services_extra_minutes_fit_a_day CHECK (extra_minutes_per_person BETWEEN 0 AND 1440),
  CONSTRAINT services_buffers_fit_a_shift CHECK (
    buffer_before_minutes BETWEEN 0 AND 480 AND buffer_after_minutes BETWEEN 0 AND 480),
  CONSTRAINT services_places_per_person_are_few CHECK (places_per_person BETWEEN 0 AND 10),
  CONSTRAINT services_party_fits_a_bus CHECK (party_size_max BETWEEN 1 AND 100),
  CONSTRAINT services_need_a_role CHECK (cardinality(roles) BETWEEN 1 AND 4),
  CONSTRAINT services_leg_gap_fits_a_shift CHECK (leg_gap_max_minutes BETWEEN 0 AND 480),
  CONSTRAINT services_notice_fits_a_quarter CHECK (notice_minutes BETWEEN 0 AND 129600),
  CONSTRAINT services_horizon_fits_two_years CHECK (horizon_days BETWEEN 0 AND 730),
  CONSTRAINT services_limits_fit_a_quarter CHECK (
    cancel_limit_minutes BETWEEN 0 AND 129600 AND change_limit_minutes BETWEEN 0 AND 129600),
  CONSTRAINT services_hold_lasts_half_a_minute_to_an_hour CHECK (hold_ttl_seconds BETWEEN 30 AND 3600),
  CONSTRAINT services_cool_down_only_where_scarce CHECK (
    cool_down_seconds BETWEEN 0 AND 86400 AND (is_scarce OR cool_down_seconds = 0)),
  CONSTRAINT services_eligibility_has_list_and_field CHECK (
    (eligibility_list_id IS NULL) = (eligibility_field IS NULL))
);
COMMENT ON TABLE services IS 'What a citizen comes for: how long it takes, who may book it when, what to bring.';
CALL protect_tenant_table('services');
GRANT SELECT, INSERT, UPDATE ON services TO sportello_service;

CREATE TABLE service_limits (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  key_source text NOT NULL,
  count_max integer NOT NULL,
  counted text NOT NULL DEFAULT 'appointments',
  period text NOT NULL,
  rolling_days integer,
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT service_limits_key_is_a_person_or_a_field CHECK (key_source = 'person' OR key_source ~ '^field:[a-z0-9_]{1,60}$'),
  CONSTRAINT service_limits_count_is_positive CHECK (count_max BETWEEN 1 AND 1000),
  CONSTRAINT service_limits_count_something_known CHECK (counted IN ('appointments', 'participants')),
  CONSTRAINT service_limits_period_is_known CHECK (period IN ('day', 'week', 'month', 'year', 'rolling', 'open')),
  CONSTRAINT service_limits_rolling_has_days CHECK ((period = 'rolling') = (rolling_days IS NOT NULL)),
  CONSTRAINT service_limits_rolling_fits_two_years CHECK (rolling_days BETWEEN 1 AND 731)
);
COMMENT ON TABLE service_limits IS 'How many appointments one person or household may have in a period.';
CALL protect_tenant_table('service_limits');
GRANT SELECT, INSERT, UPDATE ON service_limits TO sportello_service;

CREATE TABLE invitations (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  uses_max integer NOT NULL DEFAULT 1,
  uses integer NOT NULL DEFAULT 0,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT invitations_code_is_unique UNIQUE (tenant_id, service_id, code_hash),
  CONSTRAINT invitations_are_not_overused CHECK (uses BETWEEN 0 AND uses_max),
  CONSTRAINT invitations_uses_fit_a_town CHECK (uses_max BETWEEN 1 AND 100000)
);
COMMENT ON TABLE invitations IS 'Codes that open a service by invitation; only keyed hashes are stored.';
CALL protect_tenant_table('invitations');
GRANT SELECT, INSERT, UPDATE ON invitations TO sportello_service;

CREATE TABLE resources (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  code text NOT NULL,
  name jsonb NOT NULL,
  role text NOT NULL DEFAULT 'desk',
  cell_minutes integer NOT NULL,
  is_choosable boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CONSTRAINT resources_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT resources_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT resources_name_is_localized CHECK (jsonb_typeof(name) = 'object'),
  CONSTRAINT resources_role_is_plain CHECK (role ~ '^[a-z][a-z_]{0,30}$'),
  CONSTRAINT resources_cells_last_5_to_60_minutes CHECK (cell_minutes BETWEEN 5 AND 60)
);
COMMENT ON TABLE resources IS 'What is used up while serving: desks, lanes, bays, rooms, an officer''s diary.';
CALL protect_tenant_table('resources');
GRANT SELECT, INSERT, UPDATE ON resources TO sportello_service;

CREATE TABLE resource_services (
  tenant_id uuid NOT NULL,
  resource_id uuid NOT NULL,
  service_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, resource_id, service_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services
);
CREATE INDEX resource_services_by_service ON resource_services (service_id);
COMMENT ON TABLE resource_services IS 'Which services a resource offers.';
CALL protect_tenant_table('resource_services');
GRANT SELECT, INSERT, DELETE ON resource_services TO sportello_service;
