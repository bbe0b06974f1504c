import { hash } from "node:crypto";
import type { ReadArticle } from "@/lib/formats/source-file";
import { isUuid } from "@/lib/store/projects";

/** The hash of a text's UTF-8 bytes, in hex. */
export function sha256(text: string): string {
  return hash("sha256", text);
}

/** The longest path that is kept of a file, in code points. */
const MAX_PATH = 1000;

/** What files are called that come without a name: a body, a part of a form, stdin. */
const NAMELESS: ReadonlySet<string> = new Set(["unnamed", "upload", "stdin"]);

/** What makes two imports the same article. */
export type Identity = {
  readonly sourceKey: string;
  /** An id that may be that of an article here: our exports carry it. */
  readonly recordId: string | null;
  /** Whether the article itself says who it is; else the same text elsewhere is taken for it. */
  readonly explicit: boolean;
  /** Whether the file's path is all that tells the article from others. */
  readonly byPath: boolean;
};

/**
 * Source id, else record id, else URL; a file with none of them is known by its path, an article
 * among others in a file, or in a file without a name, by what it says.
 */
export function identityOf({ path, wholeFile, recordId, article }: ReadArticle): Identity {
  const { sourceId, url, title, text } = article;
  const explicit = sourceId ?? recordId;
  const given = explicit ?? url;
  const named = wholeFile && !NAMELESS.has(path);
  const fallback = () => (named ? path : `sha256:${sha256(`${title}\n${text}`)}`);
  return {
    sourceKey: given ?? fallback(),
    recordId: recordId !== null && isUuid(recordId) ? recordId.toLowerCase() : null,
    explicit: explicit !== null,
    byPath: given === null && named,
  };
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
  return [...clean].slice(-MAX_PATH).join("") || "unnamed";
}

/** The number in a pseudonym that a project gave out (`a3`), if it did; else null. */
export function numberIn(pseudonym: string | null, given: ReadonlySet<number>): number | null {
  const number = Number(/^a([1-9]\d{0,8})$/.exec(pseudonym ?? "")?.[1] ?? 0);
  return given.has(number) ? number : null;
}
