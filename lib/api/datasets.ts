import { z } from "zod";
import { layers } from "@/lib/domain/record";
import { type Endpoints, Flag } from "./endpoint";

export const datasetEndpoints = {
  "GET /projects/{project}/export": {
    summary:
      "A dataset of the project in one of the formats, as JSONL one record a line, streamed from one state of the database; `Gainsay-Layer` says whose annotations it holds",
    access: "export",
    scope: "export",
    query: z.strictObject({
      /** A format's name; which there are is checked where they are known. */
      format: z.string().max(20).default("jsonl"),
      /** If left out, gold where the project has some, else what its reviewers submitted. */
      layer: z.enum(layers).optional(),
      /** Whether reviewers' sets that are not submitted go in too. */
      include_open: Flag,
    }),
    answerType: "application/x-ndjson", // of the usual format; of another its own
    status: 200,
  },
  "GET /schemas/{name}": {
    summary:
      "The JSON Schema of a dataset's records: gainsay.article-2.schema.json; of earlier datasets: gainsay.article-1.schema.json",
    access: "anyone",
    scope: null,
    answer: z.looseObject({ $schema: z.string() }),
    answerType: "application/schema+json",
    status: 200,
  },
} as const satisfies Endpoints;
