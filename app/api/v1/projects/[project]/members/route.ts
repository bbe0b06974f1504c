import { endpoint } from "@/app/endpoint";
import { addMember, membersPage } from "@/lib/workflow/members";

export const GET = endpoint("GET /projects/{project}/members", ({ actor, path, query }) =>
  membersPage(actor, path.project, query),
);

export const POST = endpoint("POST /projects/{project}/members", ({ actor, path, body }) =>
  addMember(actor, path.project, body),
);
