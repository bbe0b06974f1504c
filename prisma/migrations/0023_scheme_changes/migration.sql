-- How a version of a scheme came of the one before, and how annotation sets come to it:
-- docs/decisions/0041-changing-schemes.md.
ALTER TABLE "scheme_versions"
  ADD COLUMN "base" INTEGER,
  ADD COLUMN "mapping" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "restores" INTEGER,
  ADD CONSTRAINT "scheme_versions_base_is_before" CHECK ("base" < "version"),
  ADD CONSTRAINT "scheme_versions_restores_is_before" CHECK ("restores" < "base"),
  ADD CONSTRAINT "scheme_versions_base_fkey" FOREIGN KEY ("project_id", "base")
    REFERENCES "scheme_versions"("project_id", "version") ON DELETE NO ACTION ON UPDATE NO ACTION,
  ADD CONSTRAINT "scheme_versions_restores_fkey" FOREIGN KEY ("project_id", "restores")
    REFERENCES "scheme_versions"("project_id", "version") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- A set that would lose something stays where it is until its author agrees to the version that this names.
ALTER TABLE "annotation_sets" ADD COLUMN "scheme_waits_for" INTEGER;

CREATE INDEX "annotation_sets_project_id_scheme_version_idx" ON "annotation_sets"("project_id", "scheme_version");

-- What the command line of the machine itself did to a set is nobody's.
ALTER TABLE "operations" ALTER COLUMN "user_id" DROP NOT NULL;
