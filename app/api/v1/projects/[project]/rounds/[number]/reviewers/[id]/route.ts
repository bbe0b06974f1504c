import { endpoint } from "@/app/endpoint";
import { removeReviewer, setReviewer } from "@/lib/workflow/assigning";

export const PUT = endpoint(
  "PUT /projects/{project}/rounds/{number}/reviewers/{id}",
  async ({ actor, path, body }) => {
    const { number, id: userId } = path;
    await setReviewer(actor, path.project, { number, userId, languages: body.languages });
    return null;
  },
);

export const DELETE = endpoint(
  "DELETE /projects/{project}/rounds/{number}/reviewers/{id}",
  async ({ actor, path: { project, number, id } }) => {
    await removeReviewer(actor, project, { number, userId: id });
    return null;
  },
);
