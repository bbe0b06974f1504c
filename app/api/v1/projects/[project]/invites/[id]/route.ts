import { endpoint } from "@/app/endpoint";
import { revokeInvite } from "@/lib/workflow/invites";

export const DELETE = endpoint(
  "DELETE /projects/{project}/invites/{id}",
  async ({ actor, path }) => {
    await revokeInvite(actor, path.id, path.project);
    return null;
  },
);
