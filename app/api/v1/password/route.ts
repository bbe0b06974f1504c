import { endpoint } from "@/app/endpoint";
import { secret, startSession } from "@/app/session";
import { clientAddress } from "@/lib/web/request";
import { spendPasswordLink } from "@/lib/workflow/passwords";

export const POST = endpoint("POST /password", async ({ request, body }) => {
  const { end_tokens: endTokens, ...chosen } = body;
  const link = { ...chosen, endTokens };
  const user = await spendPasswordLink(link, clientAddress(request.headers), secret());
  await startSession(user, "password_link");
  return null;
});
