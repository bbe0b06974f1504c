import { endpoint } from "@/app/endpoint";
import { openApiDocument } from "@/lib/api/openapi";
import packageJson from "@/package.json";

/** Describes the API to whoever wants to call it; it holds nothing that the sources do not. */
export const GET = endpoint("GET /openapi.json", async () => openApiDocument(packageJson.version));
