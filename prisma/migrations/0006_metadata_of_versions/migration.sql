-- Metadata belongs to the version; what articles have of it is a copy of their current version's, for lists.
ALTER TABLE "article_versions"
  ADD COLUMN "source_id" TEXT,
  ADD COLUMN "title" TEXT,
  ADD COLUMN "publisher" TEXT,
  ADD COLUMN "author" TEXT,
  ADD COLUMN "url" TEXT,
  ADD COLUMN "published_at" TIMESTAMPTZ(3),
  ADD COLUMN "language" TEXT,
  ADD COLUMN "meta" JSONB NOT NULL DEFAULT '{}';

-- What earlier versions were called was not kept. Their text has the title as its first block mostly;
-- for the rest, the article's own metadata is the best that is known.
UPDATE "article_versions" v SET
  "title" = coalesce(
    CASE WHEN v."number" <> a."current_version" THEN (
      SELECT nullif(left(btrim(regexp_replace(
               substring(v."text" FROM (b->>'start')::int + 1 FOR (b->>'end')::int - (b->>'start')::int),
               '\s*\n\s*', ' ', 'g')), 1000), '')
      FROM jsonb_array_elements(v."blocks") AS b WHERE b->>'kind' = 'title' LIMIT 1)
    END, a."title"),
  "source_id" = a."source_id", "publisher" = a."publisher", "author" = a."author", "url" = a."url",
  "published_at" = a."published_at", "language" = a."language", "meta" = a."meta"
FROM "articles" a WHERE a."id" = v."article_id";

ALTER TABLE "article_versions"
  ALTER COLUMN "title" SET NOT NULL,
  ADD CONSTRAINT "article_versions_title_has_a_length" CHECK (char_length(title) BETWEEN 1 AND 1000),
  ADD CONSTRAINT "article_versions_meta_is_an_object" CHECK (jsonb_typeof(meta) = 'object');

-- An id of one article may look like another's path: the key says which of them it is. One that would
-- not fit into an index is kept as its hash.
ALTER TABLE "articles" ADD COLUMN "source_folder" TEXT;
ALTER TABLE "articles" DROP CONSTRAINT "articles_source_key_has_a_length";

WITH first AS (
  SELECT "article_id", min("path") AS path FROM "import_items"
  WHERE "outcome" = 'created' AND "path" NOT IN ('unnamed', 'upload', 'stdin') GROUP BY "article_id"
), kinds AS (
  SELECT a."id",
    CASE WHEN a."source_key" = a."source_id" THEN 'id:'
         WHEN a."source_key" = a."url" THEN 'url:'
         WHEN a."source_key" ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN 'record:'
         WHEN a."source_key" ~ '^sha256:[0-9a-f]{64}$' THEN coalesce('path:' || first.path || '#', 'text:')
         ELSE 'path:' END AS prefix,
    regexp_replace(a."source_key", '^sha256:(?=[0-9a-f]{64}$)', '') AS name
  FROM "articles" a LEFT JOIN first ON first."article_id" = a."id")
UPDATE "articles" a SET "source_key" = kinds.prefix ||
  CASE WHEN octet_length(kinds.name) > 500 THEN 'sha256:' || encode(sha256(convert_to(kinds.name, 'UTF8')), 'hex')
       ELSE kinds.name END
FROM kinds WHERE kinds."id" = a."id";

ALTER TABLE "articles"
  ADD CONSTRAINT "articles_source_key_has_a_length" CHECK (char_length(source_key) BETWEEN 1 AND 2000);

-- What was read with a loss.
ALTER TABLE "import_items" ADD COLUMN "warnings" JSONB NOT NULL DEFAULT '[]',
  ADD CONSTRAINT "import_items_warnings_are_a_list" CHECK (jsonb_typeof(warnings) = 'array');
CREATE INDEX "import_items_warned_idx" ON "import_items" ("import_id", "item") WHERE "warnings" <> '[]';

ALTER TABLE "imports"
  ADD COLUMN "strict" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "update" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "warned" INTEGER NOT NULL DEFAULT 0;
