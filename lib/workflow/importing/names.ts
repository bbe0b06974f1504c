import { formatNames, formats } from "@/lib/formats/index";

/** What `--format` and the API may say: a format, or "auto" to find out for each file. */
export const importFormats = formatNames;

/** Whether a file's name is that of a format that is read, as a folder of all sorts is gone through. */
export function hasReadableName(path: string): boolean {
  const name = path.toLowerCase();
  return formats.some(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}
