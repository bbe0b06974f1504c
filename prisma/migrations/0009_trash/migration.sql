-- What was deleted stays for 30 days, out of everybody's sight: docs/decisions/0019-deleting.md says how.
ALTER TABLE "projects"
  ADD COLUMN "deleted_at" TIMESTAMPTZ(3),
  ADD COLUMN "deleted_by" UUID,
  ADD CONSTRAINT "projects_are_deleted_by_somebody_at_a_time" CHECK (deleted_by IS NULL OR deleted_at IS NOT NULL);
ALTER TABLE "projects" ADD CONSTRAINT "projects_deleted_by_fkey" FOREIGN KEY ("deleted_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "articles"
  ADD COLUMN "deleted_at" TIMESTAMPTZ(3),
  ADD COLUMN "deleted_by" UUID,
  ADD CONSTRAINT "articles_are_deleted_by_somebody_at_a_time" CHECK (deleted_by IS NULL OR deleted_at IS NOT NULL);
ALTER TABLE "articles" ADD CONSTRAINT "articles_deleted_by_fkey" FOREIGN KEY ("deleted_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "imports"
  ADD COLUMN "undone_at" TIMESTAMPTZ(3),
  ADD COLUMN "undone_by" UUID,
  ADD CONSTRAINT "imports_are_undone_by_somebody_at_a_time" CHECK (undone_by IS NULL OR undone_at IS NOT NULL);
ALTER TABLE "imports" ADD CONSTRAINT "imports_undone_by_fkey" FOREIGN KEY ("undone_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A short name, and an article's identity, are free again as soon as what had them is deleted.
DROP INDEX "projects_slug_key";
CREATE UNIQUE INDEX "projects_live_slug_idx" ON "projects" ("slug") WHERE "deleted_at" IS NULL;
DROP INDEX "articles_project_id_source_key_key";
CREATE UNIQUE INDEX "articles_live_source_key_idx" ON "articles" ("project_id", "source_key") WHERE "deleted_at" IS NULL;

-- The trash is small and looked through in the order of time.
CREATE INDEX "projects_trash_idx" ON "projects" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "articles_trash_idx" ON "articles" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL;

-- Which import brought a version, so that it can be undone. No foreign key: it would cost every import,
-- and a name of what is gone does no harm here.
ALTER TABLE "article_versions" ADD COLUMN "import_id" UUID;
UPDATE "article_versions" v SET "import_id" = i."id"
  FROM "import_items" t JOIN "imports" i ON i."id" = t."import_id"
 WHERE t."article_id" = v."article_id" AND i."project_id" = v."project_id"
   AND v."created_at" BETWEEN i."created_at" AND coalesce(i."finished_at", now())
   AND (t."outcome" = 'updated' OR t."outcome" = 'created' AND v."number" = 1);
