import { endpoint } from "@/app/endpoint";
import { createInvite, openInvitesPage } from "@/lib/workflow/invites";

export const GET = endpoint("GET /projects/{project}/invites", ({ actor, path, query }) =>
  openInvitesPage(actor, path.project, query),
);

export const POST = endpoint("POST /projects/{project}/invites", ({ actor, path, body }) =>
  createInvite(actor, {
    email: body.email,
    siteAdmin: false,
    project: { ref: path.project, role: body.role },
  }),
);
