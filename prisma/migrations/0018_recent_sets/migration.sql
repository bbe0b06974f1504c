-- CreateIndex
CREATE INDEX "annotation_sets_project_id_kind_id_idx" ON "annotation_sets"("project_id", "kind", "id");
