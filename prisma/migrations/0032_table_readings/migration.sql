-- What a project's imports take columns of tables for: docs/decisions/0056-tables-spreadsheets-encodings-tei.md.

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "import_tables" JSONB NOT NULL DEFAULT '[]';
