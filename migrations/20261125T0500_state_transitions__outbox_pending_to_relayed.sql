-- An event that nobody wants a job for is done with at once, without a lease.
INSERT INTO state_transitions (machine, from_state, to_state) VALUES ('outbox_event', 'pending', 'relayed');
