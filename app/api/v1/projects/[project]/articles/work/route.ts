import { endpoint } from "@/app/endpoint";
import { workOnSomeOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/work", ({ actor, path, body }) =>
  workOnSomeOf(actor, path.project, body.articles),
);
