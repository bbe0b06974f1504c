import {
  CORE_SCHEMA,
  type EventType,
  load,
  type Mark,
  type State,
  Type,
  types,
  YAMLException,
} from "js-yaml";
import { parse as parseToml, TomlDate, TomlError, type TomlValue } from "smol-toml";
import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { mebibytes } from "./bytes";
import { readDate } from "./dates";
import { parseJsonText } from "./json";
import { type GivenMetadata, nameOf, readMetadata, WrittenNumber } from "./metadata";
import { Warnings } from "./warnings";

declare module "js-yaml" {
  /** The types by their names, which its own declarations leave out. */
  const types: Readonly<Record<"int" | "float", Type>>;
}

/** A file's head taken apart: what it says about the article, and the Markdown that is left. */
export type Head = {
  readonly given: GivenMetadata;
  /** Lines that were metadata are empty here, so that line numbers stay. */
  readonly body: string;
};

/** How far into a file the `Published :` line is looked for, in lines with something on them. */
const HEAD_LINES = 4;

/**
 * Takes front matter (YAML, TOML, JSON, or `Key: value` lines) and the `Published :` line (DESIGN 11)
 * off a Markdown article.
 *
 * @param source with LF line ends
 * @param warnings told of what is lost
 * @throws Refusal "unprocessable" with line and column if the front matter cannot be read
 */
export function readHead(source: string, warnings = new Warnings()): Head {
  const lines = source.split("\n");
  const matter = frontMatterOf(lines);
  const given =
    matter === null
      ? readMetadata(new Map())
      : readMetadata(matter.read(warnings), {
          line: lineOfKeys(lines.slice(0, matter.lines)),
          dialect: "page",
          warnings,
        });
  lines.fill("", 0, matter?.lines ?? 0);
  const published = takePublished(lines, warnings);
  return {
    given: published === null ? given : { ...given, publishedAt: published },
    body: lines.join("\n"),
  };
}

type Fields = Map<string, unknown>;

/** Front matter as it stands at the beginning of a file: how many lines, and how they are read. */
type Matter = { readonly lines: number; read(warnings: Warnings): Fields };

function frontMatterOf(lines: readonly string[]): Matter | null {
  const first = (lines[0] ?? "").trimEnd();
  const named = /^(---|;;;)\s*([a-z]+)?$/i.exec(first);
  const inside = (length: number) => lines.slice(1, length - 1).join("\n");
  if (first === "+++") {
    const length = lengthOf(lines, /^\+\+\+\s*$/);
    return length === 0 ? null : { lines: length, read: () => readToml(inside(length)) };
  }
  if (named) {
    const language = named[2]?.toLowerCase() ?? (named[1] === ";;;" ? "json" : "yaml");
    const length = lengthOf(lines, named[1] === ";;;" ? /^;;;\s*$/ : /^(?:---|\.\.\.)\s*$/);
    if (length === 0) return null;
    return { lines: length, read: (warnings) => readAs(language, inside(length), warnings) };
  }
  return jsonMatter(lines) ?? headerLines(lines);
}

/**
 * The number of lines of the front matter, with those around it; 0 if there is none. A first line that
 * nothing closes, or that stands above an empty line or another one, is a rule across the page.
 */
function lengthOf(lines: readonly string[], closing: RegExp): number {
  if ((lines[1] ?? "").trim() === "") return 0;
  const end = lines.findIndex((line, at) => at > 0 && closing.test(line));
  return end > 1 ? end + 1 : 0;
}

function readAs(language: string, source: string, warnings: Warnings): Fields {
  if (language === "yaml" || language === "yml") return readYaml(source, warnings);
  if (language === "toml") return readToml(source);
  if (language === "json") return readJsonObject(source, 1);
  throw new Refusal("unsupported", `Front matter in ${language} is not read.`, { line: 1 });
}

