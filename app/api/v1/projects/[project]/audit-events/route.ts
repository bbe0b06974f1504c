import { endpoint } from "@/app/endpoint";
import { auditPage } from "@/lib/workflow/audit";

export const GET = endpoint("GET /projects/{project}/audit-events", ({ actor, path, query }) =>
  auditPage(actor, path.project, query),
);
