-- Trusted extensions: a database's owner may create them without being a superuser.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('admin', 'curator', 'reviewer', 'viewer');

-- CreateEnum
CREATE TYPE "set_kind" AS ENUM ('reviewer', 'gold', 'model', 'imported');

-- CreateEnum
CREATE TYPE "import_state" AS ENUM ('receiving', 'queued', 'running', 'done', 'failed');

-- CreateEnum
CREATE TYPE "import_outcome" AS ENUM ('created', 'updated', 'unchanged', 'rejected');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "site_admin" BOOLEAN NOT NULL DEFAULT false,
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identities" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identities_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invites" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT,
    "site_admin" BOOLEAN NOT NULL DEFAULT false,
    "setup" BOOLEAN NOT NULL DEFAULT false,
    "project_id" UUID,
    "role" "role",
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_by" UUID,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_tokens" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "scheme_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scheme_versions" (
    "project_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scheme_versions_pkey" PRIMARY KEY ("project_id","version")
);

-- CreateTable
CREATE TABLE "members" (
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "members_pkey" PRIMARY KEY ("project_id","user_id")
);

-- CreateTable
CREATE TABLE "annotators" (
    "project_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "user_id" UUID,
    "source_name" TEXT,

    CONSTRAINT "annotators_pkey" PRIMARY KEY ("project_id","number")
);

-- CreateTable
CREATE TABLE "articles" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "source_key" TEXT NOT NULL,
    "source_id" TEXT,
    "title" TEXT NOT NULL,
    "publisher" TEXT,
    "author" TEXT,
    "url" TEXT,
    "published_at" TIMESTAMPTZ(3),
    "language" TEXT,
    "meta" JSONB NOT NULL DEFAULT '{}',
    "current_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "articles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "article_versions" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "text_sha256" TEXT NOT NULL,
    "text_length" INTEGER NOT NULL,
    "blocks" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "article_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "annotation_sets" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "kind" "set_kind" NOT NULL,
    "annotator" INTEGER NOT NULL,
    "scheme_version" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT NOT NULL DEFAULT '',
    "label_counts" JSONB NOT NULL DEFAULT '{}',
    "submitted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "annotation_sets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spans" (
    "set_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "fragments" int4multirange NOT NULL,
    "quote" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "spans_pkey" PRIMARY KEY ("set_id","id")
);

-- CreateTable
CREATE TABLE "relations" (
    "set_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "relations_pkey" PRIMARY KEY ("set_id","id")
);

-- CreateTable
CREATE TABLE "operations" (
    "set_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "body" JSONB NOT NULL,
    "change" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operations_pkey" PRIMARY KEY ("set_id","id")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "created_by" UUID,
    "state" "import_state" NOT NULL,
    "format" TEXT NOT NULL,
    "files" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "next_file" INTEGER NOT NULL DEFAULT 0,
    "next_item" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_files" (
    "import_id" UUID NOT NULL,
    "file" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "import_files_pkey" PRIMARY KEY ("import_id","file")
);

-- CreateTable
CREATE TABLE "import_chunks" (
    "import_id" UUID NOT NULL,
    "file" INTEGER NOT NULL,
    "chunk" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "import_chunks_pkey" PRIMARY KEY ("import_id","file","chunk")
);

