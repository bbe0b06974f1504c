import { endpoint } from "@/app/endpoint";
import { assignmentsPage } from "@/lib/workflow/assigning";

export const GET = endpoint(
  "GET /projects/{project}/rounds/{number}/assignments",
  ({ actor, path, query }) =>
    assignmentsPage(actor, path.project, { ...query, number: path.number }),
);
