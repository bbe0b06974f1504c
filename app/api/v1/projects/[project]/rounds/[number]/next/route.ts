import { endpoint } from "@/app/endpoint";
import { nextOfRound } from "@/lib/workflow/assigning";

export const POST = endpoint(
  "POST /projects/{project}/rounds/{number}/next",
  async ({ actor, path }) => ({
    article: await nextOfRound(actor, path.project, path.number),
  }),
);
