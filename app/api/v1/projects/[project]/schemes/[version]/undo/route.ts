import { endpoint } from "@/app/endpoint";
import { undoScheme } from "@/lib/workflow/changing-schemes";

export const POST = endpoint("POST /projects/{project}/schemes/{version}/undo", ({ actor, path }) =>
  undoScheme(actor, path.project, path.version),
);
