import { endpoint } from "@/app/endpoint";
import { amendGuidelines } from "@/lib/workflow/amending";

export const POST = endpoint(
  "POST /projects/{project}/guidelines/amendments",
  ({ actor, path, body }) => amendGuidelines(actor, path.project, body),
);
