import { endpoint } from "@/app/endpoint";
import { comment, commentsIn } from "@/lib/workflow/adjudicating";

export const GET = endpoint("GET /annotation-sets/{id}/comments", ({ actor, path }) =>
  commentsIn(actor, path.id),
);

export const POST = endpoint("POST /annotation-sets/{id}/comments", ({ actor, path, body }) =>
  comment(actor, path.id, body),
);
