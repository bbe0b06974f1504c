import { endpoint } from "@/app/endpoint";
import { undoImport } from "@/lib/workflow/deleting";
import { importOf } from "@/lib/workflow/importing";

export const GET = endpoint(
  "GET /projects/{project}/imports/{id}",
  ({ request, actor, path, query }) =>
    importOf(actor, path.project, path.id, { ...query, signal: request.signal }),
);

export const DELETE = endpoint(
  "DELETE /projects/{project}/imports/{id}",
  ({ actor, path, query }) => undoImport(actor, path.project, path.id, query),
);
