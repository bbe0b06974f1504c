import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/people";
import { noContent, respond } from "@/lib/web/respond";
import { revokeToken } from "@/lib/workflow/tokens";

export async function DELETE(request: NextRequest, context: RouteContext<"/api/v1/tokens/[id]">) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    await revokeToken(actor, id);
    return noContent();
  });
}
