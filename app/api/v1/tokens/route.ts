import type { NextRequest } from "next/server";
import { requireActor, requirePerson } from "@/app/session";
import { NewToken } from "@/lib/api/schemas/people";
import { readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { tokenView } from "@/lib/web/views/people";
import { createToken, tokensOf } from "@/lib/workflow/tokens";

export async function GET(request: NextRequest) {
  return respond(async () => {
    const tokens = await tokensOf(await requireActor(request));
    return json({ tokens: tokens.map(tokenView) });
  });
}

export async function POST(request: NextRequest) {
  return respond(async () => {
    const actor = await requirePerson(request);
    const { name } = NewToken.parse(await readJson(request));
    const { row, token } = await createToken(actor, name);
    return json({ ...tokenView(row), token }, { status: 201 });
  });
}
