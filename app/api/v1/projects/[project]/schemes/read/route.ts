import { endpoint } from "@/app/endpoint";
import { schemeInFile } from "@/lib/workflow/scheme-library";

export const POST = endpoint("POST /projects/{project}/schemes/read", ({ actor, path, body }) =>
  schemeInFile(actor, path.project, body.text),
);
