import { endpoint } from "@/app/endpoint";
import { deleteArticlesOf } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /projects/{project}/articles/delete", ({ actor, path, body }) =>
  deleteArticlesOf(actor, path.project, body.articles, body),
);
