import { endpoint } from "@/app/endpoint";
import { resumeImport } from "@/lib/workflow/importing";

export const POST = endpoint("POST /projects/{project}/imports/{id}/resume", ({ actor, path }) =>
  resumeImport(actor, path.project, path.id),
);
