import { endpoint } from "@/app/endpoint";
import { createProject, projectsPage } from "@/lib/workflow/projects";

export const GET = endpoint("GET /projects", ({ actor, query }) => projectsPage(actor, query));

export const POST = endpoint("POST /projects", ({ actor, body }) => createProject(actor, body));
