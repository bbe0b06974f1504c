import { endpoint } from "@/app/endpoint";
import { annotationSet, setAside } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /annotation-sets/{id}", ({ actor, path, query }) =>
  annotationSet(actor, path.id, query),
);

export const PATCH = endpoint("PATCH /annotation-sets/{id}", ({ actor, path, body }) =>
  setAside(actor, path.id, body),
);
