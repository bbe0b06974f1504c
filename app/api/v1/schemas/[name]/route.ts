import { SchemaPath } from "@/lib/api/schemas/exporting";
import { recordJsonSchema, SCHEMA_FILE } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { respond } from "@/lib/web/respond";

export async function GET(_request: Request, context: RouteContext<"/api/v1/schemas/[name]">) {
  return respond(async () => {
    const { name } = SchemaPath.parse(await context.params);
    if (name !== SCHEMA_FILE) throw new Refusal("not_found", "There is no such schema.");
    return new Response(JSON.stringify(recordJsonSchema(), null, 2), {
      headers: { "Content-Type": "application/schema+json; charset=utf-8" },
    });
  });
}
