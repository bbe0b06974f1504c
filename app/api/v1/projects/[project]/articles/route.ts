import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { ArticleListQuery } from "@/lib/web/schemas/articles";
import { ProjectPath } from "@/lib/web/schemas/people";
import { articleListView } from "@/lib/web/views/articles";
import { listArticles } from "@/lib/workflow/articles";

export async function GET(
  request: NextRequest,
  context: RouteContext<"/api/v1/projects/[project]/articles">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const query = ArticleListQuery.parse(queryOf(request));
    return json(articleListView(await listArticles(actor, project, query)));
  });
}
