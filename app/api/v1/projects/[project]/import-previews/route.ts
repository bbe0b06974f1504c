import type { NextRequest } from "next/server";
import { uploadOf } from "@/app/api/v1/projects/[project]/imports/upload";
import { requireActor } from "@/app/session";
import { ImportsPath } from "@/lib/api/schemas/importing";
import { json, respond } from "@/lib/web/respond";
import { previewView } from "@/lib/web/views/importing";
import { previewImport } from "@/lib/workflow/importing";

/** A preview is of a file or a few; in bytes. The largest article fits. */
const LIMIT = 40 * 1024 * 1024;

type Context = RouteContext<"/api/v1/projects/[project]/import-previews">;

export async function POST(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ImportsPath.parse(await context.params);
    return json(previewView(await previewImport(actor, project, uploadOf(request, LIMIT))));
  });
}
