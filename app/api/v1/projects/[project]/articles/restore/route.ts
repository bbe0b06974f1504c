import { endpoint } from "@/app/endpoint";
import { restoreSomeOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/restore", ({ actor, path, body }) =>
  restoreSomeOf(actor, path.project, body.articles),
);
