-- Whether spans of one label may overlap is the label's rule: the constraint that keeps them apart is
-- for those whose label has it.
-- AlterTable
ALTER TABLE "spans" ADD COLUMN "exclusive" BOOLEAN NOT NULL DEFAULT true;

ALTER TABLE "spans" DROP CONSTRAINT "spans_of_one_label_do_not_overlap";

-- Schemes from before are silent on it: attributions may overlap, as in the default scheme.
UPDATE "spans" x SET "exclusive" = false
  FROM "annotation_sets" s
  JOIN "scheme_versions" v ON v."project_id" = s."project_id" AND v."version" = s."scheme_version"
 CROSS JOIN LATERAL jsonb_array_elements(v."definition"->'labels') AS l
 WHERE s."id" = x."set_id" AND l->>'name' = x."label"
   AND coalesce((l->'overlap')::boolean, l->>'name' = 'attribution');

ALTER TABLE "spans" ADD CONSTRAINT "spans_of_one_label_do_not_overlap"
  EXCLUDE USING gist (set_id WITH =, label WITH =, fragments WITH &&) WHERE ("exclusive")
  DEFERRABLE INITIALLY IMMEDIATE;
