import { endpoint } from "@/app/endpoint";
import { passkeySite } from "@/lib/access/passkeys";
import { originOf } from "@/lib/web/request";
import { askForPasskey } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /second-step/passkey", ({ actor, request }) =>
  askForPasskey(actor, passkeySite(originOf(request))),
);