/** An object at the very beginning, as Hugo has it: all on one line, or up to a line of a brace alone. */
function jsonMatter(lines: readonly string[]): Matter | null {
  const [first = ""] = lines;
  if (!/^\{\s*(?:"|$)/.test(first)) return null;
  const length = isJson(first) ? 1 : lines.findIndex((line) => /^\}\s*$/.test(line)) + 1;
  if (length === 0) return null;
  return { lines: length, read: () => readJsonObject(lines.slice(0, length).join("\n"), 0) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param before lines of the file above it */
function readJsonObject(source: string, before: number): Fields {
  let value: unknown;
  try {
    value = parseJsonText(source);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const line = typeof error.details.line === "number" ? error.details.line + before : before + 1;
    throw new Refusal(error.code, `The front matter: ${error.message}`, { ...error.details, line });
  }
  return fieldsOf(value, before + 1);
}

/** A first key that only a head begins with, not a sentence. */
const HEADER =
  /^(?:title|date|author|authors|layout|slug|category|categories|tags|lang|status)\s*:/i;
const FIELD = /^([A-Za-z][\w -]{0,40}?)\s*:(?:\s+|$)(.*)$/;

/**
 * `Key: value` lines with nothing before them: as Hexo has them, above a line of dashes, or as Pelican
 * and MultiMarkdown do, above an empty one. There must be a title among them.
 */
function headerLines(lines: readonly string[]): Matter | null {
  if (!HEADER.test(lines[0] ?? "")) return null;
  const end = lines.findIndex((line) => line.trim() === "" || /^---\s*$/.test(line));
  const head = end === -1 ? lines : lines.slice(0, end);
  const isField = (line: string) => FIELD.test(line) || /^(?:\s|- )/.test(line);
  if (!head.every(isField) || !head.some((line) => /^title\s*:/i.test(line))) return null;
  const [closing = ""] = lines.slice(head.length);
  if (closing.trim() === "") return { lines: head.length, read: () => readFields(head) };
  return {
    lines: head.length + 1,
    read: (warnings) => readYaml(head.join("\n"), warnings, 1),
  };
}

function readFields(head: readonly string[]): Fields {
  const fields: Fields = new Map();
  let last = "";
  for (const line of head) {
    const field = FIELD.exec(line);
    if (field !== null) {
      const [, key = "", value = ""] = field;
      last = key;
      fields.set(key, value.trim());
    } else fields.set(last, `${fields.get(last)} ${line.trim()}`.trim());
  }
  return fields;
}

/** A type of YAML's numbers that remembers how one was written. */
const written = (tag: string, type: Type) =>
  new Type(tag, {
    kind: "scalar",
    resolve: (text: string | null) => type.resolve(text),
    construct: (text: string) => new WrittenNumber(type.construct(text), text),
  });

/** Everything of a page but the tags of programs, as YAML 1.2 reads it; dates stay as written. */
const schema = CORE_SCHEMA.extend({
  implicit: [
    written("tag:yaml.org,2002:int", types.int),
    written("tag:yaml.org,2002:float", types.float),
  ],
});

/**
 * Refuses YAML that refers to the same so often that it would be longer than an article, had it all been
 * written out. It counts what a list or an object holds itself: what that holds was counted there.
 */
function limitReferences(firstLine: number): (event: EventType, state: State) => void {
  let left = MAX_ARTICLE_BYTES;
  return (event, { kind, result, line }) => {
    // Only what is written where it stands has a kind.
    if (event !== "close" || kind !== null) return;
    left -= sizeOf(result);
    if (left >= 0) return;
    throw new Refusal(
      "unprocessable",
      `The front matter says the same again and again, which comes to more than ${mebibytes(MAX_ARTICLE_BYTES)}.`,
      { line: line + firstLine },
    );
  };
}

/** What a text, a list or an object holds itself, in values and UTF-16 units. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  const held: readonly unknown[] = Array.isArray(value)
    ? value
    : Object.entries(value ?? {}).flat();
  return held.reduce<number>(
    (size, inner) => size + 1 + (typeof inner === "string" ? inner.length : 0),
    0,
  );
}

/**
 * Reads YAML as libyaml and PyYAML would. Of a key that stands twice the last one counts, as there.
 *
 * @param firstLine where it begins in the file, 1-based
 */
function readYaml(yaml: string, warnings: Warnings, firstLine = 2): Fields {
  let value: unknown;
  try {
    value = load(yaml, { schema, listener: limitReferences(firstLine) });
  } catch (error) {
    // Anything but a key that stands twice is the same trouble again.
    value = loadRepeated(yaml, firstLine);
    const { refusal, line } = yamlTrouble(error, firstLine);
    const message = `${refusal.message} The last one counts.`;
    warnings.add("repeated_field", message, { line });
  }
  const fields = fieldsOf(value, firstLine);
  keepNumbersWithin(fields.values());
  return fields;
}

/**
 * Makes the numbers in lists and objects what is kept of them, in place; those of the first level may
 * yet be wanted as text. Whatever is referred to from many places, or from within itself, is visited once.
 */
function keepNumbersWithin(values: Iterable<unknown>): void {
  const reached = new Set<object>();
  const reach = (value: unknown) => {
    if (typeof value === "object" && value !== null) reached.add(value);
  };
  for (const value of values) reach(value);
  // A set that grows is gone through to its end.
  for (const holder of reached) {
    for (const [key, inner] of Object.entries(holder)) {
      if (inner instanceof WrittenNumber) {
        Object.defineProperty(holder, key, { value: inner.kept() });
      } else reach(inner);
    }
  }
}

function loadRepeated(yaml: string, firstLine: number): unknown {
  try {
    return load(yaml, { schema, json: true, listener: limitReferences(firstLine) });
  } catch (error) {
    throw yamlTrouble(error, firstLine).refusal;
  }
}

function yamlTrouble(error: unknown, firstLine: number): { refusal: Refusal; line: number } {
  if (!(error instanceof YAMLException)) throw error;
  const { reason } = error;
  // Its declaration forgets that trouble with the whole has none.
  const mark: Mark | undefined = error.mark;
  const line = (mark?.line ?? 0) + firstLine;
  const message = `The front matter is no YAML: ${reason}.`;
  const place = mark === undefined ? { line } : { line, column: mark.column + 1 };
  return { refusal: new Refusal("unprocessable", message, place), line };
}

function readToml(toml: string): Fields {
  try {
    const value = parseToml(toml, { integersAsBigInt: "asNeeded", maxDepth: 100 });
    return new Map(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.split("\n");
    const reason = first.replace("Invalid TOML document: ", "");
    throw new Refusal("unprocessable", `The front matter is no TOML: ${reason}.`, {
      line: error.line + 1,
      column: error.column,
    });
  }
}

function fieldsOf(value: unknown, line: number): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = value === null ? "empty" : nameOf(value);
    throw new Refusal(
      "unprocessable",
      `The front matter must be a list of "key: value" lines, but is ${what}.`,
      { line },
    );
  }
  return new Map(Object.entries(value));
}

/** A value of TOML as JSON: its dates and great numbers as they were written. */
function plain(value: TomlValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "bigint") return String(value);
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const KEY = /^(\s*)["']?([^"':=#\s[\]{}-][^"':=]*)(?:["']\s*)?[:=]/;

/** In which line each key of the first level stands, 1-based: they begin as far in as the first of them. */
function lineOfKeys(head: readonly string[]): (key: string) => number | undefined {
  const lines = new Map<string, number>();
  let margin: string | undefined;
  for (const [at, line] of head.entries()) {
    const found = KEY.exec(line);
    if (found === null) continue;
    const [, space = "", written = ""] = found;
    const key = written.trimEnd();
    margin ??= space;
    if (space === margin && !lines.has(key)) lines.set(key, at + 1);
  }
  return (key) => lines.get(key);
}

/** `Published: July 30, 2024`, also as "Published on", "Date", in bold or italics; with or without backticks. */
const PUBLISHED =
  /^[*_]{0,3}(published|publication date|date published|date|posted|pubdate)(?: (?:on|at))?\s*(?:[*_]{1,3}\s*)?:(.*)$/i;

/**
 * Finds the `Published :` line among the first lines, empties it, and says what time it gives.
 * Without backticks it must be a date beyond doubt: a sentence may begin with the same word.
 */
function takePublished(lines: string[], warnings: Warnings): string | null {
  let seen = 0;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (seen === HEAD_LINES) return null;
    seen += 1;
    const found = PUBLISHED.exec(line.trim());
    if (found === null) continue;
    const [, word = "", rest = ""] = found;
    // Step by step: one pattern for all of it takes minutes for a line of spaces.
    const written = rest
      .trim()
      .replace(/^[*_]{1,3}/, "")
      .replace(/[*_]{1,3}$/, "")
      .trim();
    const quoted = /^`([^`]*)`$/.exec(written)?.[1];
    const isOurs = quoted !== undefined && word.toLowerCase() === "published";
    const value = (quoted ?? written).trim();
    const time = readDate(value);
    if (time === null && !isOurs) continue;
    lines[at] = "";
    if (time === null) {
      const message = `"${value.slice(0, 80)}" is no date that could be read beyond doubt; write it like 2024-07-30 14:35:34.`;
      warnings.add("unreadable_date", message, { line: at + 1, field: "published_at" });
    }
    return time;
  }
  return null;
}
