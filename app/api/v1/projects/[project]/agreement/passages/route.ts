import { endpoint } from "@/app/endpoint";
import { disputedPassages } from "@/lib/workflow/disputed-passages";

export const GET = endpoint(
  "GET /projects/{project}/agreement/passages",
  ({ actor, path, query }) => disputedPassages(actor, path.project, query),
);
