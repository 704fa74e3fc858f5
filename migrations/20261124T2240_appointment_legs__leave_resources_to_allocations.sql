-- Allocations may move between equivalent resources until the visit; what a leg says of them would be a second truth.
-- Nobody outside reads this column, and a release that still does reads an absent value as "see the allocations".
-- squawk-ignore ban-drop-not-null
ALTER TABLE appointment_legs ALTER COLUMN resource_ids DROP NOT NULL;
COMMENT ON COLUMN appointment_legs.resource_ids IS 'No longer written: the resources of a leg are those of its allocations. To be dropped one release later.';
