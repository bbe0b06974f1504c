import { endpoint } from "@/app/endpoint";
import { restoreProject } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/restore", ({ actor, path, body }) =>
  restoreProject(actor, path.project, body),
);
