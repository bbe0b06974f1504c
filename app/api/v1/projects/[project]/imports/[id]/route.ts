import { endpoint } from "@/app/endpoint";
import { undoImport } from "@/lib/workflow/deleting";
import { importOf } from "@/lib/workflow/importing";

export const GET = endpoint("GET /projects/{project}/imports/{id}", ({ actor, path }) =>
  importOf(actor, path.project, path.id),
);

export const DELETE = endpoint(
  "DELETE /projects/{project}/imports/{id}",
  ({ actor, path, query }) => undoImport(actor, path.project, path.id, query),
);
