import { endpoint } from "@/app/endpoint";
import { recordJsonSchema, SCHEMA_FILE } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";

export const GET = endpoint("GET /schemas/{name}", async ({ path }) => {
  if (path.name !== SCHEMA_FILE) throw new Refusal("not_found", "There is no such schema.");
  return new Response(JSON.stringify(recordJsonSchema(), null, 2), {
    headers: { "Content-Type": "application/schema+json; charset=utf-8" },
  });
});
