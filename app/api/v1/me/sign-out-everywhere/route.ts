import type { NextRequest } from "next/server";
import { endSession, requirePerson } from "@/app/session";
import { noContent, respond } from "@/lib/web/respond";
import { signOutEverywhere } from "@/lib/workflow/people";

export async function POST(request: NextRequest) {
  return respond(async () => {
    await signOutEverywhere(await requirePerson(request));
    await endSession();
    return noContent();
  });
}
