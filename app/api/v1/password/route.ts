import type { NextRequest } from "next/server";
import { secret, startSession } from "@/app/session";
import { SpendPasswordLink } from "@/lib/api/schemas/people";
import { checkOrigin, clientAddress, readJson } from "@/lib/web/request";
import { noContent, respond } from "@/lib/web/respond";
import { spendPasswordLink } from "@/lib/workflow/passwords";

export async function POST(request: NextRequest) {
  return respond(async () => {
    checkOrigin(request);
    const use = SpendPasswordLink.parse(await readJson(request, { limit: 32 * 1024 }));
    const address = clientAddress(request.headers);
    await startSession(await spendPasswordLink(use, address, secret()));
    return noContent();
  });
}
