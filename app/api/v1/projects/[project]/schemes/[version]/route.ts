import { endpoint } from "@/app/endpoint";
import { schemeVersion } from "@/lib/workflow/changing-schemes";

export const GET = endpoint("GET /projects/{project}/schemes/{version}", ({ actor, path }) =>
  schemeVersion(actor, path.project, path.version),
);
