import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ChangeMember, ProjectItemPath } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, noContent, respond } from "@/lib/web/respond";
import { memberView } from "@/lib/web/views/people";
import { changeRole, removeMember } from "@/lib/workflow/members";

type Context = RouteContext<"/api/v1/projects/[project]/members/[id]">;

export async function PATCH(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project, id } = ProjectItemPath.parse(await context.params);
    const { role } = ChangeMember.parse(await readJson(request));
    return json(memberView(await changeRole(actor, project, { userId: id, role })));
  });
}

export async function DELETE(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project, id } = ProjectItemPath.parse(await context.params);
    await removeMember(actor, project, id);
    return noContent();
  });
}
