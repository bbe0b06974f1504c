-- What a project says for its datasets: docs/decisions/0059-what-is-said-for-datasets.md.

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "publishing" JSONB NOT NULL DEFAULT '{}',
  ADD CONSTRAINT "projects_publishing_is_an_object" CHECK (jsonb_typeof("publishing") = 'object');
