import { endpoint } from "@/app/endpoint";
import { connectedProviders } from "@/app/sign-in-providers";
import { proveByPassword } from "@/lib/workflow/sessions";
import { myAccount } from "@/lib/workflow/users";

export const GET = endpoint("GET /me/proof", async ({ actor }) => {
  const { email, has_password: password, identities } = await myAccount(actor);
  return { email, password, providers: connectedProviders(identities) };
});

export const POST = endpoint("POST /me/proof", async ({ actor, body }) => {
  await proveByPassword(actor, body.password);
  return null;
});
