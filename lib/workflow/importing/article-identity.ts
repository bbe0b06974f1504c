import { hash } from "node:crypto";
import type { ReadArticle } from "@/lib/formats/source-file";
import { isUuid } from "@/lib/store/projects";

/** The hash of a text's UTF-8 bytes, in hex. */
export function sha256(text: string | Uint8Array): string {
  return hash("sha256", text);
}

/** The longest path that is kept of a file, in code points. */
const MAX_PATH = 1000;

/** What files are called that come without a name: a body, a part of a form, stdin. */
const NAMELESS: ReadonlySet<string> = new Set(["unnamed", "upload", "stdin"]);

/** The longest id, address or path that stands in a key as it is, in UTF-8 bytes: an index holds no more. */
const LONGEST_NAME = 500;

/** What makes two imports the same article. */
export type Identity = {
  /** Of what kind it is, and what it is: `id:12`, `url:https://…`, `path:reports/a.md`. */
  readonly sourceKey: string;
  /** The same for an id that a record of ours has; null where it is none. */
  readonly recordKey: string | null;
  /** An id that may be that of an article here: our exports carry it. */
  readonly recordId: string | null;
  /** The name of the file, where that is all that tells the article from others. */
  readonly path: string | null;
};

/**
 * The source's id, else the address, else the id of a record of ours, else the path in the import. Of a
 * file of several articles, the path and what the article says; of a file without a name, that alone.
 *
 * @param textBytes the article's text in UTF-8
 */
export function identityOf(
  { path, wholeFile, recordId, ours, article }: ReadArticle,
  textBytes: Uint8Array,
): Identity {
  const { sourceId, url, title } = article;
  const recordKey = ours && recordId !== null ? keyOf("record", recordId) : null;
  const isNamed = !NAMELESS.has(path);
  const given =
    sourceId !== null ? keyOf("id", sourceId) : url !== null ? keyOf("url", url) : recordKey;
  const byPath = given === null && wholeFile && isNamed;
  const saying = () => sha256(Buffer.concat([Buffer.from(`${title}\n`), textBytes]));
  const fallback = () =>
    byPath
      ? keyOf("path", path)
      : isNamed
        ? `${keyOf("path", path)}#${saying()}`
        : keyOf("text", saying());
  return {
    sourceKey: given ?? fallback(),
    recordKey,
    recordId: recordId !== null && isUuid(recordId) ? recordId.toLowerCase() : null,
    path: byPath ? path : null,
  };
}

function keyOf(kind: "id" | "url" | "record" | "path" | "text", name: string): string {
  const isLong = Buffer.byteLength(name) > LONGEST_NAME;
  return `${kind}:${isLong ? `sha256:${sha256(name)}` : name}`;
}

/**
 * A file's name as it is kept and shown: relative, with "/" between folders, without characters that
 * cannot be seen or that turn the direction of what follows. It is a name, never a place.
 */
export function cleanPath(path: string): string {
  const clean = path
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "")
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => !["", ".", ".."].includes(part))
    .join("/");
  if (clean === path && path !== "" && path.length <= MAX_PATH) return path; // no second one of each of a hundred thousand
  return [...clean].slice(-MAX_PATH).join("") || "unnamed";
}

/** The number in a pseudonym that a project gave out (`a3`), if it did; else null. */
export function numberIn(pseudonym: string | null, given: ReadonlySet<number>): number | null {
  const number = Number(/^a([1-9]\d{0,8})$/.exec(pseudonym ?? "")?.[1] ?? 0);
  return given.has(number) ? number : null;
}
