import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ProjectItemPath } from "@/lib/api/schemas/people";
import { noContent, respond } from "@/lib/web/respond";
import { revokeInvite } from "@/lib/workflow/invites";

export async function DELETE(
  request: NextRequest,
  context: RouteContext<"/api/v1/projects/[project]/invites/[id]">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project, id } = ProjectItemPath.parse(await context.params);
    await revokeInvite(actor, id, project);
    return noContent();
  });
}
