import { endpoint } from "@/app/endpoint";
import { startSession } from "@/app/session";
import { changePassword } from "@/lib/workflow/passwords";

export const POST = endpoint("POST /me/password", async ({ actor, body }) => {
  await startSession(await changePassword(actor, body));
  return null;
});
