-- Whoever saves while an upload arrives waits for the same log, so fewer bytes are written there.
-- 0003 left them as they came, because PostgreSQL's own way of compressing takes longer than it saves.
ALTER TABLE "import_chunks" ADD COLUMN "compressed" BOOLEAN NOT NULL DEFAULT false;
