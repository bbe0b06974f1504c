import { endpoint } from "@/app/endpoint";
import { nextArticle } from "@/lib/workflow/articles";

export const GET = endpoint(
  "GET /projects/{project}/articles/next",
  async ({ actor, path, query }) => ({
    article: await nextArticle(actor, path.project, query.after ?? null),
  }),
);
