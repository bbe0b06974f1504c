import type { NextRequest } from "next/server";
import { askToConnect } from "@/app/provider-sign-in";
import { requirePerson } from "@/app/session";
import { noContent, respond } from "@/lib/web/respond";

export async function POST(request: NextRequest) {
  return respond(async () => {
    await askToConnect(await requirePerson(request));
    return noContent();
  });
}
