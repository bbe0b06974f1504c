import { endpoint } from "@/app/endpoint";
import { ownWork } from "@/lib/workflow/assigning";

export const GET = endpoint("GET /me/work", ({ actor }) => ownWork(actor));
