import type { NextRequest } from "next/server";
import { requirePerson, startSession } from "@/app/session";
import { ChangePassword } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { noContent, respond } from "@/lib/web/respond";
import { changePassword } from "@/lib/workflow/passwords";

export async function POST(request: NextRequest) {
  return respond(async () => {
    const actor = await requirePerson(request);
    const change = ChangePassword.parse(await readJson(request, { limit: 32 * 1024 }));
    await startSession(await changePassword(actor, change));
    return noContent();
  });
}
