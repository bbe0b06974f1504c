import { endpoint } from "@/app/endpoint";
import { askToConnect } from "@/app/provider-sign-in";

export const POST = endpoint("POST /me/connect", async ({ actor }) => {
  await askToConnect(actor);
  return null;
});
