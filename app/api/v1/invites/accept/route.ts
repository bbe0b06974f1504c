import { endpoint } from "@/app/endpoint";
import { requirePerson, startSession } from "@/app/session";
import { clientAddress } from "@/lib/web/request";
import { acceptInvite, joinByInvite } from "@/lib/workflow/invites";

export const POST = endpoint("POST /invites/accept", async ({ request, body }) => {
  const { token, newcomer } = body;
  const address = clientAddress(request.headers);
  if (!newcomer) {
    const { project } = await acceptInvite(await requirePerson(request), token, address);
    return { status: 200, answer: { project } };
  }
  const { user, project } = await joinByInvite({ token, ...newcomer }, address);
  await startSession(user, "invite");
  return { status: 201, answer: { project } };
});
