import { endpoint } from "@/app/endpoint";
import { giveFreePlaces } from "@/lib/workflow/assigning";

export const POST = endpoint(
  "POST /projects/{project}/rounds/{number}/free-places",
  ({ actor, path }) => giveFreePlaces(actor, path.project, path.number),
);
