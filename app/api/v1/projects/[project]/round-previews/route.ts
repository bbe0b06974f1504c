import { endpoint } from "@/app/endpoint";
import { previewRound } from "@/lib/workflow/planning-rounds";

export const POST = endpoint("POST /projects/{project}/round-previews", ({ actor, path, body }) =>
  previewRound(actor, path.project, body),
);
