-- The service's own database role: it owns nothing and cannot bypass row-level security.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sportello_service') THEN
    CREATE ROLE sportello_service NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO sportello_service;

-- How far tests shift the clock. The service may read it and never write it.
CREATE TABLE clock_shift (
  is_the_only_row boolean PRIMARY KEY DEFAULT true,
  shift interval NOT NULL DEFAULT '0',
  CONSTRAINT clock_shift_has_one_row CHECK (is_the_only_row)
);
INSERT INTO clock_shift DEFAULT VALUES;
GRANT SELECT ON clock_shift TO sportello_service;

-- The one clock of all SQL: real time (it moves inside a transaction), plus the tests' shift.
CREATE FUNCTION clock_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT clock_timestamp() + (SELECT shift FROM clock_shift) $$;

-- The tenant this transaction works for; NULL outside a tenant's transaction, so that every policy denies.
CREATE FUNCTION current_tenant_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('sportello.tenant_id', true), '')::uuid $$;

-- Whether this transaction is the worker's or the router's own, across tenants (tenants and outbox only).
CREATE FUNCTION is_system_scope() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(current_setting('sportello.scope', true), '') = 'system' $$;

-- Turns row-level security on and forces it, with the one policy that every tenant's table has.
CREATE PROCEDURE protect_tenant_table(table_name regclass)
LANGUAGE plpgsql
AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
  EXECUTE format(
    'CREATE POLICY rows_belong_to_the_current_tenant ON %s
       USING (tenant_id = (SELECT current_tenant_id()))
       WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
END
$$;

-- The allowed changes of every state machine; a trigger refuses all others.
CREATE TABLE state_transitions (
  machine text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  PRIMARY KEY (machine, from_state, to_state)
);
GRANT SELECT ON state_transitions TO sportello_service;

CREATE FUNCTION refuse_unlisted_transition() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM state_transitions
    WHERE machine = TG_ARGV[0] AND from_state = OLD.status AND to_state = NEW.status
  ) THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_ARGV[0], OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0] || '_transition_is_listed';
  END IF;
  RETURN NEW;
END
$$;

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  slug text NOT NULL,
  name jsonb NOT NULL,
  languages text[] NOT NULL,
  default_language text NOT NULL,
  time_zone text NOT NULL,
  holiday_country text NOT NULL,
  holiday_region text,
  contact jsonb NOT NULL DEFAULT '{}',
  is_training boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  retired_at timestamptz,
  CONSTRAINT tenants_slug_is_unique UNIQUE (slug),
  CONSTRAINT tenants_slug_fits_a_path CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  CONSTRAINT tenants_name_is_localized CHECK (jsonb_typeof(name) = 'object'),
  CONSTRAINT tenants_default_language_is_offered CHECK (default_language = ANY (languages))
);
COMMENT ON TABLE tenants IS 'One administration; everything else belongs to exactly one.';
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_belong_to_the_current_tenant ON tenants
  USING (id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()))
  WITH CHECK (id = (SELECT current_tenant_id()) OR (SELECT is_system_scope()));
GRANT SELECT, INSERT, UPDATE ON tenants TO sportello_service;

CREATE TABLE api_keys (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  expires_at timestamptz,
  last_used_on date,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_kind_is_known CHECK (kind IN ('secret', 'publishable')),
  CONSTRAINT api_keys_secret_is_a_sha256 CHECK (octet_length(secret_hash) = 32),
  CONSTRAINT api_keys_name_is_short CHECK (char_length(name) BETWEEN 1 AND 100)
);
COMMENT ON TABLE api_keys IS 'Secret keys of staff and systems, publishable keys of widgets; only hashes are stored.';
CALL protect_tenant_table('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO sportello_service;
