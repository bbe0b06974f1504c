import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ArticleListQuery } from "@/lib/api/schemas/articles";
import { ProjectPath } from "@/lib/api/schemas/people";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
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
