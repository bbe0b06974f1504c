import { endpoint } from "@/app/endpoint";
import { undoingOf } from "@/lib/workflow/deleting";

export const GET = endpoint("GET /projects/{project}/imports/{id}/undoing", ({ actor, path }) =>
  undoingOf(actor, path.project, path.id),
);
