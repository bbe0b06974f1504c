import { endpoint } from "@/app/endpoint";
import { guidelineVersionsPage } from "@/lib/workflow/guidelines";

export const GET = endpoint(
  "GET /projects/{project}/guidelines/versions",
  ({ actor, path, query }) => guidelineVersionsPage(actor, path.project, query),
);
