import { Refusal } from "@/lib/domain/refusal";
import { formatByName, formatNames, formatOfMediaType, readFormats } from "@/lib/formats/index";
import { DATASET_CARD, isDatasetCard, unreadByName, unreadFormats } from "@/lib/formats/unread";
import { isArchive } from "./archives";
import type { ImportFormat } from "./batches";

/** What `--format` and the API may say: a format, or "auto" to find out for each file. */
export const importFormats = formatNames;

/** The formats that are read, with what people call them and their files. */
export const readableFormats = readFormats.map(({ name, title, extensions, ...format }) => ({
  name,
  title,
  extensions,
  byLine: "byLine" in format,
}));

/** Formats that people may have articles in, and that are not read: what they are called. */
export const namedFormats = unreadFormats;

/** Endings of archives, which are opened. */
export { archiveExtensions } from "./archives";

/** Whether a file's name is that of a format that is read, or of an archive, as a folder of all sorts is gone through. */
export function hasReadableName(path: string): boolean {
  return formatByName(path) !== null || isArchive(path);
}

/** What a file is by its name, if that is a format that is not read; null if the name tells nothing. */
export function nameOfUnread(path: string): string | null {
  return unreadByName(path)?.title ?? null;
}

/** What a file is that has a readable name and is no article, by how it begins; null if that tells nothing. */
export function nameOfUnreadBeginning(path: string, beginning: string): string | null {
  return isDatasetCard(path, beginning) ? DATASET_CARD : null;
}

/**
 * The format that a sender means: the one they name, else the one of the media type, else "auto".
 *
 * @throws Refusal "invalid" if they name one that there is not
 */
export function importFormatOf({
  format,
  mediaType,
}: {
  format: string;
  mediaType?: string;
}): ImportFormat {
  const named = importFormats.find((name) => name === format);
  if (!named) {
    throw new Refusal(
      "invalid",
      `There is no format "${format}"; there are: ${importFormats.join(", ")}.`,
      { field: "format" },
    );
  }
  if (named !== "auto" || mediaType === undefined) return named;
  return formatOfMediaType(mediaType) ?? "auto";
}
