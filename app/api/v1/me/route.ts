import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ChangeMe } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { meView } from "@/lib/web/views/people";
import { myAccount, renameMyself } from "@/lib/workflow/people";

export async function GET(request: NextRequest) {
  return respond(async () => json(meView(await myAccount(await requireActor(request)))));
}

export async function PATCH(request: NextRequest) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { name } = ChangeMe.parse(await readJson(request));
    await renameMyself(actor, name);
    return json(meView(await myAccount(actor)));
  });
}
