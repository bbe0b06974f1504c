import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { ImportsPath, ImportsQuery } from "@/lib/api/schemas/importing";
import { json, respond } from "@/lib/web/respond";
import { maxUpload } from "@/lib/web/uploads";
import { importDetailView, importView } from "@/lib/web/views/importing";
import { importOf, importsOf, progressOf, receiveImport } from "@/lib/workflow/importing";
import { uploadOf } from "./upload";

type Context = RouteContext<"/api/v1/projects/[project]/imports">;

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ImportsPath.parse(await context.params);
    const query = ImportsQuery.parse(Object.fromEntries(request.nextUrl.searchParams));
    const page = await importsOf(actor, project, {
      cursor: query.cursor ?? null,
      limit: query.limit,
    });
    return json({
      imports: page.rows.map((row) => importView(row, progressOf(row))),
      next_cursor: page.next,
    });
  });
}

export async function POST(request: NextRequest, context: Context) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { project } = ImportsPath.parse(await context.params);
    const { id, done } = await receiveImport(actor, project, uploadOf(request, maxUpload()));
    const row = await importOf(actor, project, id);
    return json(importDetailView(row, progressOf(row)), { status: done ? 201 : 202 });
  });
}
