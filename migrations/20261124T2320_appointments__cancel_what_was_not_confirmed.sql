-- Whoever does not say that he comes, when a service asks for it, loses the place: that is a reason of its own.
ALTER TABLE appointments DROP CONSTRAINT appointments_cancel_reason_is_known;
ALTER TABLE appointments ADD CONSTRAINT appointments_cancel_reason_is_known CHECK (cancel_reason IN (
  'not_needed', 'cannot_come', 'found_elsewhere', 'booked_twice', 'office_closed', 'staff_missing',
  'technical', 'lapsed', 'not_confirmed', 'not_entitled', 'other')) NOT VALID;
