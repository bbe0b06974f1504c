import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { NewMember, ProjectPath } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { memberView } from "@/lib/web/views/people";
import { addMember, membersOf } from "@/lib/workflow/members";

type Context = RouteContext<"/api/v1/projects/[project]/members">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    return json({ members: (await membersOf(actor, project)).map(memberView) });
  });
}

export async function POST(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const member = NewMember.parse(await readJson(request));
    return json(memberView(await addMember(actor, project, member)), { status: 201 });
  });
}
