import { endpoint } from "@/app/endpoint";
import { submitSet } from "@/lib/workflow/adjudicating";

export const POST = endpoint("POST /annotation-sets/{id}/submit", ({ actor, path, body }) =>
  submitSet(actor, path.id, body),
);
