import { endpoint } from "@/app/endpoint";
import { workOnProject } from "@/lib/workflow/deleting";

export const GET = endpoint("GET /projects/{project}/work", ({ actor, path }) =>
  workOnProject(actor, path.project),
);
