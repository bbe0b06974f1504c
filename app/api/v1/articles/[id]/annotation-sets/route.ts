import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/annotating";
import { json, respond } from "@/lib/web/respond";
import { annotationSetView } from "@/lib/web/views/annotating";
import { setsOf } from "@/lib/workflow/annotating";

export async function GET(
  request: NextRequest,
  context: RouteContext<"/api/v1/articles/[id]/annotation-sets">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const sets = await setsOf(actor, id);
    return json({ annotation_sets: sets.map(annotationSetView) });
  });
}
