import { type ArticleMetadata, MAX_ARTICLE_BYTES, MAX_FIELD_LENGTH } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import { isWebAddress } from "@/lib/domain/link";
import { Refusal } from "@/lib/domain/refusal";
import { checkStorable, codePointLength } from "@/lib/domain/text";
import { checkTitle } from "./blocks";
import { readDate } from "./dates";
import { Warnings } from "./warnings";

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

/**
 * The most that is looked at for all of `meta`, in values and UTF-16 units: what a file spells out is
 * less, but YAML may refer to one great list from every key.
 */
const MAX_LOOKED_AT = MAX_ARTICLE_BYTES;

/** How deep `meta` may nest. */
const MAX_DEPTH = 20;

/**
 * What others call these keys, most telling first, without `_`, `-`, spaces and capitals. In records of
 * programs, and in the front matter of Jekyll, Hugo, Eleventy, Astro, Hexo, Pelican, Gatsby.
 */
const recordAliases = {
  published_at: [
    "published",
    "publishedon",
    "publishdate",
    "publisheddate",
    "datepublished",
    "publicationdate",
    "pubdate",
    "date",
    "datetime",
    "created",
    "createdat",
    "datecreated",
    "creationdate",
  ],
  author: ["authors", "byline", "creator"],
  language: ["lang", "locale", "languagecode"],
  url: [
    "canonical",
    "canonicalurl",
    "canonicallink",
    "originalurl",
    "permalink",
    "sourceurl",
    "link",
  ],
} as const satisfies Partial<Record<MetadataKey, readonly string[]>>;

/**
 * What others call the text of an article, most telling first, without `_`, `-`, spaces and capitals, in tables and in
 * records of no program in particular.
 */
export const textNames: readonly string[] = [
  "text",
  "body",
  "content",
  "articletext",
  "fulltext",
  "article",
  "articlebody",
  "story",
  "textcontent",
];

const pageAliases: Partial<Record<MetadataKey, readonly string[]>> = {
  ...recordAliases,
  title: ["headline"],
  author: [...recordAliases.author, "by", "writer"],
  publisher: ["publication", "source", "site", "sitename", "outlet", "newspaper"],
  // A page may say where it is from as an address only.
  url: [...recordAliases.url, "source", "externalurl"],
};

/** Whose names for the keys are read beside our own: nobody's, those of programs, those of site generators. */
export type Dialect = "ours" | "record" | "page";

/** By what names a field is known beside its own, most telling first; it itself in other spellings is the first of them. */
const aliasesOf: Record<Dialect, Aliases> = {
  ours: new Map(),
  record: namesIn(recordAliases),
  page: namesIn(pageAliases),
};

type Aliases = ReadonlyMap<MetadataKey, readonly string[]>;

function namesIn(aliases: Partial<Record<MetadataKey, readonly string[]>>): Aliases {
  return new Map(
    metadataKeys.flatMap((field) => {
      const others = aliases[field];
      return others ? [[field, [plainName(field), ...others]]] : [];
    }),
  );
}

/** A number and the way it was written: `1.0`, `007`. What stands for a field is the writing. */
export class WrittenNumber extends Number {
  constructor(
    value: number,
    readonly text: string,
  ) {
    super(value);
  }

  /** As it is kept: as text where the number would lose figures. */
  kept(): number | string {
    const value = this.valueOf();
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? this.text : value;
  }
}

/** Metadata as far as a file gives it: the title may have to be found in the text. */
export type GivenMetadata = Omit<ArticleMetadata, "title"> & { readonly title: string | null };

export type MetadataOptions = {
  /** Where a key stands in the file, 1-based, where that is known. */
  readonly line?: (key: string) => number | undefined;
  readonly dialect?: Dialect;
  readonly warnings?: Warnings;
};

/**
 * Reads the known keys and gathers the others in `meta`. What cannot be read is left out, with a
 * warning; but not what says which article it is, or is called.
 *
 * @throws Refusal "unprocessable" with the field, and its line
 */
export function readMetadata(
  given: ReadonlyMap<string, unknown>,
  { line = () => undefined, dialect = "ours", warnings = new Warnings() }: MetadataOptions = {},
): GivenMetadata {
  const reader = new FieldReader(given, line, aliasesOf[dialect], warnings);
  const title = reader.read("title", fieldOf);
  const metadata = {
    title: title === null ? null : checkTitle(title, reader.lineOf("title")),
    publishedAt: reader.read("published_at", dateOf),
    publisher: reader.read("publisher", nameIn),
    author: reader.read("author", nameIn),
    url: reader.read("url", addressOf),
    language: reader.read("language", languageOf),
    sourceId: reader.read("source_id", fieldOf),
  };
  return { ...metadata, meta: reader.rest() };
}

