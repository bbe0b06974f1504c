import { endpoint } from "@/app/endpoint";
import { submit } from "@/lib/workflow/annotating";

export const POST = endpoint("POST /annotation-sets/{id}/submit", ({ actor, path, body }) =>
  submit(actor, path.id, body),
);
