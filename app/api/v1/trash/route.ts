import { endpoint } from "@/app/endpoint";
import { trashOf } from "@/lib/workflow/deleting";

export const GET = endpoint("GET /trash", ({ actor, query }) => trashOf(actor, query));
