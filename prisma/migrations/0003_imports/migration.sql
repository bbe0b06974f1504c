-- How far a run has read, for its progress bar; and how often it was begun since it last got
-- further, so that an import which kills whoever runs it is given up.
ALTER TABLE "imports"
  ADD COLUMN "bytes_done" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0;

-- Uploaded bytes live for minutes: compressing them would cost more than it saves.
ALTER TABLE "import_chunks" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

-- Runs that are not over: few among many, and looked for every few seconds.
CREATE INDEX "imports_unfinished_idx" ON "imports" ("created_at") WHERE "state" IN ('receiving', 'queued', 'running');

-- The outcomes of one kind, which the page filters by.
CREATE INDEX "import_items_import_id_outcome_item_idx" ON "import_items" ("import_id", "outcome", "item");
