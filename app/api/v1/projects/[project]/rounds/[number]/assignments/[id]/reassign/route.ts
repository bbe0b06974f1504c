import { endpoint } from "@/app/endpoint";
import { reassign } from "@/lib/workflow/assigning";

export const POST = endpoint(
  "POST /projects/{project}/rounds/{number}/assignments/{id}/reassign",
  async ({ actor, path, body }) => {
    const { number, id } = path;
    await reassign(actor, path.project, { number, id, userId: body.user });
    return null;
  },
);
