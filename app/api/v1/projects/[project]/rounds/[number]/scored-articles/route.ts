import { endpoint } from "@/app/endpoint";
import { scoredArticles } from "@/lib/workflow/gold";

export const GET = endpoint(
  "GET /projects/{project}/rounds/{number}/scored-articles",
  ({ actor, path, query }) =>
    scoredArticles(actor, path.project, { number: path.number, ...query }),
);
