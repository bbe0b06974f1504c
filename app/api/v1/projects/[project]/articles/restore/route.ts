import { endpoint } from "@/app/endpoint";
import { restoreArticlesOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/restore", ({ actor, path, body }) =>
  restoreArticlesOf(actor, path.project, body.articles),
);
