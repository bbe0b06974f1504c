import { endpoint } from "@/app/endpoint";
import { roundsPage } from "@/lib/workflow/assigning";
import { createRound } from "@/lib/workflow/planning-rounds";

export const GET = endpoint("GET /projects/{project}/rounds", ({ actor, path, query }) =>
  roundsPage(actor, path.project, query),
);

export const POST = endpoint("POST /projects/{project}/rounds", ({ actor, path, body }) =>
  createRound(actor, path.project, body),
);
