import { endpoint } from "@/app/endpoint";
import { guidelineVersion } from "@/lib/workflow/guidelines";

export const GET = endpoint(
  "GET /projects/{project}/guidelines/versions/{version}",
  ({ actor, path }) => guidelineVersion(actor, path.project, path.version),
);
