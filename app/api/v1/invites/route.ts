import { endpoint } from "@/app/endpoint";
import { createInvite, openInvites } from "@/lib/workflow/invites";

export const GET = endpoint("GET /invites", async ({ actor }) => ({
  invites: await openInvites(actor, null),
}));

export const POST = endpoint("POST /invites", ({ actor, body: { email, site_admin, project } }) =>
  createInvite(actor, {
    email,
    siteAdmin: site_admin,
    project: project && { ref: project.project, role: project.role },
  }),
);
