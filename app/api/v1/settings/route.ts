import { endpoint } from "@/app/endpoint";
import { changeSettings, settingsOf } from "@/lib/workflow/settings";

export const GET = endpoint("GET /settings", ({ actor }) => settingsOf(actor));

export const PUT = endpoint("PUT /settings", ({ actor, body }) => changeSettings(actor, body));
