import { endpoint } from "@/app/endpoint";
import { sessionsPage } from "@/lib/workflow/sessions";

export const GET = endpoint("GET /me/sessions", ({ actor, query }) => sessionsPage(actor, query));
