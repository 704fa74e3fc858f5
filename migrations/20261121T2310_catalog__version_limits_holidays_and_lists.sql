-- What can be changed carries a version, so that two people who change it at once notice.
ALTER TABLE service_limits ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE local_holidays ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE eligibility_lists ADD COLUMN version integer NOT NULL DEFAULT 1;
