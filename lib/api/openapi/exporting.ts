import { z } from "zod";
import { ExportQuery } from "../schemas/exporting";
import type { RouteDescription } from "./route";

export const exportingRoutes: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/projects/{project}/export",
    summary: "A dataset of the project, one record a line, streamed from one state of the database",
    permission: "export",
    query: ExportQuery,
    responseType: "application/x-ndjson",
    status: 200,
  },
  {
    method: "GET",
    path: "/schemas/{name}",
    summary: "The JSON Schema of a dataset's records: gainsay.article-1.schema.json",
    permission: "anyone",
    response: z.looseObject({ $schema: z.string() }),
    responseType: "application/schema+json",
    status: 200,
  },
];
