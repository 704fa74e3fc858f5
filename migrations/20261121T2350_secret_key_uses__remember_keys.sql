-- A start with other keys than those that sealed the data would run, and fail at every name it opens.
CREATE TABLE secret_key_uses (
  kid text NOT NULL,
  check_value bytea NOT NULL,
  first_used_at timestamptz NOT NULL DEFAULT clock_now(),
  CONSTRAINT secret_key_uses_kid_is_unique PRIMARY KEY (kid),
  CONSTRAINT secret_key_uses_kid_fits_its_form CHECK (kid ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
  CONSTRAINT secret_key_uses_check_value_is_a_mac CHECK (octet_length(check_value) = 24)
);
COMMENT ON TABLE secret_key_uses IS
  'Which secret keys ever were current here, with a MAC that tells a key from another of the same name.';
GRANT SELECT, INSERT ON secret_key_uses TO sportello_service;
