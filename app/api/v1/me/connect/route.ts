import type { NextRequest } from "next/server";
import { wishToConnect } from "@/app/provider-sign-in";
import { requirePerson } from "@/app/session";
import { noContent, respond } from "@/lib/web/respond";

export async function POST(request: NextRequest) {
  return respond(async () => {
    await wishToConnect(await requirePerson(request));
    return noContent();
  });
}
