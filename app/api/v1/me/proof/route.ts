import { endpoint } from "@/app/endpoint";
import { connectedProviders } from "@/app/sign-in-providers";
import { passkeySite } from "@/lib/access/passkeys";
import { hostOf, originOf } from "@/lib/web/request";
import { hasPasskey, proveByPasskey } from "@/lib/workflow/second-factors";
import { proveByPassword } from "@/lib/workflow/sessions";
import { myAccount } from "@/lib/workflow/users";

export const GET = endpoint("GET /me/proof", async ({ actor, request }) => {
  const { email, has_password: password, identities } = await myAccount(actor);
  const passkey = await hasPasskey(actor, hostOf(request.headers));
  return { email, password, passkey, providers: connectedProviders(identities) };
});

export const POST = endpoint("POST /me/proof", async ({ actor, body, request }) => {
  if ("password" in body) await proveByPassword(actor, body.password);
  else await proveByPasskey(actor, body.passkey, passkeySite(originOf(request)));
  return null;
});
