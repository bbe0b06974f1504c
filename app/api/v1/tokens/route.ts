import { endpoint } from "@/app/endpoint";
import { createToken, tokensPage } from "@/lib/workflow/tokens";

export const GET = endpoint("GET /tokens", ({ actor, query }) => tokensPage(actor, query));

export const POST = endpoint("POST /tokens", ({ actor, body }) => createToken(actor, body.name));
