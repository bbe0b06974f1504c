import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ChangeUser, IdPath } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { userView } from "@/lib/web/views/people";
import { changeUser } from "@/lib/workflow/people";

export async function PATCH(request: NextRequest, context: RouteContext<"/api/v1/users/[id]">) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { id } = IdPath.parse(await context.params);
    const { disabled, site_admin } = ChangeUser.parse(await readJson(request));
    const user = await changeUser(actor, { id }, { disabled, siteAdmin: site_admin });
    return json(userView(user));
  });
}
