-- Whoever lost a shared offer is told that he keeps his place in the order.
ALTER TABLE messages DROP CONSTRAINT messages_kind_is_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_is_known CHECK (kind IN (
  'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up', 'waitlist_offer',
  'waitlist_taken', 'bulk_notice', 'urgent_notice')) NOT VALID;
ALTER TABLE message_templates DROP CONSTRAINT message_templates_kind_is_known;
ALTER TABLE message_templates ADD CONSTRAINT message_templates_kind_is_known CHECK (kind IN (
  'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up', 'waitlist_offer',
  'waitlist_taken', 'bulk_notice', 'urgent_notice')) NOT VALID;
ALTER TABLE phone_tasks DROP CONSTRAINT phone_tasks_kind_is_known;
ALTER TABLE phone_tasks ADD CONSTRAINT phone_tasks_kind_is_known CHECK (kind IN (
  'confirmation', 'change', 'cancellation', 'reminder', 'please_confirm', 'released', 'follow_up', 'waitlist_offer',
  'waitlist_taken', 'bulk_notice', 'urgent_notice')) NOT VALID;
