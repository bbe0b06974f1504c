import { endpoint } from "@/app/endpoint";
import { annotate } from "@/lib/workflow/annotating";

export const POST = endpoint("POST /annotation-sets/{id}/operations", ({ actor, path, body }) =>
  annotate(actor, path.id, body),
);
