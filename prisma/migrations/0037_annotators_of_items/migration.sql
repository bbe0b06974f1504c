-- Whose annotations an item of an import brought, so that others of the same article can join them:
-- docs/decisions/0058-annotators-of-one-article.md.

-- AlterTable
ALTER TABLE "import_items" ADD COLUMN "annotators" JSONB NOT NULL DEFAULT '[]';
