import { type Answer, answerIn, type Failure, urlOf } from "@/lib/api/client";
import type { ImportDetail } from "@/lib/api/imports";
import type { ChosenFile } from "./chosen-files";
import type { ReadingChoices } from "./foreign-names";
import { queryOf } from "./preview";

export type Sending = {
  /** Null if it was cancelled. */
  readonly answer: Promise<Answer<ImportDetail> | null>;
  cancel(): void;
};

/**
 * Sends files as one form. Not by `fetch`, which does not tell how far an upload is.
 *
 * @param onProgress bytes sent so far, with what the form adds; and of how many
 */
export function sendFiles(
  project: string,
  {
    files,
    format,
    update,
    reading,
    onProgress,
  }: {
    files: readonly ChosenFile[];
    format: string;
    /** Whether a file whose bare name is that of another text here is a new version of it. */
    update: boolean;
    reading: ReadingChoices;
    onProgress: (sent: number, total: number) => void;
  },
): Sending {
  const form = new FormData();
  for (const { path, file } of files) form.append("files", file, path);
  const request = new XMLHttpRequest();
  const answer = new Promise<Answer<ImportDetail> | null>((resolve) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onerror = () => resolve(lost);
    request.onabort = () => resolve(null);
    request.onload = () => {
      const response = new Response(request.responseText, { status: request.status });
      resolve(answerIn<typeof endpoint>(response));
    };
    request.open(
      "POST",
      urlOf(endpoint, { path: { project }, query: queryOf({ format, update, reading }) }),
    );
    request.send(form);
  });
  return { answer, cancel: () => request.abort() };
}

const endpoint = "POST /projects/{project}/imports";

const lost: Failure = {
  ok: false,
  message: "The files could not be sent. Are you online?",
  field: null,
  code: "unreachable",
};
