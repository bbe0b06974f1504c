import { type Answer, call } from "@/lib/api/client";
import type { ImportPreview } from "@/lib/api/imports";
import type { ReadingChoices } from "./foreign-names";

/** What is asked of files that are sent, as a query. */
export function queryOf({
  format,
  update,
  reading: { names, offsets, encoding, tables },
}: {
  format: string;
  update: boolean;
  reading: ReadingChoices;
}) {
  const isSaid = Object.values(names).some((of) => Object.keys(of).length > 0);
  return {
    format,
    update: update ? ("true" as const) : ("false" as const),
    ...(isSaid ? { names: JSON.stringify(names) } : {}),
    ...(offsets === null ? {} : { offsets }),
    ...(encoding === null ? {} : { encoding }),
    ...(Object.keys(tables).length > 0 ? { tables: JSON.stringify(tables) } : {}),
  };
}

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
    reading,
    signal,
  }: {
    format: string;
    /** Whether a file whose bare name is that of another text here is a new version of it. */
    update: boolean;
    reading: ReadingChoices;
    signal: AbortSignal;
  },
): Promise<Answer<ImportPreview>> {
  return call("POST /projects/{project}/import-previews", {
    path: { project },
    query: queryOf({ format, update, reading }),
    body: files,
    signal,
    signedOut: "stay", // the files that were chosen would be lost
  });
}
