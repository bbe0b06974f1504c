import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { NewProject } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { projectView } from "@/lib/web/views/people";
import { createProject, projectsOf } from "@/lib/workflow/projects";

export async function GET(request: NextRequest) {
  return respond(async () => {
    const projects = await projectsOf(await requireActor(request));
    return json({ projects: projects.map(projectView) });
  });
}

export async function POST(request: NextRequest) {
  return respond(async () => {
    const actor = await requireActor(request);
    const project = NewProject.parse(await readJson(request));
    return json(projectView(await createProject(actor, project)), { status: 201 });
  });
}
