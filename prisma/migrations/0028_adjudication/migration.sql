-- What becomes of reviewers' spans in gold: docs/decisions/0048-adjudication.md.

-- CreateEnum
CREATE TYPE "outcome" AS ENUM ('agreed', 'accepted', 'merged', 'edited', 'rejected');

-- AlterEnum
ALTER TYPE "notification_kind" ADD VALUE 'decided';
ALTER TYPE "notification_kind" ADD VALUE 'commented';

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "adjudication_rule" JSONB NOT NULL DEFAULT '{"needed": "all", "match": "strict"}',
ADD COLUMN "mask_key" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN "reviewers_anonymous" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "decisions" (
    "set_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "outcome" "outcome" NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "user_id" UUID,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("set_id","id")
);

-- CreateTable
CREATE TABLE "decision_sources" (
    "set_id" UUID NOT NULL,
    "source_set_id" UUID NOT NULL,
    "source_span_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "fragments" int4multirange NOT NULL,
    "attributes" JSONB NOT NULL,

    CONSTRAINT "decision_sources_pkey" PRIMARY KEY ("set_id","source_set_id","source_span_id")
);

-- CreateTable
CREATE TABLE "decision_spans" (
    "set_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "span_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,

    CONSTRAINT "decision_spans_pkey" PRIMARY KEY ("set_id","decision_id","position")
);

-- CreateTable
CREATE TABLE "decision_comments" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "set_id" UUID NOT NULL,
    "source_set_id" UUID NOT NULL,
    "source_span_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "from_reviewer" BOOLEAN NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "decision_comments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "decision_sources_source_set_id_source_span_id_idx" ON "decision_sources"("source_set_id", "source_span_id");

-- CreateIndex
CREATE INDEX "decision_sources_set_id_decision_id_idx" ON "decision_sources"("set_id", "decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "decision_spans_set_id_span_id_decision_id_key" ON "decision_spans"("set_id", "span_id", "decision_id");

-- CreateIndex
CREATE INDEX "decision_comments_set_id_created_at_id_idx" ON "decision_comments"("set_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "decision_comments_source_set_id_idx" ON "decision_comments"("source_set_id");

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_sources" ADD CONSTRAINT "decision_sources_set_id_decision_id_fkey" FOREIGN KEY ("set_id", "decision_id") REFERENCES "decisions"("set_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_sources" ADD CONSTRAINT "decision_sources_source_set_id_fkey" FOREIGN KEY ("source_set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_spans" ADD CONSTRAINT "decision_spans_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_spans" ADD CONSTRAINT "decision_spans_set_id_decision_id_fkey" FOREIGN KEY ("set_id", "decision_id") REFERENCES "decisions"("set_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_spans" ADD CONSTRAINT "decision_spans_set_id_span_id_fkey" FOREIGN KEY ("set_id", "span_id") REFERENCES "spans"("set_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_comments" ADD CONSTRAINT "decision_comments_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_comments" ADD CONSTRAINT "decision_comments_source_set_id_fkey" FOREIGN KEY ("source_set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_comments" ADD CONSTRAINT "decision_comments_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the shapes above cannot say.

ALTER TABLE "projects"
  ADD CONSTRAINT "projects_adjudicate_by_a_rule" CHECK (
    jsonb_typeof(adjudication_rule) = 'object' AND adjudication_rule->>'match' IN ('strict', 'partial')
    AND adjudication_rule ? 'needed');

ALTER TABLE "decisions"
  ADD CONSTRAINT "decisions_reason_has_a_length" CHECK (char_length(reason) <= 2000);

ALTER TABLE "decision_sources"
  ADD CONSTRAINT "decision_sources_are_of_another_set" CHECK (source_set_id <> set_id),
  ADD CONSTRAINT "decision_sources_attributes_are_an_object" CHECK (jsonb_typeof(attributes) = 'object');

ALTER TABLE "decision_comments"
  ADD CONSTRAINT "decision_comments_say_something" CHECK (char_length(text) BETWEEN 1 AND 2000);

-- New values of an enumeration cannot be named in the transaction that adds them, their names can.
ALTER TABLE "notifications"
  DROP CONSTRAINT "notifications_are_about_something",
  ADD CONSTRAINT "notifications_are_about_something" CHECK (
    CASE kind::text
      WHEN 'assigned' THEN round_id IS NOT NULL
      WHEN 'returned' THEN round_id IS NOT NULL AND article_id IS NOT NULL AND remark IS NOT NULL
      WHEN 'mentioned' THEN article_id IS NOT NULL AND remark IS NOT NULL
      WHEN 'round_due' THEN round_id IS NOT NULL AND due_at IS NOT NULL
      WHEN 'decided' THEN article_id IS NOT NULL
      WHEN 'commented' THEN article_id IS NOT NULL AND remark IS NOT NULL
    END),
  DROP CONSTRAINT "notifications_remark_has_a_length",
  ADD CONSTRAINT "notifications_remark_has_a_length" CHECK (char_length(remark) BETWEEN 1 AND 2000);
