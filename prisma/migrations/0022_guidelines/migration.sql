-- What a project's labels mean, in versions, and who has read which: docs/decisions/0039-guidelines.md.
CREATE TABLE "guideline_versions" (
    "project_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "note" TEXT NOT NULL,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "guideline_versions_pkey" PRIMARY KEY ("project_id","version")
);

CREATE TABLE "guideline_readings" (
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "guideline_readings_pkey" PRIMARY KEY ("project_id","user_id")
);

CREATE INDEX "guideline_readings_user_id_idx" ON "guideline_readings"("user_id");

ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "guideline_readings" ADD CONSTRAINT "guideline_readings_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "guideline_readings" ADD CONSTRAINT "guideline_readings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "guideline_readings" ADD CONSTRAINT "guideline_readings_project_id_version_fkey" FOREIGN KEY ("project_id", "version") REFERENCES "guideline_versions"("project_id", "version") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "guideline_versions"
  ADD CONSTRAINT "guideline_versions_count_from_one" CHECK (version > 0),
  ADD CONSTRAINT "guideline_versions_content_is_an_object" CHECK (
    jsonb_typeof(content) = 'object' AND jsonb_typeof(content->'blocks') = 'array'
  ),
  ADD CONSTRAINT "guideline_versions_note_is_short" CHECK (char_length(note) <= 1000);

CREATE TRIGGER "guideline_versions_never_change"
  BEFORE UPDATE OF project_id, version, content, note, created_at ON "guideline_versions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