-- CreateTable
CREATE TABLE "import_items" (
    "import_id" UUID NOT NULL,
    "item" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "line" INTEGER,
    "column" INTEGER,
    "outcome" "import_outcome" NOT NULL,
    "reason" TEXT,
    "article_id" UUID,
    "title" TEXT,

    CONSTRAINT "import_items_pkey" PRIMARY KEY ("import_id","item")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "user_id" UUID,
    "project_id" UUID,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "identities_user_id_idx" ON "identities"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "identities_provider_subject_key" ON "identities"("provider", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "invites_token_hash_key" ON "invites"("token_hash");

-- CreateIndex
CREATE INDEX "invites_project_id_idx" ON "invites"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "api_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "api_tokens_user_id_idx" ON "api_tokens"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "projects_slug_key" ON "projects"("slug");

-- CreateIndex
CREATE INDEX "members_user_id_idx" ON "members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "annotators_project_id_user_id_key" ON "annotators"("project_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "annotators_project_id_source_name_key" ON "annotators"("project_id", "source_name");

-- CreateIndex
CREATE INDEX "articles_project_id_created_at_id_idx" ON "articles"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "articles_project_id_published_at_id_idx" ON "articles"("project_id", "published_at", "id");

-- CreateIndex
CREATE INDEX "articles_project_id_title_id_idx" ON "articles"("project_id", "title", "id");

-- CreateIndex
CREATE UNIQUE INDEX "articles_project_id_source_key_key" ON "articles"("project_id", "source_key");

-- CreateIndex
CREATE INDEX "article_versions_project_id_text_sha256_idx" ON "article_versions"("project_id", "text_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "article_versions_article_id_number_key" ON "article_versions"("article_id", "number");

-- CreateIndex
CREATE INDEX "annotation_sets_project_id_annotator_idx" ON "annotation_sets"("project_id", "annotator");

-- CreateIndex
CREATE INDEX "annotation_sets_article_id_idx" ON "annotation_sets"("article_id");

-- CreateIndex
CREATE UNIQUE INDEX "annotation_sets_version_id_kind_annotator_key" ON "annotation_sets"("version_id", "kind", "annotator");

-- CreateIndex
CREATE INDEX "relations_set_id_from_id_idx" ON "relations"("set_id", "from_id");

-- CreateIndex
CREATE INDEX "relations_set_id_to_id_idx" ON "relations"("set_id", "to_id");

-- CreateIndex
CREATE UNIQUE INDEX "operations_set_id_revision_key" ON "operations"("set_id", "revision");

-- CreateIndex
CREATE INDEX "imports_project_id_created_at_idx" ON "imports"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "audit_events_project_id_at_idx" ON "audit_events"("project_id", "at");

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invites" ADD CONSTRAINT "invites_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invites" ADD CONSTRAINT "invites_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invites" ADD CONSTRAINT "invites_accepted_by_fkey" FOREIGN KEY ("accepted_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scheme_versions" ADD CONSTRAINT "scheme_versions_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotators" ADD CONSTRAINT "annotators_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotators" ADD CONSTRAINT "annotators_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "articles" ADD CONSTRAINT "articles_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "article_versions" ADD CONSTRAINT "article_versions_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "article_versions" ADD CONSTRAINT "article_versions_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "articles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "articles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "article_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_project_id_scheme_version_fkey" FOREIGN KEY ("project_id", "scheme_version") REFERENCES "scheme_versions"("project_id", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_project_id_annotator_fkey" FOREIGN KEY ("project_id", "annotator") REFERENCES "annotators"("project_id", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spans" ADD CONSTRAINT "spans_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "relations" ADD CONSTRAINT "relations_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "relations" ADD CONSTRAINT "relations_set_id_from_id_fkey" FOREIGN KEY ("set_id", "from_id") REFERENCES "spans"("set_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "relations" ADD CONSTRAINT "relations_set_id_to_id_fkey" FOREIGN KEY ("set_id", "to_id") REFERENCES "spans"("set_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_files" ADD CONSTRAINT "import_files_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_items" ADD CONSTRAINT "import_items_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What the shapes above cannot say. Each constraint is named after the rule it holds.

ALTER TABLE "users"
  ADD CONSTRAINT "users_email_is_normalised" CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 320),
  ADD CONSTRAINT "users_name_has_a_length" CHECK (char_length(name) BETWEEN 1 AND 200),
  ADD CONSTRAINT "users_session_version_counts_up" CHECK (session_version > 0);

ALTER TABLE "invites"
  ADD CONSTRAINT "invites_role_goes_with_project" CHECK ((project_id IS NULL) = (role IS NULL)),
  ADD CONSTRAINT "invites_setup_makes_an_admin" CHECK (NOT setup OR site_admin),
  ADD CONSTRAINT "invites_accepted_by_somebody" CHECK ((accepted_at IS NULL) = (accepted_by IS NULL));

ALTER TABLE "projects"
  ADD CONSTRAINT "projects_slug_is_a_path_segment" CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT "projects_title_has_a_length" CHECK (char_length(title) BETWEEN 1 AND 200),
  ADD CONSTRAINT "projects_scheme_exists" FOREIGN KEY (id, scheme_version)
    REFERENCES "scheme_versions" (project_id, version) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "annotators"
  ADD CONSTRAINT "annotators_count_from_one" CHECK (number > 0),
  ADD CONSTRAINT "annotators_are_a_user_or_a_name" CHECK (num_nonnulls(user_id, source_name) = 1);

ALTER TABLE "articles"
  ADD CONSTRAINT "articles_title_has_a_length" CHECK (char_length(title) BETWEEN 1 AND 1000),
  ADD CONSTRAINT "articles_source_key_has_a_length" CHECK (char_length(source_key) BETWEEN 1 AND 2000),
  ADD CONSTRAINT "articles_meta_is_an_object" CHECK (jsonb_typeof(meta) = 'object'),
  ADD CONSTRAINT "articles_current_version_exists" FOREIGN KEY (id, current_version)
    REFERENCES "article_versions" (article_id, number) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "article_versions"
  ADD CONSTRAINT "article_versions_count_from_one" CHECK (number > 0),
  ADD CONSTRAINT "article_versions_text_is_not_empty" CHECK (text <> ''),
  ADD CONSTRAINT "article_versions_length_is_in_code_points" CHECK (text_length = char_length(text)),
  ADD CONSTRAINT "article_versions_hash_is_of_the_text" CHECK (text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')),
  ADD CONSTRAINT "article_versions_blocks_are_a_list" CHECK (jsonb_typeof(blocks) = 'array');

ALTER TABLE "annotation_sets"
  ADD CONSTRAINT "annotation_sets_revision_counts_up" CHECK (revision >= 0),
  ADD CONSTRAINT "annotation_sets_note_has_a_length" CHECK (char_length(note) <= 20000),
  ADD CONSTRAINT "annotation_sets_label_counts_are_an_object" CHECK (jsonb_typeof(label_counts) = 'object');

ALTER TABLE "spans"
  ADD CONSTRAINT "spans_cover_something" CHECK (NOT isempty(fragments)),
  ADD CONSTRAINT "spans_start_in_the_text" CHECK (lower(fragments) >= 0),
  ADD CONSTRAINT "spans_have_a_quote" CHECK (quote <> ''),
  ADD CONSTRAINT "spans_attributes_are_an_object" CHECK (jsonb_typeof(attributes) = 'object'),
  ADD CONSTRAINT "spans_of_one_label_do_not_overlap"
    EXCLUDE USING gist (set_id WITH =, label WITH =, fragments WITH &&) DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE "relations"
  ADD CONSTRAINT "relations_link_two_spans" CHECK (from_id <> to_id),
  ADD CONSTRAINT "relations_attributes_are_an_object" CHECK (jsonb_typeof(attributes) = 'object');
CREATE UNIQUE INDEX "relations_link_a_pair_once"
  ON "relations" (set_id, type, LEAST(from_id, to_id), GREATEST(from_id, to_id));

ALTER TABLE "operations"
  ADD CONSTRAINT "operations_revision_counts_from_one" CHECK (revision > 0);

ALTER TABLE "import_items"
  ADD CONSTRAINT "import_items_rejected_have_a_reason" CHECK ((outcome = 'rejected') = (reason IS NOT NULL));

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows never change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "article_versions_never_change"
  BEFORE UPDATE OF text, text_sha256, text_length, blocks, article_id, number ON "article_versions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "operations_never_change" BEFORE UPDATE ON "operations"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "scheme_versions_never_change" BEFORE UPDATE ON "scheme_versions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_events_never_change" BEFORE UPDATE OF at, action, subject, details ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
