import { endpoint } from "@/app/endpoint";
import { importPages } from "@/lib/workflow/importing";

export const POST = endpoint("POST /projects/{project}/page-imports", ({ actor, path, body }) =>
  importPages(actor, path.project, body),
);
