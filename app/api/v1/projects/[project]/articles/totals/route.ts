import { endpoint } from "@/app/endpoint";
import { articleTotals } from "@/lib/workflow/articles";

export const GET = endpoint("GET /projects/{project}/articles/totals", ({ actor, path }) =>
  articleTotals(actor, path.project),
);
