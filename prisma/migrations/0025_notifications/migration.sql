-- What people are told, and by which mail: docs/decisions/0043-telling-people.md.

-- CreateEnum
CREATE TYPE "notification_kind" AS ENUM ('assigned', 'returned', 'mentioned', 'round_due');

-- CreateEnum
CREATE TYPE "mail_state" AS ENUM ('none', 'waiting', 'sent', 'failed');

-- AlterEnum
ALTER TYPE "skip_cause" ADD VALUE 'removal';

-- AlterTable
ALTER TABLE "round_reviewers" ADD COLUMN "removed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "users" ADD COLUMN "unmailed_kinds" "notification_kind"[] DEFAULT ARRAY[]::"notification_kind"[];

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "actor_id" UUID,
    "round_id" UUID,
    "article_id" UUID,
    "articles" INTEGER NOT NULL DEFAULT 0,
    "remark" TEXT,
    "due_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(3),
    "mail_state" "mail_state" NOT NULL DEFAULT 'none',
    "mail_id" UUID,
    "mail_attempts" INTEGER NOT NULL DEFAULT 0,
    "mail_after" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notifications_user_id_created_at_id_idx" ON "notifications"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "notifications_project_id_idx" ON "notifications"("project_id");

-- CreateIndex
CREATE INDEX "notifications_round_id_idx" ON "notifications"("round_id");

-- CreateIndex
CREATE INDEX "notifications_article_id_idx" ON "notifications"("article_id");

-- CreateIndex
CREATE INDEX "notifications_created_at_idx" ON "notifications"("created_at");

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "rounds"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "articles"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the shapes above cannot say.

ALTER TABLE "users" ALTER COLUMN "unmailed_kinds" SET NOT NULL;

ALTER TABLE "notifications"
  ADD CONSTRAINT "notifications_are_about_something" CHECK (
    CASE kind
      WHEN 'assigned' THEN round_id IS NOT NULL
      WHEN 'returned' THEN round_id IS NOT NULL AND article_id IS NOT NULL AND remark IS NOT NULL
      WHEN 'mentioned' THEN article_id IS NOT NULL AND remark IS NOT NULL
      WHEN 'round_due' THEN round_id IS NOT NULL AND due_at IS NOT NULL
    END),
  ADD CONSTRAINT "notifications_remark_has_a_length" CHECK (char_length(remark) BETWEEN 1 AND 1000),
  ADD CONSTRAINT "notifications_articles_are_counted" CHECK (articles >= 0),
  ADD CONSTRAINT "notifications_mail_waits_for_a_time" CHECK ((mail_state = 'waiting') = (mail_after IS NOT NULL));

-- Once a round, person and date, however many nodes look.
CREATE UNIQUE INDEX "notifications_round_due_once_key" ON "notifications" ("round_id", "user_id", "due_at") WHERE "kind" = 'round_due';
-- How many somebody has not read, which every page says.
CREATE INDEX "notifications_unread_idx" ON "notifications" ("user_id") WHERE "read_at" IS NULL;
-- What waits to be mailed, which is little.
CREATE INDEX "notifications_waiting_idx" ON "notifications" ("mail_after") WHERE "mail_state" = 'waiting';
-- The rounds that are due.
CREATE INDEX "rounds_due_idx" ON "rounds" ("due_at") WHERE "closed_at" IS NULL AND "due_at" IS NOT NULL;
-- The trail of a project in its order, page by page.
DROP INDEX "audit_events_project_id_at_idx";
CREATE INDEX "audit_events_project_id_at_id_idx" ON "audit_events"("project_id", "at", "id");
