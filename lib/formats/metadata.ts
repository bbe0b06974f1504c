import { type ArticleMetadata, MAX_FIELD_LENGTH } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { checkStorable, codePointLength } from "@/lib/domain/text";
import { checkTitle } from "./blocks";

/** What a file may say about its article under a name of its own; every other key goes to `meta`. */
export const metadataKeys = [
  "title",
  "published_at",
  "publisher",
  "author",
  "url",
  "language",
  "source_id",
] as const;
type MetadataKey = (typeof metadataKeys)[number];

/** The most `meta` may hold, as JSON, in UTF-16 units. */
const MAX_META = 256 * 1024;

/** How deep `meta` may nest. */
const MAX_DEPTH = 20;

/** Metadata as far as a file gives it: the title may have to be found in the text. */
export type GivenMetadata = Omit<ArticleMetadata, "title"> & { readonly title: string | null };

/**
 * Reads the known keys and gathers the others in `meta`.
 *
 * @param line of a key in the file, 1-based, where that is known
 * @throws Refusal "unprocessable" with the field, and its line
 */
export function readMetadata(
  given: ReadonlyMap<string, unknown>,
  line: (key: string) => number | undefined = () => undefined,
): GivenMetadata {
  const text = (key: MetadataKey) => fieldOf(key, given.get(key), line(key));
  const title = text("title");
  const published = text("published_at");
  const meta: [string, unknown][] = [];
  for (const [key, value] of given) {
    if (isKnown(key)) continue;
    if (key === "__proto__") refuse("A key cannot be called __proto__.", key, line(key));
    checkStorable(key, "A key", { line: line(key) });
    checkTree(value, key, line(key), 0);
    meta.push([key, value]);
  }
  const gathered = Object.fromEntries(meta);
  if (JSON.stringify(gathered).length > MAX_META) {
    refuse(`The metadata has more than ${MAX_META} characters.`, "meta", undefined);
  }
  return {
    title: title === null ? null : checkTitle(title, line("title")),
    publishedAt: published === null ? null : readTime(published, line("published_at")),
    publisher: text("publisher"),
    author: text("author"),
    url: text("url"),
    language: text("language"),
    sourceId: text("source_id"),
    meta: gathered,
  };
}

/** Whether a key has a name of its own here, and so stays out of `meta`. */
export function isKnown(key: string): key is MetadataKey {
  return (metadataKeys as readonly string[]).includes(key);
}

/** A field's text without spaces around it; null if there is none. Whole numbers are taken as text. */
export function fieldOf(key: string, value: unknown, line: number | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "string") {
    return refuse(`${key} must be text, but is ${nameOf(value)}.`, key, line);
  }
  checkStorable(value, key, { line });
  const trimmed = value.trim();
  const length = codePointLength(trimmed);
  // The title has a limit of its own.
  if (key !== "title" && length > MAX_FIELD_LENGTH) {
    refuse(`${key} has ${length} characters; it may have at most ${MAX_FIELD_LENGTH}.`, key, line);
  }
  return trimmed === "" ? null : trimmed;
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:Z|UTC|([+-])(\d{2}):?(\d{2}))?)?$/i;

/** The largest difference to UTC that is in use anywhere, in minutes. */
const LARGEST_ZONE = 14 * 60;

/**
 * A point in time as ISO 8601 UTC, with milliseconds where there are any; finer fractions are cut off.
 * A time without a zone is UTC, a day is its midnight.
 *
 * @throws Refusal "unprocessable" if it is no such point, or not in the years 1 to 9999 of UTC
 */
export function readTime(value: string, line?: number): string {
  const wrong = () =>
    refuse(
      `"${value.slice(0, 80)}" is no time; write it like 2024-07-30 14:35:34 or 2024-07-30T14:35:34Z.`,
      "published_at",
      line,
    );
  const match = TIME.exec(value);
  if (!match) return wrong();
  const [, day, hour = "00", minute = "00", second = "00", fraction = ""] = match;
  const [sign, zoneHours = "00", zoneMinutes = "00"] = match.slice(6);
  const iso = `${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
  const local = new Date(iso);
  // 30 February would silently become another day, and 25:61 is no time at all.
  if (local.toJSON() !== iso) return wrong();
  const zone = Number(zoneHours) * 60 + Number(zoneMinutes);
  if (zone > LARGEST_ZONE || Number(zoneMinutes) > 59) return wrong();
  const utc = new Date(local.getTime() + (sign === "-" ? zone : -zone) * 60_000);
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9999) return wrong();
  return utc.toISOString().replace(".000Z", "Z");
}

/** Checks whatever may stand in `meta`: nothing that PostgreSQL cannot keep, nothing bottomless. */
function checkTree(value: unknown, key: string, line: number | undefined, depth: number): void {
  if (typeof value === "string") {
    checkStorable(value, key, { line });
    return;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    refuse(`${key} holds a number that cannot be kept.`, key, line);
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= MAX_DEPTH) refuse(`${key} nests more than ${MAX_DEPTH} levels deep.`, key, line);
  for (const [name, inner] of Object.entries(value)) {
    if (name === "__proto__") refuse("A key cannot be called __proto__.", key, line);
    checkStorable(name, "A key", { line });
    checkTree(inner, key, line, depth + 1);
  }
}

/** "a list", "a number" …, for messages. */
export function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "text";
}

function refuse(message: string, field: string, line: number | undefined): never {
  throw new Refusal("unprocessable", message, { field, line });
}
