-- Datasets are sorted by article id.
-- CreateIndex
CREATE INDEX "articles_project_id_id_idx" ON "articles"("project_id", "id");
