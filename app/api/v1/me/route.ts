import { endpoint } from "@/app/endpoint";
import { myAccount, renameMyself } from "@/lib/workflow/users";

export const GET = endpoint("GET /me", ({ actor }) => myAccount(actor));

export const PATCH = endpoint("PATCH /me", ({ actor, body }) => renameMyself(actor, body.name));
