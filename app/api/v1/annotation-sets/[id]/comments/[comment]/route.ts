import { endpoint } from "@/app/endpoint";
import { takeCommentBack } from "@/lib/workflow/adjudicating";

export const DELETE = endpoint(
  "DELETE /annotation-sets/{id}/comments/{comment}",
  async ({ actor, path }) => {
    await takeCommentBack(actor, path.id, path.comment);
    return null;
  },
);
