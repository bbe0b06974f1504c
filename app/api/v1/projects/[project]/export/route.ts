import { endpoint } from "@/app/endpoint";
import { streamed } from "@/lib/web/stream";
import { exportDataset } from "@/lib/workflow/exporting";

export const GET = endpoint("GET /projects/{project}/export", async ({ actor, path, query }) => {
  const { format, layer, include_open: includeOpen } = query;
  const dataset = await exportDataset(actor, path.project, { format, layer, includeOpen });
  return streamed(dataset.bytes, {
    "Content-Type": dataset.contentType,
    // A slug and a layer have no characters that would need quoting.
    "Content-Disposition": `attachment; filename="${dataset.fileName}"`,
  });
});
