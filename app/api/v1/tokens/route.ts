import { endpoint } from "@/app/endpoint";
import { createToken, tokensPage } from "@/lib/workflow/tokens";

export const GET = endpoint("GET /tokens", ({ actor, query }) => tokensPage(actor, query));

export const POST = endpoint("POST /tokens", ({ actor, body: { name, expires_at, ...limits } }) =>
  createToken(actor, name, {
    ...limits,
    expiresAt: expires_at === null ? null : new Date(expires_at),
  }),
);
