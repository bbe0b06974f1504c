import { endpoint } from "@/app/endpoint";
import { guidelinesOf, saveGuidelines } from "@/lib/workflow/guidelines";

export const GET = endpoint("GET /projects/{project}/guidelines", ({ actor, path }) =>
  guidelinesOf(actor, path.project),
);

export const POST = endpoint("POST /projects/{project}/guidelines", ({ actor, path, body }) =>
  saveGuidelines(actor, path.project, body),
);
