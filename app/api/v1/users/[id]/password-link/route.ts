import type { NextRequest } from "next/server";
import { requirePerson, secret } from "@/app/session";
import { json, respond } from "@/lib/web/respond";
import { IdPath } from "@/lib/web/schemas/people";
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