/** Whether a key has a name of its own here, and so stays out of `meta`. */
export function isKnown(key: string): key is MetadataKey {
  return (metadataKeys as readonly string[]).includes(key);
}

type ReadValue = (key: string, value: unknown, line: number | undefined) => string | null;

/** What must be read or refuses the article: who it is, and what it is called. */
const essential: ReadonlySet<string> = new Set(["source_id", "url", "title"]);

/** Whether what a key says may not be left out of an article. */
export function isEssential(key: string): boolean {
  return essential.has(key);
}

/** Which of some keys a record of a program would be taken to say a field by; null if none. */
export function fieldOfColumn(field: MetadataKey, keys: readonly string[]): string | null {
  const names = field in recordAliases ? recordAliases[field as keyof typeof recordAliases] : []; // just asked
  for (const name of [plainName(field), ...names]) {
    const found = keys.find((key) => plainName(key) === name);
    if (found !== undefined) return found;
  }
  return null;
}

class FieldReader {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #line: (key: string) => number | undefined;
  readonly #aliases: Aliases;
  readonly #warnings: Warnings;
  /** Keys by what they are without capitals and the like, the first of each. */
  readonly #plain = new Map<string, string>();
  readonly #taken = new Set<string>(metadataKeys);
  readonly #from = new Map<MetadataKey, string>();

