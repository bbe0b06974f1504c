-- What is derived is filled where it is missing, by whoever migrates: see lib/store/search-index.ts. So
-- a later migration that makes searching understand texts otherwise only has to empty its two tables.

-- The project of an operation is a copy of its set's, which the doctor may mend; what was done never changes.
DROP TRIGGER "operations_never_change" ON "operations";
CREATE TRIGGER "operations_never_change"
  BEFORE UPDATE OF set_id, id, revision, user_id, body, change, created_at ON "operations"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
