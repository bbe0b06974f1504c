import { endpoint } from "@/app/endpoint";
import { annotationSet } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /annotation-sets/{id}", ({ actor, path, query }) =>
  annotationSet(actor, path.id, query),
);
