-- CreateEnum
CREATE TYPE "round_kind" AS ENUM ('practice', 'annotation');

-- CreateEnum
CREATE TYPE "round_way" AS ENUM ('assigned', 'queue');

-- CreateEnum
CREATE TYPE "round_order" AS ENUM ('newest', 'oldest', 'random');

-- CreateEnum
CREATE TYPE "others_seen" AS ENUM ('never', 'when_submitted', 'when_closed');

-- CreateEnum
CREATE TYPE "assignment_state" AS ENUM ('queued', 'open', 'submitted', 'returned', 'skipped');

-- CreateEnum
CREATE TYPE "skip_cause" AS ENUM ('reviewer', 'lease', 'reassignment');

-- CreateTable
CREATE TABLE "rounds" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "kind" "round_kind" NOT NULL,
    "way" "round_way" NOT NULL,
    "overlap" INTEGER NOT NULL,
    "doubled_percent" INTEGER,
    "seed" INTEGER NOT NULL,
    "article_order" "round_order" NOT NULL,
    "selection" JSONB NOT NULL DEFAULT '{}',
    "lease_minutes" INTEGER NOT NULL DEFAULT 120,
    "guideline_version" INTEGER,
    "others_seen" "others_seen" NOT NULL DEFAULT 'never',
    "due_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rounds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "round_reviewers" (
    "round_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "languages" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "round_reviewers_pkey" PRIMARY KEY ("round_id","user_id")
);

-- CreateTable
CREATE TABLE "round_stories" (
    "round_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "project_id" UUID NOT NULL,
    "language" TEXT,
    "places" INTEGER NOT NULL,
    "places_left" INTEGER NOT NULL,

    CONSTRAINT "round_stories_pkey" PRIMARY KEY ("round_id","number")
);

-- CreateTable
CREATE TABLE "round_articles" (
    "round_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "story" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "round_articles_pkey" PRIMARY KEY ("round_id","article_id")
);

-- CreateTable
CREATE TABLE "assignments" (
    "id" UUID NOT NULL,
    "round_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "state" "assignment_state" NOT NULL,
    "lease_until" TIMESTAMPTZ(3),
    "skip_cause" "skip_cause",
    "skip_reason" TEXT,
    "comment" TEXT,
    "returned_at" TIMESTAMPTZ(3),
    "returned_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "opened_at" TIMESTAMPTZ(3),
    "submitted_at" TIMESTAMPTZ(3),

    CONSTRAINT "assignments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "rounds_project_id_number_key" ON "rounds"("project_id", "number");

-- CreateIndex
CREATE INDEX "round_reviewers_user_id_idx" ON "round_reviewers"("user_id");

-- CreateIndex
CREATE INDEX "round_articles_round_id_story_idx" ON "round_articles"("round_id", "story");

-- CreateIndex
CREATE INDEX "round_articles_version_id_idx" ON "round_articles"("version_id");

-- CreateIndex
CREATE UNIQUE INDEX "round_articles_round_id_position_key" ON "round_articles"("round_id", "position");

-- CreateIndex
CREATE INDEX "assignments_round_id_user_id_idx" ON "assignments"("round_id", "user_id");

-- CreateIndex
CREATE INDEX "assignments_user_id_article_id_idx" ON "assignments"("user_id", "article_id");

-- CreateIndex
CREATE UNIQUE INDEX "assignments_round_id_article_id_user_id_key" ON "assignments"("round_id", "article_id", "user_id");

-- AddForeignKey
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_reviewers" ADD CONSTRAINT "round_reviewers_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "rounds"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_reviewers" ADD CONSTRAINT "round_reviewers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_stories" ADD CONSTRAINT "round_stories_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "rounds"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_articles" ADD CONSTRAINT "round_articles_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "article_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_articles" ADD CONSTRAINT "round_articles_round_id_story_fkey" FOREIGN KEY ("round_id", "story") REFERENCES "round_stories"("round_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_round_id_article_id_fkey" FOREIGN KEY ("round_id", "article_id") REFERENCES "round_articles"("round_id", "article_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_round_id_user_id_fkey" FOREIGN KEY ("round_id", "user_id") REFERENCES "round_reviewers"("round_id", "user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_returned_by_fkey" FOREIGN KEY ("returned_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What the shapes above cannot say: docs/decisions/0038-rounds.md.

ALTER TABLE "round_reviewers" ALTER COLUMN "languages" SET NOT NULL;

ALTER TABLE "rounds"
  ADD CONSTRAINT "rounds_count_from_one" CHECK (number > 0),
  ADD CONSTRAINT "rounds_title_has_a_length" CHECK (char_length(title) BETWEEN 1 AND 200),
  ADD CONSTRAINT "rounds_have_reviewers_for_each_article" CHECK (overlap BETWEEN 1 AND 20),
  ADD CONSTRAINT "rounds_double_what_has_one_reviewer" CHECK (doubled_percent BETWEEN 0 AND 100 AND (doubled_percent IS NULL OR overlap = 1)),
  ADD CONSTRAINT "rounds_seed_is_not_negative" CHECK (seed >= 0),
  ADD CONSTRAINT "rounds_selection_is_an_object" CHECK (jsonb_typeof(selection) = 'object'),
  ADD CONSTRAINT "rounds_lease_is_some_minutes" CHECK (lease_minutes BETWEEN 1 AND 43200),
  ADD CONSTRAINT "rounds_guidelines_count_from_one" CHECK (guideline_version > 0);

ALTER TABLE "round_stories"
  ADD CONSTRAINT "round_stories_count_from_one" CHECK (number > 0),
  ADD CONSTRAINT "round_stories_have_places" CHECK (places > 0),
  -- Never more reviewers than places.
  ADD CONSTRAINT "round_stories_places_are_not_overdrawn" CHECK (places_left BETWEEN 0 AND places);
-- The queue: what still has a place, in its order.
CREATE INDEX "round_stories_free_idx" ON "round_stories" ("round_id", "number") WHERE "places_left" > 0;

ALTER TABLE "assignments"
  ADD CONSTRAINT "assignments_skipped_for_a_cause" CHECK ((state = 'skipped') = (skip_cause IS NOT NULL)),
  ADD CONSTRAINT "assignments_skipped_by_their_reviewer_for_a_reason" CHECK (
    (skip_reason IS NOT NULL) = (skip_cause IS NOT DISTINCT FROM 'reviewer') AND char_length(skip_reason) BETWEEN 1 AND 1000),
  ADD CONSTRAINT "assignments_submitted_at_a_time" CHECK ((state = 'submitted') = (submitted_at IS NOT NULL)),
  ADD CONSTRAINT "assignments_returned_with_a_comment" CHECK (
    (returned_at IS NULL) = (comment IS NULL) AND (state <> 'returned' OR returned_at IS NOT NULL)
    AND char_length(comment) BETWEEN 1 AND 1000),
  ADD CONSTRAINT "assignments_leased_while_not_done" CHECK (lease_until IS NULL OR state IN ('queued', 'open'));
-- What somebody has to do, which is little beside what they have done.
CREATE INDEX "assignments_to_do_idx" ON "assignments" ("user_id", "project_id") WHERE "state" IN ('queued', 'open', 'returned');
CREATE INDEX "assignments_lease_idx" ON "assignments" ("round_id", "lease_until") WHERE "lease_until" IS NOT NULL;
