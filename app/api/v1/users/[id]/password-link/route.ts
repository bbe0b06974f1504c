import type { NextRequest } from "next/server";
import { requirePerson, secret } from "@/app/session";
import { IdPath } from "@/lib/api/schemas/people";
import { json, respond } from "@/lib/web/respond";
import { makePasswordLink } from "@/lib/workflow/passwords";

export async function POST(
  request: NextRequest,
  context: RouteContext<"/api/v1/users/[id]/password-link">,
) {
  return respond(async () => {
    const actor = await requirePerson(request);
    const { id } = IdPath.parse(await context.params);
    return json({ path: await makePasswordLink(actor, id, secret()) }, { status: 201 });
  });
}
