-- Every message that is sent changes its state twice, and looking each change up cost a fifth of sending in the
-- database: the three usual ones are known here, all others are looked up as before. A test compares them with the list.
CREATE OR REPLACE TRIGGER messages_change_by_listed_transitions
  BEFORE UPDATE OF status ON messages FOR EACH ROW
  WHEN (
    OLD.status IS DISTINCT FROM NEW.status
    AND (OLD.status, NEW.status) NOT IN (('planned', 'leased'), ('leased', 'sent'), ('leased', 'planned')))
  EXECUTE FUNCTION refuse_unlisted_transition('message');
