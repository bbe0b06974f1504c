-- What somebody has changed of the keys of the annotate page; null for the usual ones.
ALTER TABLE "users" ADD COLUMN "key_settings" JSONB;
