import { endpoint } from "@/app/endpoint";
import { streamed } from "@/lib/web/stream";
import { discussionSheet } from "@/lib/workflow/discussion-sheet";

export const GET = endpoint(
  "GET /projects/{project}/rounds/{number}/disputes",
  async ({ request, actor, path, query }) => {
    const { bytes, contentType, fileName } = await discussionSheet(actor, path.project, {
      number: path.number,
      format: query.format,
    });
    const isShown = query.format === "html";
    return streamed(request, bytes, {
      "Content-Type": contentType,
      "Content-Disposition": `${isShown ? "inline" : "attachment"}; filename="${fileName}"`,
      // It may look like something, and do nothing.
      ...(isShown
        ? {
            "Content-Security-Policy":
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-modals",
          }
        : {}),
    });
  },
);

// Or Next would ask GET, and leave the body that it does not send unread.
export { GET as HEAD };
