import { endpoint } from "@/app/endpoint";
import { historyOf } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /annotation-sets/{id}/history", ({ actor, path, query }) =>
  historyOf(actor, path.id, query),
);
