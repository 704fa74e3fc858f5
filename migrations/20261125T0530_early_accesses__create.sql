CREATE TABLE early_accesses (
  tenant_id uuid NOT NULL REFERENCES tenants,
  owner_id uuid NOT NULL,
  service_id uuid NOT NULL,
  site_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  public_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, owner_id, service_id, site_id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CONSTRAINT early_accesses_end_after_they_start CHECK (ends_at > starts_at)
);
CREATE INDEX early_accesses_in_force ON early_accesses (tenant_id, service_id, public_at);
COMMENT ON TABLE early_accesses IS
  'Days on which a service at a site is published to people who were cancelled before it is to everybody; no personal data, deleted a day after that.';
COMMENT ON COLUMN early_accesses.owner_id IS 'The operation that cancelled them.';
COMMENT ON COLUMN early_accesses.public_at IS 'From then on everybody may book these days.';
CALL protect_tenant_table('early_accesses');
GRANT SELECT, INSERT, DELETE ON early_accesses TO sportello_service;
