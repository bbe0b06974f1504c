import { endpoint } from "@/app/endpoint";
import { disconnect } from "@/lib/workflow/provider-sign-in";

export const DELETE = endpoint("DELETE /me/identities/{id}", async ({ actor, path }) => {
  await disconnect(actor, path.id);
  return null;
});
