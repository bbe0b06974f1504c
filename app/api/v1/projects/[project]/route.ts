import { endpoint } from "@/app/endpoint";
import { projectFor, renameProject } from "@/lib/workflow/projects";

export const GET = endpoint("GET /projects/{project}", ({ actor, path }) =>
  projectFor(actor, path.project, "read"),
);

export const PATCH = endpoint("PATCH /projects/{project}", ({ actor, path, body }) =>
  renameProject(actor, path.project, body.title),
);
