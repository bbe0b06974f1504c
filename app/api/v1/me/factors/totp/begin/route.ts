import { endpoint } from "@/app/endpoint";
import { secret } from "@/app/session";
import { beginTotp } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /me/factors/totp/begin", async ({ actor }) =>
  beginTotp(actor, secret()),
);
