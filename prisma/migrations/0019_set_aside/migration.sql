-- What a reviewer says of an article beside annotating it: docs/decisions/0037-skipping-and-flagging.md.
ALTER TABLE "annotation_sets"
  ADD COLUMN "skip_reason" TEXT,
  ADD COLUMN "flag_reason" TEXT,
  ADD CONSTRAINT "annotation_sets_reasons_are_given" CHECK (
    char_length("skip_reason") BETWEEN 1 AND 1000 AND char_length("flag_reason") BETWEEN 1 AND 1000
  ),
  -- What is submitted has been done.
  ADD CONSTRAINT "annotation_sets_skipped_or_submitted" CHECK (
    "skip_reason" IS NULL OR "submitted_at" IS NULL
  );
