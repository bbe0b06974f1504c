-- What an API token is for, where, and until when: docs/decisions/0027-what-a-token-may.md.
CREATE TYPE "token_scope" AS ENUM ('read', 'annotate', 'import', 'export', 'manage');

-- Tokens from before keep what they could do, which was everything, everywhere, without end.
ALTER TABLE "api_tokens"
  ADD COLUMN "scopes" "token_scope"[] NOT NULL DEFAULT '{read,annotate,import,export,manage}',
  ADD COLUMN "everywhere" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "expires_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT "api_tokens_are_for_something" CHECK (cardinality("scopes") > 0);
-- From now on, somebody says so.
ALTER TABLE "api_tokens" ALTER COLUMN "scopes" DROP DEFAULT, ALTER COLUMN "everywhere" DROP DEFAULT;

CREATE TABLE "api_token_projects" (
    "token_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,

    CONSTRAINT "api_token_projects_pkey" PRIMARY KEY ("token_id", "project_id")
);
CREATE INDEX "api_token_projects_project_id_idx" ON "api_token_projects"("project_id");
ALTER TABLE "api_token_projects" ADD CONSTRAINT "api_token_projects_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "api_token_projects" ADD CONSTRAINT "api_token_projects_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
