import { endpoint } from "@/app/endpoint";
import { adjudicationOf, beginAdjudication } from "@/lib/workflow/adjudicating";

export const GET = endpoint("GET /articles/{id}/adjudication", ({ actor, path, query }) =>
  adjudicationOf(actor, path.id, query),
);

export const POST = endpoint("POST /articles/{id}/adjudication", ({ actor, path, body }) =>
  beginAdjudication(actor, path.id, body),
);
