import { endpoint } from "@/app/endpoint";
import { adjudicationSettingsOf, changeAdjudication } from "@/lib/workflow/adjudicating";

export const GET = endpoint("GET /projects/{project}/adjudication/settings", ({ actor, path }) =>
  adjudicationSettingsOf(actor, path.project),
);

export const PATCH = endpoint(
  "PATCH /projects/{project}/adjudication/settings",
  ({ actor, path, body }) => changeAdjudication(actor, path.project, body),
);
