import { endpoint } from "@/app/endpoint";
import { reopen } from "@/lib/workflow/annotating";

export const POST = endpoint("POST /annotation-sets/{id}/reopen", ({ actor, path, body }) =>
  reopen(actor, path.id, body),
);
