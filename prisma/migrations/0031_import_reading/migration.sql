-- How the files of an import are read, and what a project's imports take names of files for: docs/decisions/0052-bringing-datasets-in.md.

-- AlterTable
ALTER TABLE "imports" ADD COLUMN "reading" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "import_names" JSONB NOT NULL DEFAULT '{}';
