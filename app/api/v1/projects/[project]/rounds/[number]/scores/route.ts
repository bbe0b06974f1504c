import { endpoint } from "@/app/endpoint";
import { roundScores } from "@/lib/workflow/gold";

export const GET = endpoint("GET /projects/{project}/rounds/{number}/scores", ({ actor, path }) =>
  roundScores(actor, path.project, path.number),
);
