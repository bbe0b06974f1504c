import { endpoint } from "@/app/endpoint";
import { renewRecoveryCodes } from "@/lib/workflow/second-factors";

export const POST = endpoint("POST /me/recovery-codes", async ({ actor }) => ({
  recovery_codes: await renewRecoveryCodes(actor),
}));
