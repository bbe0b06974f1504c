import { endpoint } from "@/app/endpoint";
import { createInvite, openInvites } from "@/lib/workflow/invites";

export const GET = endpoint("GET /projects/{project}/invites", async ({ actor, path }) => ({
  invites: await openInvites(actor, path.project),
}));

export const POST = endpoint("POST /projects/{project}/invites", ({ actor, path, body }) =>
  createInvite(actor, {
    email: body.email,
    siteAdmin: false,
    project: { ref: path.project, role: body.role },
  }),
);
