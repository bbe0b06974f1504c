import { endpoint } from "@/app/endpoint";
import { returnWork } from "@/lib/workflow/assigning";

export const POST = endpoint(
  "POST /projects/{project}/rounds/{number}/assignments/{id}/return",
  ({ actor, path, body }) =>
    returnWork(actor, path.project, { number: path.number, id: path.id, comment: body.comment }),
);
