import { endpoint } from "@/app/endpoint";
import { documentHeaders } from "@/lib/web/headers";
import { printedArticle } from "@/lib/workflow/printing";

export const GET = endpoint("GET /articles/{id}/print", async ({ actor, path, query }) => {
  const html = await printedArticle(actor, path.id, query);
  return new Response(html, {
    headers: { ...documentHeaders, "Content-Type": "text/html; charset=utf-8" },
  });
});
