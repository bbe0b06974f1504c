import { endpoint } from "@/app/endpoint";
import { openApiDocument } from "@/lib/api/openapi";
import { formatParameter, overlapParameter, shapeParameter } from "@/lib/workflow/formats";
import packageJson from "@/package.json";

/** Describes the API to whoever wants to call it; it holds nothing that the sources do not. */
export const GET = endpoint("GET /openapi.json", async () => {
  const read = { format: formatParameter("read") };
  return openApiDocument(packageJson.version, {
    "POST /projects/{project}/imports": read,
    "POST /projects/{project}/import-previews": read,
    "GET /projects/{project}/export": {
      format: formatParameter("written"),
      shape: shapeParameter(),
      overlap: overlapParameter(),
    },
  });
});
