-- Gold in rounds, and by which guidelines work was done: docs/decisions/0044-practice.md.

-- AlterTable
ALTER TABLE "annotation_sets" ADD COLUMN "guideline_version" INTEGER;

-- AlterTable
ALTER TABLE "rounds" ADD COLUMN "gold_percent" INTEGER;

-- AlterTable
ALTER TABLE "round_articles" ADD COLUMN "has_gold" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "gold_scores" (
    "assignment_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "gold_set_id" UUID NOT NULL,
    "gold_revision" INTEGER NOT NULL,
    "counts" JSONB NOT NULL,
    "scored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gold_scores_pkey" PRIMARY KEY ("assignment_id")
);

-- CreateIndex
CREATE INDEX "gold_scores_gold_set_id_idx" ON "gold_scores"("gold_set_id");

-- AddForeignKey
ALTER TABLE "annotation_sets" ADD CONSTRAINT "annotation_sets_project_id_guideline_version_fkey" FOREIGN KEY ("project_id", "guideline_version") REFERENCES "guideline_versions"("project_id", "version") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_project_id_guideline_version_fkey" FOREIGN KEY ("project_id", "guideline_version") REFERENCES "guideline_versions"("project_id", "version") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "gold_scores" ADD CONSTRAINT "gold_scores_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gold_scores" ADD CONSTRAINT "gold_scores_gold_set_id_fkey" FOREIGN KEY ("gold_set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the shapes above cannot say.

ALTER TABLE "rounds"
  ADD CONSTRAINT "rounds_mix_in_some_gold" CHECK (gold_percent BETWEEN 1 AND 50 AND (gold_percent IS NULL OR kind = 'annotation')),
  -- In any other, what is mixed in would show by its date.
  ADD CONSTRAINT "rounds_with_gold_have_no_order" CHECK (gold_percent IS NULL OR article_order = 'random');

ALTER TABLE "gold_scores"
  ADD CONSTRAINT "gold_scores_revisions_are_not_negative" CHECK (revision >= 0 AND gold_revision >= 0),
  ADD CONSTRAINT "gold_scores_counts_are_an_object" CHECK (jsonb_typeof(counts) = 'object');

-- A version has one gold set at most, which what is settled anew changes.
CREATE UNIQUE INDEX "annotation_sets_one_gold_idx" ON "annotation_sets" ("version_id") WHERE "kind" = 'gold';
