ALTER TABLE waitlist_offers ADD COLUMN loss_noted_at timestamptz;
COMMENT ON COLUMN waitlist_offers.loss_noted_at IS
  'When it was decided whether to tell that somebody else took the place; null while that is open, and for all others.';
