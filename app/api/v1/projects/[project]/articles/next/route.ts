import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { NextArticleQuery } from "@/lib/api/schemas/articles";
import { ProjectPath } from "@/lib/api/schemas/people";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { nextArticle } from "@/lib/workflow/articles";

export async function GET(
  request: NextRequest,
  context: RouteContext<"/api/v1/projects/[project]/articles/next">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const { after = null } = NextArticleQuery.parse(queryOf(request));
    return json({ article: await nextArticle(actor, project, after) });
  });
}
