import { z } from "zod";
import { exportFormats, layers } from "@/lib/domain/record";

export const ExportQuery = z.strictObject({
  format: z.enum(exportFormats).default("jsonl"),
  layer: z.enum(layers).default("gold"),
  /** Whether reviewers' sets that are not submitted go in too. */
  include_open: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
});

/** The file name of a published schema. */
export const SchemaPath = z.strictObject({ name: z.string().max(100) });
