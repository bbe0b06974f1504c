import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/people";
import { noContent, respond } from "@/lib/web/respond";
import { revokeInvite } from "@/lib/workflow/invites";

export async function DELETE(request: NextRequest, context: RouteContext<"/api/v1/invites/[id]">) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    await revokeInvite(actor, id, null);
    return noContent();
  });
}
