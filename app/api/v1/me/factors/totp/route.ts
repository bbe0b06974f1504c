import { endpoint } from "@/app/endpoint";
import { secret } from "@/app/session";
import { addTotp } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /me/factors/totp", ({ actor, body }) =>
  addTotp(actor, body, secret()),
);
