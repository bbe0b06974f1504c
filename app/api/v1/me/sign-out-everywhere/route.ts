import { endpoint } from "@/app/endpoint";
import { endSession } from "@/app/session";
import { signOutEverywhere } from "@/lib/workflow/sessions";

export const POST = endpoint("POST /me/sign-out-everywhere", async ({ actor }) => {
  await signOutEverywhere(actor);
  await endSession();
  return null;
});
