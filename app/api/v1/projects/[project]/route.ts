import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ChangeProject, ProjectPath } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { projectView } from "@/lib/web/views/people";
import { projectFor, renameProject } from "@/lib/workflow/projects";

type Context = RouteContext<"/api/v1/projects/[project]">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    return json(projectView(await projectFor(actor, project, "read")));
  });
}

export async function PATCH(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const { title } = ChangeProject.parse(await readJson(request));
    return json(projectView(await renameProject(actor, project, title)));
  });
}
