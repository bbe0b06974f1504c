import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { HistoryQuery, IdPath } from "@/lib/api/schemas/annotating";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { historyView } from "@/lib/web/views/annotating";
import { historyOf } from "@/lib/workflow/annotating";

export async function GET(
  request: NextRequest,
  context: RouteContext<"/api/v1/annotation-sets/[id]/history">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const { cursor, limit } = HistoryQuery.parse(queryOf(request));
    return json(historyView(await historyOf(actor, id, { after: cursor, limit }), limit));
  });
}
