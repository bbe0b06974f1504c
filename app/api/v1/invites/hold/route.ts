import { endpoint } from "@/app/endpoint";
import { holdInvite } from "@/app/provider-sign-in";

export const POST = endpoint("POST /invites/hold", async ({ body }) => {
  await holdInvite(body.token);
  return null;
});
