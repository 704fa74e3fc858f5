CREATE TABLE service_suspensions (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  service_id uuid NOT NULL,
  site_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  lifted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CONSTRAINT service_suspensions_end_after_they_start CHECK (ends_at > starts_at)
);
CREATE INDEX service_suspensions_in_force ON service_suspensions (tenant_id, site_id, service_id, ends_at)
  WHERE lifted_at IS NULL;
COMMENT ON TABLE service_suspensions IS
  'Times at which a service is not given at a site, though its resources are open for others; no personal data, kept with the administration.';
CALL protect_tenant_table('service_suspensions');
GRANT SELECT, INSERT, UPDATE ON service_suspensions TO sportello_service;
