import { endpoint } from "@/app/endpoint";
import { workOnArticles } from "@/lib/workflow/deleting";

export const GET = endpoint("GET /articles/{id}/work", ({ actor, path }) =>
  workOnArticles(actor, [path.id]),
);
