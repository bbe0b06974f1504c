import { endpoint } from "@/app/endpoint";
import { deleteSomeOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/delete", ({ actor, path, body }) =>
  deleteSomeOf(actor, path.project, body.articles, body),
);
