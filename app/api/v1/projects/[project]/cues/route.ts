import { endpoint } from "@/app/endpoint";
import { changeCues, cuesOf } from "@/lib/workflow/projects";

export const GET = endpoint("GET /projects/{project}/cues", ({ actor, path }) =>
  cuesOf(actor, path.project),
);

export const PUT = endpoint("PUT /projects/{project}/cues", ({ actor, path, body }) =>
  changeCues(actor, path.project, body.cues),
);
