import { endpoint } from "@/app/endpoint";
import { reopenSet } from "@/lib/workflow/adjudicating";

export const POST = endpoint("POST /annotation-sets/{id}/reopen", ({ actor, path, body }) =>
  reopenSet(actor, path.id, body),
);
