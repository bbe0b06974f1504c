import type { NextRequest } from "next/server";
import { startSession } from "@/app/session";
import { SetupRequest } from "@/lib/api/schemas/people";
import { checkOrigin, clientAddress, readJson } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { setUp } from "@/lib/workflow/setting-up";

export async function POST(request: NextRequest) {
  return respond(async () => {
    checkOrigin(request);
    const body = SetupRequest.parse(await readJson(request, { limit: 32 * 1024 }));
    const { session, project } = await setUp(body, clientAddress(request.headers));
    await startSession(session);
    return json({ project }, { status: 201 });
  });
}
