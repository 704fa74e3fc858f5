-- no-transaction
CREATE INDEX CONCURRENTLY outbox_events_relayed_by_age ON outbox_events (relayed_at) WHERE status = 'relayed';
