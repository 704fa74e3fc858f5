-- What the slots of a resource were last made from and how far they reach, so that a run with nothing to do does nothing.
CREATE TABLE slot_generations (
  tenant_id uuid NOT NULL REFERENCES tenants,
  resource_id uuid NOT NULL,
  inputs_digest bytea NOT NULL,
  generated_to date NOT NULL,
  generated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, resource_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources,
  CONSTRAINT slot_generations_digest_is_a_sha256 CHECK (octet_length(inputs_digest) = 32)
);
COMMENT ON TABLE slot_generations IS 'From which openings, closures and holidays a resource''s slots were made, up to which local date.';
CALL protect_tenant_table('slot_generations');
GRANT SELECT, INSERT, UPDATE ON slot_generations TO sportello_service;
