import { endpoint } from "@/app/endpoint";
import { dashboardOf } from "@/lib/workflow/dashboard";

export const GET = endpoint("GET /projects/{project}/dashboard", ({ actor, path }) =>
  dashboardOf(actor, path.project),
);
