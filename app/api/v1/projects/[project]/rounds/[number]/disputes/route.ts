import { createHash } from "node:crypto";
import { endpoint } from "@/app/endpoint";
import { streamed } from "@/lib/web/stream";
import { discussionSheet } from "@/lib/workflow/discussion-sheet";

export const GET = endpoint(
  "GET /projects/{project}/rounds/{number}/disputes",
  async ({ request, actor, path, query }) => {
    const { bytes, contentType, fileName, style } = await discussionSheet(actor, path.project, {
      number: path.number,
      format: query.format,
    });
    return streamed(request, bytes, {
      "Content-Type": contentType,
      "Content-Disposition": `${style === null ? "attachment" : "inline"}; filename="${fileName}"`,
      ...(style === null ? {} : { "Content-Security-Policy": policyFor(style) }),
    });
  },
);

/** It looks as its own style says, whatever else somebody might get into it, can be printed, and does nothing. */
function policyFor(style: string): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; sandbox allow-modals`;
}

// Or Next would ask GET, and leave the body that it does not send unread.
export { GET as HEAD };
