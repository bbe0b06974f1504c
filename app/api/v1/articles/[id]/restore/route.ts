import { endpoint } from "@/app/endpoint";
import { restoreArticle } from "@/lib/workflow/deleting";

export const POST = endpoint("POST /articles/{id}/restore", async ({ actor, path }) => {
  await restoreArticle(actor, path.id);
  return null;
});
