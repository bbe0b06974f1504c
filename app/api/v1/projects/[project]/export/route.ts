import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ExportQuery } from "@/lib/api/schemas/exporting";
import { ProjectPath } from "@/lib/api/schemas/people";
import { queryOf } from "@/lib/web/request";
import { respond } from "@/lib/web/respond";
import { streamed } from "@/lib/web/stream";
import { exportDataset } from "@/lib/workflow/exporting";

export async function GET(
  request: NextRequest,
  context: RouteContext<"/api/v1/projects/[project]/export">,
) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ProjectPath.parse(await context.params);
    const { format, layer, include_open } = ExportQuery.parse(queryOf(request));
    const dataset = await exportDataset(actor, project, {
      format,
      layer,
      includeOpen: include_open,
    });
    return streamed(dataset.bytes, {
      "Content-Type": dataset.contentType,
      // A slug and a layer have no characters that would need quoting.
      "Content-Disposition": `attachment; filename="${dataset.fileName}"`,
    });
  });
}
