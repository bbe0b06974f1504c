import { endpoint } from "@/app/endpoint";
import { deleteProject } from "@/lib/workflow/deleting";
import { projectFor, renameProject } from "@/lib/workflow/projects";

export const GET = endpoint("GET /projects/{project}", ({ actor, path }) =>
  projectFor(actor, path.project, "read"),
);

export const PATCH = endpoint("PATCH /projects/{project}", ({ actor, path, body }) =>
  renameProject(actor, path.project, body.title),
);

export const DELETE = endpoint("DELETE /projects/{project}", async ({ actor, path, query }) => {
  await deleteProject(actor, path.project, query);
  return null;
});
