import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { NewProjectInvite, ProjectPath } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { inviteView } from "@/lib/web/views/people";
import { createInvite, openInvites } from "@/lib/workflow/invites";

type Context = RouteContext<"/api/v1/projects/[project]/invites">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    return json({ invites: (await openInvites(actor, project)).map(inviteView) });
  });
}

export async function POST(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const { email, role } = NewProjectInvite.parse(await readJson(request));
    const { invite, path } = await createInvite(actor, {
      email,
      siteAdmin: false,
      project: { ref: project, role },
    });
    return json({ invite: inviteView(invite), path }, { status: 201 });
  });
}
