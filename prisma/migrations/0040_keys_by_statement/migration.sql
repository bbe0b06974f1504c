-- Every statement here changes the catalogue alone: none reads or writes the rows of a large table, so each lock
-- lasts a moment, however many articles there are.

-- That of its article, which has one.
ALTER TABLE "article_versions" DROP CONSTRAINT "article_versions_project_id_fkey";

-- What these refer to was looked up row by row, some 20 microseconds each.
ALTER TABLE "articles" DROP CONSTRAINT "articles_project_id_fkey";
ALTER TABLE "article_versions" DROP CONSTRAINT "article_versions_article_id_fkey";
ALTER TABLE "import_items" DROP CONSTRAINT "import_items_import_id_fkey";

-- The same once for a statement, with the lock that a foreign key takes: a row that is being deleted is waited for,
-- and then there is none. Arguments: the table that is referred to, by its id, and the column that does so.
CREATE FUNCTION "rows_need_what_they_are_of"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
  found_rows bigint;
BEGIN
  EXECUTE format('SELECT array_agg(DISTINCT %I) FROM added', TG_ARGV[1]) INTO ids;
  IF ids IS NULL THEN RETURN NULL; END IF;
  EXECUTE format('SELECT FROM %I WHERE id = ANY ($1) FOR KEY SHARE', TG_ARGV[0]) USING ids;
  GET DIAGNOSTICS found_rows = ROW_COUNT;
  IF found_rows <> cardinality(ids) THEN
    RAISE EXCEPTION 'rows of % are of rows of % that are there', TG_TABLE_NAME, TG_ARGV[0] USING
      ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

-- Arguments: the table whose rows go, and its column that says what they are of.
CREATE FUNCTION "rows_go_with_what_they_are_of"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I WHERE %I = ANY (ARRAY(SELECT id FROM gone))', TG_ARGV[0], TG_ARGV[1]);
  RETURN NULL;
END $$;

CREATE TRIGGER "articles_are_of_projects" AFTER INSERT ON "articles" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_need_what_they_are_of"('projects', 'project_id');
CREATE TRIGGER "projects_take_their_articles" AFTER DELETE ON "projects" REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_go_with_what_they_are_of"('articles', 'project_id');
CREATE TRIGGER "articles_stay_in_their_project" BEFORE UPDATE OF project_id ON "articles" FOR EACH ROW
  WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "projects_keep_their_ids" BEFORE UPDATE OF id ON "projects" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "versions_are_of_articles" AFTER INSERT ON "article_versions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_need_what_they_are_of"('articles', 'article_id');
CREATE TRIGGER "articles_take_their_versions" AFTER DELETE ON "articles" REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_go_with_what_they_are_of"('article_versions', 'article_id');
-- A version never changes, its article included.
CREATE TRIGGER "articles_keep_their_ids" BEFORE UPDATE OF id ON "articles" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "items_are_of_imports" AFTER INSERT ON "import_items" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_need_what_they_are_of"('imports', 'import_id');
CREATE TRIGGER "imports_take_their_items" AFTER DELETE ON "imports" REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_go_with_what_they_are_of"('import_items', 'import_id');
CREATE TRIGGER "items_stay_in_their_import" BEFORE UPDATE OF import_id ON "import_items" FOR EACH ROW
  WHEN (OLD.import_id IS DISTINCT FROM NEW.import_id) EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "imports_keep_their_ids" BEFORE UPDATE OF id ON "imports" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION "refuse_change"();

-- Spans, which were the first to be looked up so, in the same words.
DROP TRIGGER "spans_are_of_sets" ON "spans";
DROP TRIGGER "sets_take_their_spans" ON "annotation_sets";
DROP FUNCTION "spans_need_their_sets"();
DROP FUNCTION "spans_go_with_their_sets"();
CREATE TRIGGER "spans_are_of_sets" AFTER INSERT ON "spans" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_need_what_they_are_of"('annotation_sets', 'set_id');
CREATE TRIGGER "sets_take_their_spans" AFTER DELETE ON "annotation_sets" REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION "rows_go_with_what_they_are_of"('spans', 'set_id');
