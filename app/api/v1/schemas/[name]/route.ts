import { endpoint } from "@/app/endpoint";
import earlier from "@/docs/schemas/gainsay.article-1.schema.json";
import { OFFSETS_SCHEMA_FILE, offsetsJsonSchema } from "@/lib/domain/offsets-record";
import { recordJsonSchema, SCHEMA_FILE } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";

/** By file name: today's, and those of datasets that went out before. */
const schemas = new Map<string, object>([
  [SCHEMA_FILE, recordJsonSchema()],
  [OFFSETS_SCHEMA_FILE, offsetsJsonSchema()],
  ["gainsay.article-1.schema.json", earlier],
]);

export const GET = endpoint("GET /schemas/{name}", async ({ path }) => {
  const schema = schemas.get(path.name);
  if (!schema) throw new Refusal("not_found", "There is no such schema.");
  return new Response(JSON.stringify(schema, null, 2), {
    headers: { "Content-Type": "application/schema+json; charset=utf-8" },
  });
});
