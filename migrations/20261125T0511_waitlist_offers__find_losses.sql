-- no-transaction
CREATE INDEX CONCURRENTLY waitlist_offers_lost_lately ON waitlist_offers (tenant_id, ended_at)
  WHERE status = 'superseded' AND loss_noted_at IS NULL;
