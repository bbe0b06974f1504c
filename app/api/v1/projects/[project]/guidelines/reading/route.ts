import { endpoint } from "@/app/endpoint";
import { noteGuidelinesRead } from "@/lib/workflow/guidelines";

export const PUT = endpoint(
  "PUT /projects/{project}/guidelines/reading",
  async ({ actor, path, body }) => {
    await noteGuidelinesRead(actor, path.project, body.version);
    return null;
  },
);
