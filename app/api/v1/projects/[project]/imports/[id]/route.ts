import { endpoint } from "@/app/endpoint";
import { importOf } from "@/lib/workflow/importing";

export const GET = endpoint("GET /projects/{project}/imports/{id}", ({ actor, path }) =>
  importOf(actor, path.project, path.id),
);
