import { endpoint } from "@/app/endpoint";
import { changeRound, round } from "@/lib/workflow/assigning";

export const GET = endpoint("GET /projects/{project}/rounds/{number}", ({ actor, path }) =>
  round(actor, path.project, path.number),
);

export const PATCH = endpoint(
  "PATCH /projects/{project}/rounds/{number}",
  ({ actor, path, body }) => changeRound(actor, path.project, path.number, body),
);
