import { endpoint } from "@/app/endpoint";
import { ownDecisions } from "@/lib/workflow/adjudicating";

export const GET = endpoint("GET /articles/{id}/decisions", ({ actor, path, query }) =>
  ownDecisions(actor, path.id, query),
);
