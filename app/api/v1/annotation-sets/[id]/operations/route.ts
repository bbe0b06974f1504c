import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/annotating";
import { OperationBatch } from "@/lib/domain/schemas";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { annotate } from "@/lib/workflow/annotating";

/** In bytes; the largest batch a client sends is far below it. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export async function POST(
  request: NextRequest,
  context: RouteContext<"/api/v1/annotation-sets/[id]/operations">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const batch = OperationBatch.parse(await readJson(request, { limit: MAX_BATCH_BYTES }));
    return json(await annotate(actor, id, batch));
  });
}
