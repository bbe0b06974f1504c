import { endpoint } from "@/app/endpoint";
import { secret, startSession } from "@/app/session";
import { clientAddress } from "@/lib/web/request";
import { spendPasswordLink } from "@/lib/workflow/passwords";

export const POST = endpoint("POST /password", async ({ request, body }) => {
  await startSession(await spendPasswordLink(body, clientAddress(request.headers), secret()));
  return null;
});
