CREATE TABLE openings (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  resource_id uuid NOT NULL,
  code text NOT NULL,
  kind text NOT NULL,
  rrule text,
  starts_on date NOT NULL,
  ends_on date,
  start_time time NOT NULL,
  end_time time NOT NULL,
  start_step_minutes integer NOT NULL,
  capacity integer NOT NULL,
  mode text NOT NULL DEFAULT 'bookable',
  runs_on_holidays boolean NOT NULL DEFAULT false,
  overrides_closures boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  CONSTRAINT openings_code_is_unique UNIQUE (tenant_id, resource_id, code),
  CONSTRAINT openings_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT openings_kind_is_known CHECK (kind IN ('recurring', 'extra')),
  CONSTRAINT openings_recur_by_a_rule CHECK ((kind = 'recurring') = (rrule IS NOT NULL)),
  CONSTRAINT openings_rule_is_short CHECK (char_length(rrule) <= 500),
  CONSTRAINT openings_end_after_they_start CHECK (ends_on >= starts_on),
  CONSTRAINT openings_extra_ones_end CHECK (kind = 'recurring' OR (ends_on IS NOT NULL AND ends_on - starts_on <= 366)),
  CONSTRAINT openings_step_fits_a_day CHECK (start_step_minutes BETWEEN 5 AND 1440),
  CONSTRAINT openings_capacity_fits_a_pool CHECK (capacity BETWEEN 0 AND 10000),
  CONSTRAINT openings_mode_is_known CHECK (mode IN ('bookable', 'walk_in', 'undecided')),
  CONSTRAINT openings_only_extra_ones_override CHECK (kind = 'extra' OR NOT overrides_closures)
);
CREATE INDEX openings_by_resource ON openings (resource_id);
COMMENT ON TABLE openings IS 'Availability of a resource in local wall time: recurring by a rule, or extra on stated days.';
CALL protect_tenant_table('openings');
GRANT SELECT, INSERT, UPDATE ON openings TO sportello_service;

CREATE TABLE opening_services (
  tenant_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  service_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, opening_id, service_id),
  FOREIGN KEY (tenant_id, opening_id) REFERENCES openings,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services
);
COMMENT ON TABLE opening_services IS 'Restricts an opening to some of its resource''s services; without rows it serves them all.';
CALL protect_tenant_table('opening_services');
GRANT SELECT, INSERT, DELETE ON opening_services TO sportello_service;

CREATE TABLE opening_versions (
  tenant_id uuid NOT NULL,
  opening_id uuid NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, opening_id, version),
  FOREIGN KEY (tenant_id, opening_id) REFERENCES openings
);
COMMENT ON TABLE opening_versions IS 'Every version of an opening as it was stated, so that old bookings keep their rule.';
CALL protect_tenant_table('opening_versions');
GRANT SELECT, INSERT ON opening_versions TO sportello_service;

CREATE TABLE ceilings (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  opening_id uuid NOT NULL,
  scope text NOT NULL,
  channel text,
  service_id uuid,
  capacity integer NOT NULL,
  lifted_days_before integer,
  lifted_time time,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, opening_id) REFERENCES openings,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT ceilings_are_stated_once UNIQUE NULLS NOT DISTINCT (tenant_id, opening_id, scope, channel, service_id),
  CONSTRAINT ceilings_scope_is_known CHECK (scope IN ('cell', 'day')),
  CONSTRAINT ceilings_channel_is_known CHECK (channel IN ('web', 'phone', 'counter', 'kiosk', 'api')),
  CONSTRAINT ceilings_narrow_a_channel_or_a_service CHECK (num_nonnulls(channel, service_id) >= 1),
  CONSTRAINT ceilings_capacity_is_not_negative CHECK (capacity BETWEEN 0 AND 100000),
  CONSTRAINT ceilings_lifted_by_day_and_hour CHECK ((lifted_days_before IS NULL) = (lifted_time IS NULL)),
  CONSTRAINT ceilings_lifted_within_a_quarter CHECK (lifted_days_before BETWEEN 0 AND 90)
);
CREATE INDEX ceilings_by_opening ON ceilings (opening_id);
COMMENT ON TABLE ceilings IS 'At most so many units of an opening''s cell or day for one channel or service, until lifted.';
CALL protect_tenant_table('ceilings');
GRANT SELECT, INSERT, UPDATE, DELETE ON ceilings TO sportello_service;

CREATE TABLE closures (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  code text NOT NULL,
  site_id uuid,
  resource_id uuid,
  starts_on date NOT NULL,
  start_time time NOT NULL DEFAULT '00:00',
  ends_on date NOT NULL,
  end_time time NOT NULL DEFAULT '24:00',
  reason jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  CONSTRAINT closures_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT closures_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT closures_concern_one_scope CHECK (num_nonnulls(site_id, resource_id) <= 1),
  CONSTRAINT closures_end_after_they_start CHECK (
    (ends_on > starts_on OR (ends_on = starts_on AND end_time > start_time)) AND ends_on - starts_on <= 366)
);
COMMENT ON TABLE closures IS 'Dated absence of openings for a resource, a site or (neither named) the whole tenant, in the site''s wall time.';
CALL protect_tenant_table('closures');
GRANT SELECT, INSERT, UPDATE ON closures TO sportello_service;

CREATE TABLE day_marks (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  code text NOT NULL,
  site_id uuid,
  resource_id uuid,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  mode text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  CONSTRAINT day_marks_code_is_unique UNIQUE (tenant_id, code),
  CONSTRAINT day_marks_code_is_plain CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  CONSTRAINT day_marks_concern_one_scope CHECK (num_nonnulls(site_id, resource_id) <= 1),
  CONSTRAINT day_marks_end_after_they_start CHECK (ends_on >= starts_on AND ends_on - starts_on <= 366),
  CONSTRAINT day_marks_mode_is_known CHECK (mode IN ('bookable', 'walk_in', 'undecided'))
);
COMMENT ON TABLE day_marks IS 'Days on which openings are walk-in only, undecided or bookable against their own mode.';
CALL protect_tenant_table('day_marks');
GRANT SELECT, INSERT, UPDATE ON day_marks TO sportello_service;
