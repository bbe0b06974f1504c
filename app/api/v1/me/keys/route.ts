import { endpoint } from "@/app/endpoint";
import { changeKeySettings, keySettingsOf } from "@/lib/workflow/users";

export const GET = endpoint("GET /me/keys", ({ actor }) => keySettingsOf(actor));

export const PUT = endpoint("PUT /me/keys", ({ actor, body }) => changeKeySettings(actor, body));
