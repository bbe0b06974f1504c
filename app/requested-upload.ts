import { namesIn, tablesIn, type UploadQuery } from "@/lib/api/imports";
import { Refusal } from "@/lib/domain/refusal";
import { bodyOf, formFiles, mediaTypeOf, type UploadedFile } from "@/lib/web/uploads";
import { type AskedReading, type ImportFormat, importFormatOf } from "@/lib/workflow/importing";

/** What a request uploads: the files of a form, or its body as one file. */
export type RequestedUpload = {
  readonly format: ImportFormat;
  readonly strict: boolean;
  readonly update: boolean;
  readonly reading: AskedReading;
  readonly files: AsyncIterable<UploadedFile>;
};

/**
 * @param limit of the whole body, in bytes
 * @throws Refusal "invalid" for an unknown format, "unsupported" for a body of another kind; and
 *   "too_large", while it is read or before
 */
export function requestedUpload(
  request: Request,
  { format, filename, names, offsets, encoding, tables, strict, update }: UploadQuery,
  limit: number,
): RequestedUpload {
  const type = mediaTypeOf(request);
  const reading = {
    offsets,
    encoding,
    tables: tables === undefined ? undefined : (tablesIn(tables) ?? undefined),
    names: names === undefined ? undefined : (namesIn(names) ?? undefined),
  };
  const options = { strict, update, reading };
  if (type === "multipart/form-data") {
    return { ...options, format: importFormatOf({ format }), files: formFiles(request, limit) };
  }
  const known = importFormatOf({ format, mediaType: type });
  if (known === "auto" && type !== "" && type !== "application/octet-stream") {
    throw new Refusal(
      "unsupported",
      "The body must be a multipart form, or a file of a format that is read.",
    );
  }
  const file = { path: filename ?? "upload", stream: bodyOf(request, limit) };
  const files = (async function* () {
    yield file;
  })();
  // A name's own ending tells more than the media type, which many senders guess.
  return {
    ...options,
    format: filename !== undefined && format === "auto" ? "auto" : known,
    files,
  };
}
