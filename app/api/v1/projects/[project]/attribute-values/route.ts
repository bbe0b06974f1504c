import { endpoint } from "@/app/endpoint";
import { attributeValues } from "@/lib/workflow/attribute-values";

export const GET = endpoint(
  "GET /projects/{project}/attribute-values",
  async ({ actor, path, query }) => ({
    values: await attributeValues(actor, path.project, query),
  }),
);
