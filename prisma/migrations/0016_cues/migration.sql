-- What a project adds to the words of reported speech: docs/decisions/0034-cues-find-and-check.md.
ALTER TABLE "projects"
  ADD COLUMN "cues" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  -- At most 500, none of them empty, longer than 100 characters, or of several lines.
  ADD CONSTRAINT "projects_cues_are_short" CHECK (
    cardinality("cues") <= 500
    AND array_position("cues", NULL) IS NULL
    AND array_position("cues", '') IS NULL
    AND array_to_string("cues", E'\n') !~ '[^\n]{101}'
    AND cardinality(string_to_array(array_to_string("cues", E'\n'), E'\n')) = cardinality("cues")
  );
