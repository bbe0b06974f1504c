import { endpoint } from "@/app/endpoint";
import { resetFactors } from "@/lib/workflow/second-factors";

export const DELETE = endpoint("DELETE /users/{id}/factors", async ({ actor, path }) => {
  await resetFactors(actor, { id: path.id });
  return null;
});
