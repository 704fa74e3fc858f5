-- Places reserved for people who were cancelled are not what cools down: the waitlist may end the one, never the other.
ALTER TABLE allocations DROP CONSTRAINT allocations_owner_is_known;
ALTER TABLE allocations ADD CONSTRAINT allocations_owner_is_known
  CHECK (owner_kind IN ('hold', 'appointment', 'offer', 'cooldown', 'reserve')) NOT VALID;
COMMENT ON TABLE allocations IS
  'Units of one slot used by a hold, an appointment or an offer, cooling down, or reserved for people who were cancelled; slots.taken is the sum of the counted ones.';
