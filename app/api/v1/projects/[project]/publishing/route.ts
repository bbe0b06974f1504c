import { endpoint } from "@/app/endpoint";
import { changePublishing, publishingOf } from "@/lib/workflow/publishing";

export const GET = endpoint("GET /projects/{project}/publishing", ({ actor, path }) =>
  publishingOf(actor, path.project),
);

export const PATCH = endpoint("PATCH /projects/{project}/publishing", ({ actor, path, body }) =>
  changePublishing(actor, path.project, body),
);
