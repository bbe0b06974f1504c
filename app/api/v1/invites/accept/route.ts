import type { NextRequest } from "next/server";
import { requirePerson, startSession } from "@/app/session";
import { AcceptRequest } from "@/lib/api/schemas/people";
import { checkOrigin, clientAddress, readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { acceptInvite, joinByInvite } from "@/lib/workflow/invites";

export async function POST(request: NextRequest) {
  return respond(async () => {
    checkOrigin(request);
    const { token, newcomer } = AcceptRequest.parse(await readJson(request, { limit: 32 * 1024 }));
    const address = clientAddress(request.headers);
    if (!newcomer) {
      const { project } = await acceptInvite(await requirePerson(request), token, address);
      return json({ project });
    }
    const { session, project } = await joinByInvite({ token, ...newcomer }, address);
    await startSession(session);
    return json({ project }, { status: 201 });
  });
}
