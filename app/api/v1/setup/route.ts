import { endpoint } from "@/app/endpoint";
import { startSession } from "@/app/session";
import { clientAddress } from "@/lib/web/request";
import { setUp } from "@/lib/workflow/setting-up";

export const POST = endpoint("POST /setup", async ({ request, body }) => {
  const { user, project } = await setUp(body, clientAddress(request.headers));
  await startSession(user, "setup");
  return { project };
});
