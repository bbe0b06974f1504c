import {
  ImportDetailView,
  ImportItemsQuery,
  ImportItemsView,
  ImportsQuery,
  ImportsView,
  PreviewView,
  UploadQuery,
} from "../schemas/importing";
import type { BinaryBody, RouteDescription } from "./route";

const upload: BinaryBody = {
  contentTypes: [
    "multipart/form-data",
    "text/markdown",
    "text/plain",
    "application/x-ndjson",
    "application/jsonl",
    "application/json",
    "application/octet-stream",
  ],
  description: "A form with any number of files, or one file as it is",
};

export const importingRoutes: readonly RouteDescription[] = [
  {
    method: "POST",
    path: "/projects/{project}/imports",
    summary:
      "Import articles from files: at once with the outcome (201), or a large upload as a job (202)",
    permission: "import",
    query: UploadQuery,
    requestBody: upload,
    response: ImportDetailView,
    status: [201, 202],
  },
  {
    method: "GET",
    path: "/projects/{project}/imports",
    summary: "The imports of a project, newest first",
    permission: "import",
    query: ImportsQuery,
    response: ImportsView,
    status: 200,
  },
  {
    method: "GET",
    path: "/projects/{project}/imports/{id}",
    summary: "An import: how far it is, and what was rejected",
    permission: "import",
    response: ImportDetailView,
    status: 200,
  },
  {
    method: "GET",
    path: "/projects/{project}/imports/{id}/items",
    summary: "The outcome of each article of an import, in the order of its files",
    permission: "import",
    query: ImportItemsQuery,
    response: ImportItemsView,
    status: 200,
  },
  {
    method: "POST",
    path: "/projects/{project}/import-previews",
    summary: "What an import of these files would read; nothing is stored",
    permission: "import",
    query: UploadQuery,
    requestBody: upload,
    response: PreviewView,
    status: 200,
  },
];
