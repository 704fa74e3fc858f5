-- The relay's states are guarded like every other machine's.
CREATE TRIGGER outbox_events_change_by_listed_transitions
  BEFORE UPDATE OF status ON outbox_events FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_unlisted_transition('outbox_event');
