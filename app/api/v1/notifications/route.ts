import { endpoint } from "@/app/endpoint";
import { notificationsPage } from "@/lib/workflow/notifying";

export const GET = endpoint("GET /notifications", ({ actor, query }) =>
  notificationsPage(actor, query),
);
