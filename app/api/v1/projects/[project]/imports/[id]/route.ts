import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ImportPath } from "@/lib/api/schemas/importing";
import { json, respond } from "@/lib/web/respond";
import { importDetailView } from "@/lib/web/views/importing";
import { importOf, progressOf } from "@/lib/workflow/importing";

type Context = RouteContext<"/api/v1/projects/[project]/imports/[id]">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project, id } = ImportPath.parse(await context.params);
    const row = await importOf(actor, project, id);
    return json(importDetailView(row, progressOf(row)));
  });
}
