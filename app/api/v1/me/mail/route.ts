import { endpoint } from "@/app/endpoint";
import { changeMailChoices, mailChoicesOf } from "@/lib/workflow/notifying";

export const GET = endpoint("GET /me/mail", ({ actor }) => mailChoicesOf(actor));

export const PUT = endpoint("PUT /me/mail", ({ actor, body }) => changeMailChoices(actor, body));
