import { endpoint } from "@/app/endpoint";
import { auditPage } from "@/lib/workflow/audit";

export const GET = endpoint("GET /audit-events", ({ actor, query }) =>
  auditPage(actor, null, query),
);
