import { endpoint } from "@/app/endpoint";
import { itemsOf } from "@/lib/workflow/importing";

export const GET = endpoint(
  "GET /projects/{project}/imports/{id}/items",
  ({ actor, path, query }) => itemsOf(actor, path.project, path.id, query),
);
