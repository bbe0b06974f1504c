import type { NextRequest } from "next/server";
import { requirePerson } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/people";
import { noContent, respond } from "@/lib/web/respond";
import { disconnect } from "@/lib/workflow/provider-sign-in";

export async function DELETE(
  request: NextRequest,
  context: RouteContext<"/api/v1/me/identities/[id]">,
) {
  return respond(async () => {
    const actor = await requirePerson(request);
    const { id } = IdPath.parse(await context.params);
    await disconnect(actor, id);
    return noContent();
  });
}
