import { endpoint } from "@/app/endpoint";
import { feedbackOn } from "@/lib/workflow/gold";

export const GET = endpoint(
  "GET /projects/{project}/rounds/{number}/feedback/{id}",
  async ({ actor, path: { project, number, id }, query }) => {
    const shown = await feedbackOn(actor, project, { number, articleId: id, user: query.user });
    return shown.feedback;
  },
);
