import { endpoint } from "@/app/endpoint";
import { passkeySite } from "@/lib/access/passkeys";
import { originOf } from "@/lib/web/request";
import { beginPasskey } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /me/factors/passkey/begin", ({ actor, request }) =>
  beginPasskey(actor, passkeySite(originOf(request))),
);
