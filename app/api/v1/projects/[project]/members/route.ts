import { endpoint } from "@/app/endpoint";
import { addMember, membersOf } from "@/lib/workflow/members";

export const GET = endpoint("GET /projects/{project}/members", async ({ actor, path }) => ({
  members: await membersOf(actor, path.project),
}));

export const POST = endpoint("POST /projects/{project}/members", ({ actor, path, body }) =>
  addMember(actor, path.project, body),
);
