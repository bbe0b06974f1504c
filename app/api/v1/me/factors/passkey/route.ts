import { endpoint } from "@/app/endpoint";
import { passkeySite } from "@/lib/access/passkeys";
import { originOf } from "@/lib/web/request";
import { addPasskey } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /me/factors/passkey", ({ actor, body, request }) => {
  const { name, passkey: response } = body;
  return addPasskey(actor, { name, response }, passkeySite(originOf(request)));
});
