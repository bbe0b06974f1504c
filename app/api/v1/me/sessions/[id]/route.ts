import { endpoint } from "@/app/endpoint";
import { endOwnSession } from "@/lib/workflow/sessions";

export const DELETE = endpoint("DELETE /me/sessions/{id}", async ({ actor, path }) => {
  await endOwnSession(actor, path.id);
  return null;
});
