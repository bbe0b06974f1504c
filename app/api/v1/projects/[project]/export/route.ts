import { endpoint } from "@/app/endpoint";
import { streamed } from "@/lib/web/stream";
import { exportDataset } from "@/lib/workflow/exporting";

export const GET = endpoint("GET /projects/{project}/export", async (asked) => {
  const { request, actor, path, query } = asked;
  const {
    format,
    shape,
    context,
    overlap,
    texts,
    layer,
    include_open: includeOpen,
    ...which
  } = query;
  const { annotator, ...articles } = which;
  const { signal } = request;
  const dataset = await exportDataset(actor, path.project, {
    format,
    shape,
    context,
    overlap,
    texts,
    layer,
    includeOpen,
    articles,
    annotator,
    onlyAbout: request.method === "HEAD",
    signal,
  });
  return streamed(request, dataset.bytes, {
    "Content-Type": dataset.contentType,
    // Whose annotations these are, for whoever did not say.
    "Gainsay-Layer": dataset.layer,
    // A slug and a layer have no characters that would need quoting.
    "Content-Disposition": `attachment; filename="${dataset.fileName}"`,
  });
});

// Or Next would ask GET, and leave the body that it does not send unread.
export { GET as HEAD };
