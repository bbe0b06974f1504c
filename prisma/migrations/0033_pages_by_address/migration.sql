-- Articles fetched from the web: docs/decisions/0055-web-pages.md.

-- AlterTable
ALTER TABLE "site_settings" ADD COLUMN "pages_by_address" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "import_files" ADD COLUMN "address" JSONB,
ADD COLUMN "fetched" JSONB;

-- Only what is asked for by its address can have been fetched.
ALTER TABLE "import_files" ADD CONSTRAINT "import_files_fetched_by_address" CHECK ("fetched" IS NULL OR "address" IS NOT NULL);

-- Pages that wait to be fetched.
CREATE INDEX "import_files_waiting" ON "import_files"("import_id") WHERE "address" IS NOT NULL AND "fetched" IS NULL;
