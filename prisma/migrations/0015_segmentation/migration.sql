-- The words and sentences of versions, found when one is first opened: an import of a whole archive does
-- not pay for what nobody ever reads, and nothing has to be filled here.
CREATE TABLE "segmentations" (
    "version_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "segmentations_pkey" PRIMARY KEY ("version_id")
);

ALTER TABLE "segmentations" ADD CONSTRAINT "segmentations_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "article_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
