-- Staff may have somebody called about a conflict, whether or not he could be written to.
ALTER TABLE phone_tasks DROP CONSTRAINT phone_tasks_cause_is_known;
ALTER TABLE phone_tasks ADD CONSTRAINT phone_tasks_cause_is_known CHECK (cause IN (
  'no_contact', 'failed', 'unknown', 'bounced', 'asked_for')) NOT VALID;
