import { endpoint } from "@/app/endpoint";
import { downloaded } from "@/lib/web/stream";
import { exportTrail } from "@/lib/workflow/audit";

export const GET = endpoint("GET /audit-events/export", async ({ request, actor, query }) =>
  downloaded(request, await exportTrail(actor, null, query)),
);

// Or Next would ask GET, and leave the body that it does not send unread.
export { GET as HEAD };
