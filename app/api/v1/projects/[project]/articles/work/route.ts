import { endpoint } from "@/app/endpoint";
import { workOnArticlesOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/work", ({ actor, path, body }) =>
  workOnArticlesOf(actor, path.project, body.articles),
);
