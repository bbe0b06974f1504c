import { endpoint } from "@/app/endpoint";
import { secret } from "@/app/session";
import { passkeySite } from "@/lib/access/passkeys";
import { clientAddress, originOf } from "@/lib/web/request";
import { passSecondStep } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /second-step", async ({ actor, body, request }) => {
  await passSecondStep(actor, body, {
    site: passkeySite(originOf(request)),
    key: secret(),
    address: clientAddress(request.headers),
  });
  return null;
});
