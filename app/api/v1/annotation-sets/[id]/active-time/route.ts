import { endpoint } from "@/app/endpoint";
import { reportActiveTime } from "@/lib/workflow/annotating";

export const PUT = endpoint("PUT /annotation-sets/{id}/active-time", ({ actor, path, body }) =>
  reportActiveTime(actor, path.id, body),
);
