import type { ChosenFile } from "./chosen-files";
import type { ImportRun } from "./shapes";

export type Sent =
  | { readonly ok: true; readonly run: ImportRun }
  | { readonly ok: false; readonly message: string | null };

export type Sending = { readonly answer: Promise<Sent>; cancel(): void };

/**
 * Sends files as one form. Not by `fetch`, which does not tell how far an upload is.
 *
 * @param onProgress bytes sent so far, with what the form adds; and of how many
 * @returns an answer whose message is null if it was cancelled
 */
export function sendFiles(
  project: string,
  {
    files,
    format,
    onProgress,
  }: {
    files: readonly ChosenFile[];
    format: string;
    onProgress: (sent: number, total: number) => void;
  },
): Sending {
  const form = new FormData();
  for (const { path, file } of files) form.append("files", file, path);
  const request = new XMLHttpRequest();
  const answer = new Promise<Sent>((resolve) => {
    const fail = (message: string | null) => resolve({ ok: false, message });
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onerror = () => fail("The files could not be sent. Are you online?");
    request.onabort = () => fail(null);
    request.onload = () => {
      const body = jsonIn(request.responseText);
      // 201 and 202 answer with an import; the route's schema says so.
      if (request.status < 300) resolve({ ok: true, run: body as ImportRun });
      else {
        if (body.code === "unauthenticated") location.assign(signInFromHere());
        const detail = typeof body.detail === "string" ? body.detail : "Something went wrong.";
        fail(typeof body.id === "string" ? `${detail} (${body.id})` : detail);
      }
    };
    request.open("POST", `/api/v1/projects/${project}/imports?format=${format}`);
    request.send(form);
  });
  return { answer, cancel: () => request.abort() };
}

function signInFromHere(): string {
  return `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}

function jsonIn(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
