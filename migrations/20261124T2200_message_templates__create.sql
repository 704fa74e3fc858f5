CREATE TABLE message_templates (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  service_id uuid,
  kind text NOT NULL,
  channel text NOT NULL,
  language text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_now(),
  updated_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services,
  CONSTRAINT message_templates_are_stated_once
    UNIQUE NULLS NOT DISTINCT (tenant_id, kind, channel, language, service_id),
  CONSTRAINT message_templates_kind_is_known CHECK (kind IN (
    'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up',
    'waitlist_offer', 'bulk_notice', 'urgent_notice')),
  CONSTRAINT message_templates_channel_is_read_by_people CHECK (channel IN ('email', 'sms')),
  CONSTRAINT message_templates_language_is_known CHECK (language IN ('it', 'de', 'fr', 'en')),
  CONSTRAINT message_templates_versions_rise_from_one CHECK (version >= 1)
);
COMMENT ON TABLE message_templates IS
  'Where an administration wrote its own text of messages, for one service or for all; kept while the tenant is.';
CALL protect_tenant_table('message_templates');
GRANT SELECT, INSERT, UPDATE ON message_templates TO sportello_service;

CREATE TABLE message_template_versions (
  tenant_id uuid NOT NULL,
  template_id uuid NOT NULL,
  version integer NOT NULL,
  content jsonb,
  restored_from integer,
  written_at timestamptz NOT NULL DEFAULT clock_now(),
  PRIMARY KEY (tenant_id, template_id, version),
  FOREIGN KEY (tenant_id, template_id) REFERENCES message_templates,
  CONSTRAINT message_template_versions_rise_from_one CHECK (version >= 1),
  CONSTRAINT message_template_versions_content_is_an_object CHECK (jsonb_typeof(content) = 'object'),
  CONSTRAINT message_template_versions_content_is_short CHECK (char_length(content::text) <= 100000),
  CONSTRAINT message_template_versions_restore_earlier_ones CHECK (restored_from BETWEEN 1 AND version - 1)
);
COMMENT ON TABLE message_template_versions IS
  'The newest 200 versions of each template as they were written; without content the shipped text was put back.';
CALL protect_tenant_table('message_template_versions');
GRANT SELECT, INSERT, DELETE ON message_template_versions TO sportello_service;
