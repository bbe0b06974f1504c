-- What an author says of the article as a whole, by the attributes that the scheme gives articles:
-- docs/decisions/0040-schemes-in-versions.md.
ALTER TABLE "annotation_sets"
  ADD COLUMN "attributes" JSONB NOT NULL DEFAULT '{}',
  ADD CONSTRAINT "annotation_sets_attributes_are_named" CHECK (jsonb_typeof("attributes") = 'object');

-- Who made a version of a scheme, and what they said of it.
ALTER TABLE "scheme_versions"
  ADD COLUMN "created_by" UUID,
  ADD COLUMN "note" TEXT NOT NULL DEFAULT '',
  ADD CONSTRAINT "scheme_versions_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
