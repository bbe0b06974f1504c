import { z } from "zod";
import { layers } from "@/lib/domain/record";
import { tagOverlaps } from "@/lib/domain/tag-overlap";
import { ArticleFilterQuery } from "./articles";
import { type Endpoints, Flag } from "./endpoint";

/** What a dataset may be asked to hold, and how. */
export const DatasetQuery = z.strictObject({
  ...ArticleFilterQuery.shape,
  /** Pseudonyms of those whose annotation sets are in, such as `a1,a3`. */
  annotator: z.string().max(2000).optional(),
  /** A format's name; which there are is checked where they are known. */
  format: z.string().max(20).default("jsonl"),
  /** What a row is: article, span, sentence, token or pair; by default what is usual for the format. */
  shape: z.string().max(20).optional(),
  /** What goes along with a span: `sentence`, or how many characters on either side. */
  context: z
    .union([z.literal("sentence"), z.coerce.number<number | string>().int().min(0).max(10_000)])
    .optional(),
  /** What becomes of spans of one label that overlap, where tokens have tags; the longest is kept by default. */
  overlap: z.enum(tagOverlaps).optional(),
  /** Whether texts are in, and what repeats them. */
  texts: z
    .enum(["true", "false"])
    .default("true")
    .transform((value) => value === "true"),
  /** If left out, gold where the project has some, else what its reviewers submitted. */
  layer: z.enum(layers).optional(),
  /** Whether reviewers' sets that are not submitted go in too. */
  include_open: Flag,
});

export const datasetEndpoints = {
  "GET /projects/{project}/export": {
    summary:
      "A dataset of the project, or of the articles that a list would show, in one of the formats and shapes, as JSONL one record a line, streamed from one state of the database; `Gainsay-Layer` says whose annotations it holds",
    access: "export",
    scope: "export",
    query: DatasetQuery,
    answerType: "application/x-ndjson", // of the usual format; of another its own
    status: 200,
  },
  "GET /schemas/{name}": {
    summary:
      "The JSON Schema of a dataset's records: gainsay.article-2.schema.json; without texts: gainsay.article-2.offsets.schema.json; of earlier datasets: gainsay.article-1.schema.json",
    access: "anyone",
    scope: null,
    answer: z.looseObject({ $schema: z.string() }),
    answerType: "application/schema+json",
    status: 200,
  },
} as const satisfies Endpoints;
