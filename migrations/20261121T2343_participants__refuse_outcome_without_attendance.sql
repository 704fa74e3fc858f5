-- With attendance NULL the old rule was NULL, which a CHECK lets pass.
ALTER TABLE participants
  DROP CONSTRAINT participants_outcome_needs_attendance,
  ADD CONSTRAINT participants_outcome_needs_attendance
    CHECK (outcome IS NULL OR attendance IS NOT DISTINCT FROM 'attended') NOT VALID;
