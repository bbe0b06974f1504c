import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ImportItemsQuery, ImportPath } from "@/lib/api/schemas/importing";
import { json, respond } from "@/lib/web/respond";
import { importItemView } from "@/lib/web/views/importing";
import { itemsOf } from "@/lib/workflow/importing";

type Context = RouteContext<"/api/v1/projects/[project]/imports/[id]/items">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project, id } = ImportPath.parse(await context.params);
    const query = ImportItemsQuery.parse(Object.fromEntries(request.nextUrl.searchParams));
    const page = await itemsOf(actor, project, id, {
      outcome: query.outcome ?? null,
      cursor: query.cursor ?? null,
      limit: query.limit,
    });
    return json({ items: page.rows.map(importItemView), next_cursor: page.next });
  });
}
