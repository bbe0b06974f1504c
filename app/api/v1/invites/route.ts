import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { NewInvite } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { inviteView } from "@/lib/web/views/people";
import { createInvite, openInvites } from "@/lib/workflow/invites";

export async function GET(request: NextRequest) {
  return respond(async () => {
    const invites = await openInvites(await requireActor(request), null);
    return json({ invites: invites.map(inviteView) });
  });
}

export async function POST(request: NextRequest) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { email, site_admin, project } = NewInvite.parse(await readJson(request));
    const { invite, path } = await createInvite(actor, {
      email,
      siteAdmin: site_admin,
      project: project && { ref: project.project, role: project.role },
    });
    return json({ invite: inviteView(invite), path }, { status: 201 });
  });
}
