import { endpoint } from "@/app/endpoint";
import { askToProve } from "@/app/provider-sign-in";

export const POST = endpoint("POST /me/proof/provider", async ({ actor }) => {
  await askToProve(actor);
  return null;
});
