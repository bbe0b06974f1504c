import { endpoint } from "@/app/endpoint";
import { schemeImpact } from "@/lib/workflow/changing-schemes";

export const POST = endpoint("POST /projects/{project}/schemes/impact", ({ actor, path, body }) =>
  schemeImpact(actor, path.project, body),
);
