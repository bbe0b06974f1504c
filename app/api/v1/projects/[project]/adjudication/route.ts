import { endpoint } from "@/app/endpoint";
import { adjudicationPage } from "@/lib/workflow/adjudicating";

export const GET = endpoint("GET /projects/{project}/adjudication", ({ actor, path, query }) =>
  adjudicationPage(actor, path.project, query),
);