  constructor(
    given: ReadonlyMap<string, unknown>,
    line: (key: string) => number | undefined,
    aliases: Aliases,
    warnings: Warnings,
  ) {
    this.#given = given;
    this.#line = line;
    this.#aliases = aliases;
    this.#warnings = warnings;
    for (const key of given.keys()) {
      const plain = plainName(key);
      if (!this.#plain.has(plain)) this.#plain.set(plain, key);
    }
  }

  lineOf(field: MetadataKey): number | undefined {
    return this.#line(this.#from.get(field) ?? field);
  }

  /** The first of a field's keys that says something; null if none does. */
  read(field: MetadataKey, readValue: ReadValue): string | null {
    for (const key of this.#keysOf(field)) {
      const found = this.#given.get(key);
      const value = found instanceof WrittenNumber ? found.text : found;
      if (value === undefined || value === null) continue;
      // A key of another name that says something else stays where all other keys are.
      if (key !== field && field === "url" && !isAddress(value)) continue;
      if (field === "publisher" && key !== field && isAddress(value)) continue;
      // `published: true` is about drafts.
      if (field === "published_at" && typeof value === "boolean" && key !== field) continue;
      try {
        const read = readValue(key, value, this.#line(key));
        this.#from.set(field, key);
        this.#taken.add(key);
        if (read !== null) return read;
      } catch (error) {
        if (!(error instanceof Refusal) || (isEssential(field) && key === field)) throw error;
        const code = field === "published_at" ? "unreadable_date" : "unreadable_field";
        this.#warnings.add(code, error.message, { line: this.#line(key), field: key });
      }
    }
    return null;
  }

  /** The keys that may say a field, each once. */
  *#keysOf(field: MetadataKey): Generator<string> {
    yield field;
    for (const name of this.#aliases.get(field) ?? []) {
      const key = this.#plain.get(name);
      if (key !== undefined && key !== field) yield key;
    }
  }

  /** Every key that no field has taken, as far as it can be kept. */
  rest(): Record<string, unknown> {
    const meta: [string, unknown][] = [];
    let size = 2;
    const budget: Budget = { ofKey: MAX_META, ofAll: MAX_LOOKED_AT };
    let full: Refusal | null = null; // one for all: what comes after may be a million keys
    for (const [key, found] of this.#given) {
      if (this.#taken.has(key)) continue;
      const value = found instanceof WrittenNumber ? found.kept() : found;
      const line = this.#line(key);
      try {
        checkKey(key);
        budget.ofKey = MAX_META;
        checkTree(value, key, 0, budget);
        const comma = meta.length > 0 ? 1 : 0;
        const grown = size + comma + JSON.stringify({ [key]: value }).length - 2;
        if (grown > MAX_META) {
          full ??= tooMuch();
          throw full;
        }
        size = grown;
        meta.push([key, value]);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const message = `${error.message} The key is left out.`;
        this.#warnings.add("unreadable_field", message, { line, field: key });
      }
    }
    return Object.fromEntries(meta);
  }
}

/** A name without what people write it with in one way or another: capitals, `_`, `-` and spaces. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** A field's text without spaces around it; null if nothing of it is seen. Whole numbers are taken as text. */
export function fieldOf(key: string, value: unknown, line: number | undefined): string | null {
  if (value === undefined || value === null) return null;
  // One that a double does not hold has come as text.
  if (Number.isInteger(value)) return BigInt(value as number).toString();
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
  return isBlank(trimmed) ? null : trimmed;
}

/** Somebody's name, or several, joined by commas: text, `{name: …}`, or a list of either. */
function nameIn(key: string, value: unknown, line: number | undefined): string | null {
  const names: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const name = nameFrom(one);
    if (name === null) return fieldOf(key, value, line);
    names.push(name);
  }
  return fieldOf(key, names.join(", "), line);
}

const NAMES = ["name", "title", "display_name", "displayName", "full_name", "fullName"];
const NAME_PARTS = [
  ["given", "family"],
  ["first", "last"],
  ["first_name", "last_name"],
  ["firstName", "lastName"],
];

function nameFrom(value: unknown): string | null {
  if (typeof value === "string") return value.trim();
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const textOf = (field: string) => {
    const found = fields.get(field);
    return typeof found === "string" && !isBlank(found) ? found.trim() : undefined;
  };
  for (const name of NAMES) {
    const found = textOf(name);
    if (found !== undefined) return found;
  }
  for (const parts of NAME_PARTS) {
    const found = parts.flatMap((part) => textOf(part) ?? []);
    if (found.length > 0) return found.join(" ");
  }
  return null;
}

/** A language tag; that of an operating system (`fa_IR`) is written as others are (`fa-IR`). */
function languageOf(key: string, value: unknown, line: number | undefined): string | null {
  const [only, ...more] = Array.isArray(value) ? value : [value];
  const text = fieldOf(key, more.length > 0 ? value : only, line);
  if (text === null) return null;
  return text.replace(/^([a-z]{2,3}_[a-z0-9_]+)(?:\.[a-z0-9-]+)?$/i, (_, tag: string) =>
    tag.replaceAll("_", "-"),
  );
}

/** An address, wherever it leads. */
const addressOf: ReadValue = fieldOf;

function isAddress(value: unknown): boolean {
  return typeof value === "string" && isWebAddress(value.trim());
}

/** @throws Refusal "unprocessable" if there is something that is no date beyond doubt */
function dateOf(key: string, value: unknown, line: number | undefined): string | null {
  // What exports of MongoDB wrap a date in is taken off.
  const given = unwrapped(unwrapped(value, "$date"), "$numberLong");
  if (typeof given !== "string" && typeof given !== "number") {
    return refuse(`${key} must be a date, but is ${nameOf(given)}.`, key, line);
  }
  const written = String(given).trim();
  if (isBlank(written)) return null;
  return (
    readDate(given) ??
    refuse(
      `"${written.slice(0, 80)}" is no date that could be read beyond doubt; write it like 2024-07-30 or 2024-07-30T14:35:34Z.`,
      key,
      line,
    )
  );
}

/** What an object holds under a key; all else as it is. */
function unwrapped(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Map<string, unknown>(Object.entries(value)).get(key) ?? value;
}

/**
 * What may yet be looked at, within the key at hand and in all of `meta`, in values and UTF-16 units; so
 * that what refers to the same over and over ends.
 */
type Budget = { ofKey: number; ofAll: number };

/** @throws Refusal "unprocessable" if it is more than may be looked at, of which nothing is left then */
function spend(budget: Budget, cost: number): void {
  const spent = Math.min(cost, budget.ofKey);
  budget.ofKey -= spent;
  budget.ofAll -= spent;
  if (spent < cost || budget.ofAll < 0) throw tooMuch();
}

/** Checks whatever may stand in `meta`: nothing that PostgreSQL cannot keep, nothing bottomless. */
function checkTree(value: unknown, key: string, depth: number, budget: Budget): void {
  if (typeof value === "string") {
    spend(budget, value.length);
    checkStorable(value, key);
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    refuse(`${key} holds a number that cannot be kept.`);
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= MAX_DEPTH) refuse(`${key} nests more than ${MAX_DEPTH} levels deep.`);
  const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  spend(budget, held.length);
  for (const name of Array.isArray(value) ? [] : Object.keys(value)) {
    spend(budget, name.length);
    checkKey(name);
  }
  for (const inner of held) checkTree(inner, key, depth + 1, budget);
}

function checkKey(key: string): void {
  if (key === "__proto__") refuse("A key cannot be called __proto__.");
  checkStorable(key, "A key");
}

/** "a list", "a number" …, for messages. */
export function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "text";
}

function tooMuch(): Refusal {
  return new Refusal("unprocessable", `The metadata has more than ${MAX_META} characters.`);
}

function refuse(message: string, field?: string, line?: number): never {
  throw new Refusal("unprocessable", message, { field, line });
}
