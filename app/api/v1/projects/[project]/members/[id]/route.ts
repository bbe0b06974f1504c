import { endpoint } from "@/app/endpoint";
import { changeRole, removeMember } from "@/lib/workflow/members";

export const PATCH = endpoint("PATCH /projects/{project}/members/{id}", ({ actor, path, body }) =>
  changeRole(actor, path.project, { userId: path.id, role: body.role }),
);

export const DELETE = endpoint(
  "DELETE /projects/{project}/members/{id}",
  async ({ actor, path }) => {
    await removeMember(actor, path.project, path.id);
    return null;
  },
);
