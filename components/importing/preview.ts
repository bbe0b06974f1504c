import { type Answer, call } from "@/lib/api/client";
import type { ImportPreview } from "@/lib/api/imports";

/**
 * Asks what an import of these files would read, and what would become of it.
 *
 * @param files as they are sent to be imported, or their beginnings
 */
export function previewOf(
  project: string,
  files: FormData,
  {
    format,
    update,
    signal,
  }: {
    format: string;
    /** Whether a file whose bare name is that of another text here is a new version of it. */
    update: boolean;
    signal: AbortSignal;
  },
): Promise<Answer<ImportPreview>> {
  return call("POST /projects/{project}/import-previews", {
    path: { project },
    query: { format, update: update ? "true" : "false" },
    body: files,
    signal,
    signedOut: "stay", // the files that were chosen would be lost
  });
}
