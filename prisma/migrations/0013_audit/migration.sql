-- Who tried to come in, and what was refused, is in the trail too: docs/decisions/0028-what-the-trail-has.md.
ALTER TABLE "audit_events"
  ADD COLUMN "address" TEXT,
  ADD COLUMN "times" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "counted_as" TEXT,
  ADD CONSTRAINT "audit_events_happened" CHECK ("times" > 0);

-- What can be repeated without end is one entry a minute, which counts.
CREATE UNIQUE INDEX "audit_events_counted_as_key" ON "audit_events"("counted_as");

CREATE INDEX "audit_events_at_id_idx" ON "audit_events"("at", "id");
