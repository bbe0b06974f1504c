-- Reports on how far reviewers agree, and who makes them: docs/decisions/0047-agreement-report.md.

-- CreateEnum
CREATE TYPE "report_state" AS ENUM ('queued', 'running', 'done', 'failed');

-- CreateTable
CREATE TABLE "agreement_reports" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "round_id" UUID,
    "asked" TEXT NOT NULL,
    "state" "report_state" NOT NULL,
    "articles" INTEGER,
    "articles_done" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "report" JSON,
    "made_of" TEXT,
    "as_of" TIMESTAMPTZ(3),
    "made_at" TIMESTAMPTZ(3),

    CONSTRAINT "agreement_reports_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "agreement_reports_project_id_asked_key" ON "agreement_reports"("project_id", "asked");

-- CreateIndex
CREATE INDEX "agreement_reports_round_id_idx" ON "agreement_reports"("round_id");

-- AddForeignKey
ALTER TABLE "agreement_reports" ADD CONSTRAINT "agreement_reports_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agreement_reports" ADD CONSTRAINT "agreement_reports_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "rounds"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the shapes above cannot say.

ALTER TABLE "agreement_reports"
  ADD CONSTRAINT "agreement_reports_counts_are_not_negative" CHECK (articles >= 0 AND articles_done >= 0 AND attempts >= 0),
  ADD CONSTRAINT "agreement_reports_are_whole" CHECK (num_nulls(report, made_of, as_of, made_at) IN (0, 4)),
  ADD CONSTRAINT "agreement_reports_done_are_there" CHECK (state <> 'done' OR made_at IS NOT NULL),
  ADD CONSTRAINT "agreement_reports_failed_say_why" CHECK ((state = 'failed') = (failure IS NOT NULL));

-- Those that somebody has to make.
CREATE INDEX "agreement_reports_unfinished_idx" ON "agreement_reports" ("asked_at") WHERE "state" IN ('queued', 'running');
