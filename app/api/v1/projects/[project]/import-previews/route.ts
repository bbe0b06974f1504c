import { endpoint } from "@/app/endpoint";
import { requestedUpload } from "@/app/requested-upload";
import { previewImport } from "@/lib/workflow/importing";

/** A preview is of a file or a few; in bytes. The largest article fits. */
const LIMIT = 40 * 1024 * 1024;

export const POST = endpoint(
  "POST /projects/{project}/import-previews",
  ({ request, actor, path, query }) =>
    previewImport(actor, path.project, requestedUpload(request, query, LIMIT)),
);
