import { endpoint } from "@/app/endpoint";
import { carryOwnSet, ownSchemeChange } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /annotation-sets/{id}/scheme", ({ actor, path }) =>
  ownSchemeChange(actor, path.id),
);

export const POST = endpoint("POST /annotation-sets/{id}/scheme", ({ actor, path, body }) =>
  carryOwnSet(actor, path.id, body),
);
