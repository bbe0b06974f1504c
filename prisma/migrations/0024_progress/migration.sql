-- CreateTable
CREATE TABLE "active_times" (
    "set_id" UUID NOT NULL,
    "source" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "seconds" INTEGER NOT NULL,
    "reported_at" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "active_times_pkey" PRIMARY KEY ("set_id","source")
);

-- CreateTable
CREATE TABLE "agreements" (
    "version_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "compared_at" TIMESTAMPTZ(3) NOT NULL,
    "exact" DOUBLE PRECISION,
    "overlap" DOUBLE PRECISION,

    CONSTRAINT "agreements_pkey" PRIMARY KEY ("version_id","label")
);

-- CreateIndex
CREATE INDEX "active_times_project_id_idx" ON "active_times"("project_id");

-- CreateIndex
CREATE INDEX "agreements_project_id_compared_at_idx" ON "agreements"("project_id", "compared_at");

-- AddForeignKey
ALTER TABLE "active_times" ADD CONSTRAINT "active_times_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "annotation_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "article_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the shapes above cannot say: docs/decisions/0042-active-time-and-dashboard.md. The agreements of what is
-- submitted already are worked out by whoever migrates: see lib/store/agreements.ts.

ALTER TABLE "active_times"
  ADD CONSTRAINT "active_times_are_some_seconds" CHECK (seconds > 0);

ALTER TABLE "agreements"
  ADD CONSTRAINT "agreements_are_shares" CHECK (exact BETWEEN 0 AND 1 AND overlap BETWEEN 0 AND 1),
  -- What agrees exactly overlaps, too.
  ADD CONSTRAINT "agreements_overlap_where_they_are_exact" CHECK (
    (exact IS NULL) = (overlap IS NULL) AND exact <= overlap);

-- Articles with an earlier text are few, and what is told of a project leaves out the work on that.
CREATE INDEX "articles_changed_idx" ON "articles" ("project_id", "id") WHERE "current_version" > 1;
