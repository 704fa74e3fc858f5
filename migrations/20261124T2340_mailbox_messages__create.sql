-- What would have been sent, where nothing can be: with the embedded database and without a provider.
CREATE TABLE mailbox_messages (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  channel text NOT NULL,
  reference text NOT NULL,
  content_encrypted bytea NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT mailbox_messages_channel_is_known CHECK (channel IN ('email', 'sms')),
  CONSTRAINT mailbox_messages_reference_is_short CHECK (char_length(reference) BETWEEN 1 AND 320)
);
COMMENT ON TABLE mailbox_messages IS
  'What would have been sent, for /dev/mailbox; written with the embedded database only; the newest 500 of each administration.';
COMMENT ON COLUMN mailbox_messages.content_encrypted IS
  'Address or number, subject and text; sealed per tenant; gone when 500 newer ones are there.';
CALL protect_tenant_table('mailbox_messages');
GRANT SELECT, INSERT, DELETE ON mailbox_messages TO sportello_service;
