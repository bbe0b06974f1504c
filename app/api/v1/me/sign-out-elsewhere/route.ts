import { endpoint } from "@/app/endpoint";
import { signOutElsewhere } from "@/lib/workflow/sessions";

export const POST = endpoint("POST /me/sign-out-elsewhere", async ({ actor }) => {
  await signOutElsewhere(actor);
  return null;
});
