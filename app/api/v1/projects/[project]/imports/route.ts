import { endpoint } from "@/app/endpoint";
import { requestedUpload } from "@/app/requested-upload";
import { maxUpload } from "@/lib/web/uploads";
import { importsOf, receiveImport } from "@/lib/workflow/importing";

export const GET = endpoint("GET /projects/{project}/imports", ({ actor, path, query }) =>
  importsOf(actor, path.project, query),
);

export const POST = endpoint(
  "POST /projects/{project}/imports",
  async ({ request, actor, path, query }) => {
    const upload = requestedUpload(request, query, maxUpload());
    const patience = { wait: query.wait, signal: request.signal };
    const answer = await receiveImport(actor, path.project, upload, patience);
    return { status: answer.finished_at === null ? 202 : 201, answer };
  },
);
