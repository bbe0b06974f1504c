import { endpoint } from "@/app/endpoint";
import { createInvite, openInvitesPage } from "@/lib/workflow/invites";

export const GET = endpoint("GET /invites", ({ actor, query }) =>
  openInvitesPage(actor, null, query),
);

export const POST = endpoint("POST /invites", ({ actor, body: { email, site_admin, project } }) =>
  createInvite(actor, {
    email,
    siteAdmin: site_admin,
    project: project && { ref: project.project, role: project.role },
  }),
);
