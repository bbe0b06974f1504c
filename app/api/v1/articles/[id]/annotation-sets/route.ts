import { endpoint } from "@/app/endpoint";
import { setsOf } from "@/lib/workflow/annotating";

export const GET = endpoint("GET /articles/{id}/annotation-sets", async ({ actor, path }) => ({
  annotation_sets: await setsOf(actor, path.id),
}));
