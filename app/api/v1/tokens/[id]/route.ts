import { endpoint } from "@/app/endpoint";
import { revokeToken } from "@/lib/workflow/tokens";

export const DELETE = endpoint("DELETE /tokens/{id}", async ({ actor, path }) => {
  await revokeToken(actor, path.id);
  return null;
});
