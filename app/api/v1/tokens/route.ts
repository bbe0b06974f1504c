import { endpoint } from "@/app/endpoint";
import { createToken, tokensOf } from "@/lib/workflow/tokens";

export const GET = endpoint("GET /tokens", async ({ actor }) => ({
  tokens: await tokensOf(actor),
}));

export const POST = endpoint("POST /tokens", ({ actor, body }) => createToken(actor, body.name));
