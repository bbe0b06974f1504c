import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ArticleQuery, IdPath } from "@/lib/api/schemas/annotating";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { articleView } from "@/lib/web/views/annotating";
import { openArticle } from "@/lib/workflow/annotating";

export async function GET(request: NextRequest, context: RouteContext<"/api/v1/articles/[id]">) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const { version } = ArticleQuery.parse(queryOf(request));
    return json(articleView(await openArticle(actor, id, { version: version ?? null })));
  });
}
