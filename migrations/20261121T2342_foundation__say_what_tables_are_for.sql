COMMENT ON TABLE clock_shift IS 'How far tests shift the clock of all SQL; zero in service.';
COMMENT ON TABLE state_transitions IS 'The allowed changes of every state machine, the same as in the code.';
COMMENT ON TABLE schema_migrations IS 'Which migrations were applied, with the checksums of their files.';
