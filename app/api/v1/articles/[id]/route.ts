import { endpoint } from "@/app/endpoint";
import { openArticle } from "@/lib/workflow/annotating";
import { deleteArticles } from "@/lib/workflow/deleting";

export const GET = endpoint("GET /articles/{id}", async ({ actor, path, query }) => {
  const { article } = await openArticle(actor, path.id, { version: query.version ?? null });
  return article;
});

export const DELETE = endpoint("DELETE /articles/{id}", async ({ actor, path, query }) => {
  await deleteArticles(actor, [path.id], query);
  return null;
});
