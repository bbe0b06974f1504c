import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { AtRevision, IdPath } from "@/lib/web/schemas/annotating";
import { annotationSetView } from "@/lib/web/views/annotating";
import { reopen } from "@/lib/workflow/annotating";

export async function POST(
  request: NextRequest,
  context: RouteContext<"/api/v1/annotation-sets/[id]/reopen">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const { revision } = AtRevision.parse(await readJson(request));
    return json(annotationSetView(await reopen(actor, id, revision)));
  });
}
