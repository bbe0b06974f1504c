-- Every statement here changes the catalogue alone: none reads or writes the rows of a large table, so each lock
-- lasts a moment, however many spans there are.

-- DropForeignKey
ALTER TABLE "spans" DROP CONSTRAINT "spans_set_id_fkey";

-- CreateTable
CREATE TABLE "search_waiting" (
    "article_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "search_waiting_pkey" PRIMARY KEY ("article_id")
);


-- In the order of the list by titles, in which what waits has its place too.
CREATE INDEX "search_waiting_title_order_idx" ON "search_waiting" ("project_id", (left("title", 200)) COLLATE "C", "article_id");

-- Compressing a text took PostgreSQL longer than everything else that is to be done for an article.
ALTER TABLE "article_versions" ALTER COLUMN "text" SET STORAGE EXTERNAL;

-- That each span is of a set was looked up span by span, 30 microseconds each. The same once for a statement, with
-- the lock that a foreign key takes: a set that is being deleted is waited for, and then there is none.
CREATE FUNCTION "spans_need_their_sets"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
  found_sets bigint;
BEGIN
  SELECT array_agg(DISTINCT set_id) INTO ids FROM added;
  IF ids IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM annotation_sets WHERE id = ANY (ids) FOR KEY SHARE;
  GET DIAGNOSTICS found_sets = ROW_COUNT;
  IF found_sets <> cardinality(ids) THEN
    RAISE EXCEPTION 'spans are of annotation sets that are there' USING
      ERRCODE = 'foreign_key_violation', TABLE = 'spans', CONSTRAINT = 'spans_are_of_sets';
  END IF;
  RETURN NULL;
END $$;
-- Its argument tells a backup which table comes before.
CREATE TRIGGER "spans_are_of_sets" AFTER INSERT ON "spans" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "spans_need_their_sets"('annotation_sets');

CREATE FUNCTION "spans_go_with_their_sets"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM spans WHERE set_id = ANY (ARRAY(SELECT id FROM gone));
  RETURN NULL;
END $$;
CREATE TRIGGER "sets_take_their_spans" AFTER DELETE ON "annotation_sets" REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION "spans_go_with_their_sets"();

CREATE TRIGGER "spans_stay_in_their_set" BEFORE UPDATE OF set_id ON "spans" FOR EACH ROW
  WHEN (OLD.set_id IS DISTINCT FROM NEW.set_id) EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "sets_keep_their_ids" BEFORE UPDATE OF id ON "annotation_sets" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION "refuse_change"();
