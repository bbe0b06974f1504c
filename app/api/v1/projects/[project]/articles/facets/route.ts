import { endpoint } from "@/app/endpoint";
import { articleFacets } from "@/lib/workflow/articles";

export const GET = endpoint("GET /projects/{project}/articles/facets", ({ actor, path }) =>
  articleFacets(actor, path.project),
);
