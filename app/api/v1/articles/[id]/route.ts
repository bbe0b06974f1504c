import { endpoint } from "@/app/endpoint";
import { openArticle } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /articles/{id}", async ({ actor, path, query }) => {
  const { article } = await openArticle(actor, path.id, { version: query.version ?? null });
  return article;
});
