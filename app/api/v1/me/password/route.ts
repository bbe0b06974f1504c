import { endpoint } from "@/app/endpoint";
import { changePassword } from "@/lib/workflow/passwords";

export const POST = endpoint("POST /me/password", async ({ actor, body }) => {
  const { end_tokens: endTokens, ...passwords } = body;
  await changePassword(actor, { ...passwords, endTokens });
  return null;
});
