import type { NextRequest } from "next/server";
import { holdInvite } from "@/app/provider-sign-in";
import { HoldRequest } from "@/lib/api/schemas/people";
import { checkOrigin, readJson } from "@/lib/web/request";
import { noContent, respond } from "@/lib/web/respond";

export async function POST(request: NextRequest) {
  return respond(async () => {
    checkOrigin(request);
    const { token } = HoldRequest.parse(await readJson(request));
    await holdInvite(token);
    return noContent();
  });
}
