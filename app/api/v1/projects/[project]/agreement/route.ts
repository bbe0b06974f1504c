import { endpoint } from "@/app/endpoint";
import type { KeptAgreement } from "@/lib/api/agreement";
import { agreementOf, askForAgreement } from "@/lib/workflow/agreeing";

export const GET = endpoint("GET /projects/{project}/agreement", async ({ actor, path, query }) =>
  told(await agreementOf(actor, path.project, query)),
);

export const POST = endpoint("POST /projects/{project}/agreement", async ({ actor, path, body }) =>
  told(await askForAgreement(actor, path.project, body)),
);

/** 202 as long as what was asked for is under way. */
function told(answer: KeptAgreement) {
  return { status: answer.progress === null ? 200 : 202, answer };
}
