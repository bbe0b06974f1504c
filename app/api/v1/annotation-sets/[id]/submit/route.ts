import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { AtRevision, IdPath } from "@/lib/api/schemas/annotating";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { annotationSetView } from "@/lib/web/views/annotating";
import { submit } from "@/lib/workflow/annotating";

export async function POST(
  request: NextRequest,
  context: RouteContext<"/api/v1/annotation-sets/[id]/submit">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const { revision } = AtRevision.parse(await readJson(request));
    return json(annotationSetView(await submit(actor, id, revision)));
  });
}
