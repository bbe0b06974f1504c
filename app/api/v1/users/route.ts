import { endpoint } from "@/app/endpoint";
import { usersPage } from "@/lib/workflow/users";

export const GET = endpoint("GET /users", ({ actor, query }) => usersPage(actor, query));
