import { openApiDocument } from "@/lib/api/openapi/document";
import { routes } from "@/lib/api/openapi/routes";
import { json, respond } from "@/lib/web/respond";
import packageJson from "@/package.json";

/** Describes the API to whoever wants to call it; it holds nothing that the sources do not. */
export async function GET() {
  return respond(async () => json(openApiDocument(routes, packageJson.version)));
}
