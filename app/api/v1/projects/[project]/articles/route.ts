import { endpoint } from "@/app/endpoint";
import { listArticles } from "@/lib/workflow/articles";

export const GET = endpoint("GET /projects/{project}/articles", ({ actor, path, query }) =>
  listArticles(actor, path.project, query),
);
