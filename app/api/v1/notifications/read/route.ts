import { endpoint } from "@/app/endpoint";
import { readNotifications } from "@/lib/workflow/notifying";

export const POST = endpoint("POST /notifications/read", async ({ actor, body }) => {
  await readNotifications(actor, body.ids);
  return null;
});
