import { endpoint } from "@/app/endpoint";
import { secret } from "@/app/session";
import { makePasswordLink } from "@/lib/workflow/passwords";

export const POST = endpoint("POST /users/{id}/password-link", async ({ actor, path }) => ({
  path: await makePasswordLink(actor, path.id, secret()),
}));
