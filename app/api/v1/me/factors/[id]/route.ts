import { endpoint } from "@/app/endpoint";
import { removeFactor } from "@/lib/workflow/second-factors";

export const DELETE = endpoint("DELETE /me/factors/{id}", async ({ actor, path }) => {
  await removeFactor(actor, path.id);
  return null;
});
