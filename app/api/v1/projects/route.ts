import { endpoint } from "@/app/endpoint";
import { createProject, projectsOf } from "@/lib/workflow/projects";

export const GET = endpoint("GET /projects", async ({ actor }) => ({
  projects: await projectsOf(actor),
}));

export const POST = endpoint("POST /projects", ({ actor, body }) => createProject(actor, body));
