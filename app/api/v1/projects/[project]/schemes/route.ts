import { endpoint } from "@/app/endpoint";
import { changeScheme, schemeVersionsPage } from "@/lib/workflow/changing-schemes";

export const GET = endpoint("GET /projects/{project}/schemes", ({ actor, path, query }) =>
  schemeVersionsPage(actor, path.project, query),
);

export const POST = endpoint("POST /projects/{project}/schemes", ({ actor, path, body }) =>
  changeScheme(actor, path.project, body),
);
