import { CORE_SCHEMA, FAILSAFE_SCHEMA, load, YAMLException } from "js-yaml";
import { parse as parseToml, TomlDate, TomlError } from "smol-toml";
import { Refusal } from "@/lib/domain/refusal";
import { readDate } from "./dates";
import { parseJsonText } from "./json";
import { type GivenMetadata, nameOf, readMetadata, WrittenNumber } from "./metadata";
import { Warnings } from "./warnings";

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
      ? readMetadata(new Map(), { warnings })
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
  const first = lines[0]?.trimEnd() ?? "";
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

/** An object at the very beginning, as Hugo has it: it ends with a line of a brace alone. */
function jsonMatter(lines: readonly string[]): Matter | null {
  if (!/^\{\s*(?:"|$)/.test(lines[0] ?? "")) return null;
  const end = lines.findIndex((line) => /^\}\s*$/.test(line));
  const length = end < 0 ? (/\}\s*$/.test(lines[0] ?? "") ? 1 : 0) : end + 1;
  if (length === 0) return null;
  return { lines: length, read: () => readJsonObject(lines.slice(0, length).join("\n"), 0) };
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
  const length = end < 0 ? lines.length : end;
  const head = lines.slice(0, length);
  const isField = (line: string) => FIELD.test(line) || /^(?:\s|- )/.test(line);
  if (!head.every(isField) || !head.some((line) => /^title\s*:/i.test(line))) return null;
  if (/^---/.test(lines[length] ?? "")) {
    const before = "\n"; // it begins a line higher than between dashes
    return { lines: length + 1, read: (warnings) => readYaml(head.join("\n"), warnings, before) };
  }
  return { lines: length, read: () => readFields(head) };
}

function readFields(head: readonly string[]): Fields {
  const fields: Fields = new Map();
  let last = "";
  for (const line of head) {
    const [, key, value = ""] = /^\s/.test(line) ? [] : (FIELD.exec(line) ?? []);
    if (key !== undefined) {
      last = key;
      fields.set(key, value.trim());
    } else fields.set(last, `${fields.get(last)} ${line.trim()}`.trim());
  }
  return fields;
}

/** Everything of a page but the tags of programs, as YAML 1.2 reads it; dates stay as written. */
const yamlOptions = { schema: CORE_SCHEMA };

/**
 * Reads YAML as libyaml and PyYAML would. It begins in line 2 of the file, or in line 1 if something
 * stands `before` it. Of a key that stands twice the last one counts, as there.
 */
function readYaml(yaml: string, warnings: Warnings, before = ""): Fields {
  const shift = before === "" ? 2 : 1;
  let value: unknown;
  try {
    value = load(yaml, yamlOptions);
  } catch (error) {
    const trouble = yamlTrouble(error, shift);
    if (!trouble.isRepeated) throw trouble.refusal;
    const message = `${trouble.refusal.message} The last one counts.`;
    warnings.add("repeated_field", message, { line: trouble.line });
    value = loadAgain(yaml, { ...yamlOptions, json: true }, shift);
  }
  const fields = fieldsOf(value, shift);
  const texts = fieldsOf(loadAgain(yaml, { schema: FAILSAFE_SCHEMA, json: true }, shift), shift);
  const budget = { left: MOST_NUMBERS };
  for (const [key, inner] of fields) fields.set(key, asWritten(inner, texts.get(key), budget, 0));
  return fields;
}

/** So many values are looked through; what refers to itself again and again has more, and is not kept. */
const MOST_NUMBERS = 100_000;
const DEEPEST = 30;

/** Numbers with the way they were written, which is what counts where text is wanted. */
function asWritten(
  value: unknown,
  text: unknown,
  budget: { left: number },
  depth: number,
): unknown {
  budget.left -= 1;
  if (budget.left < 0 || depth > DEEPEST) return value;
  if (typeof value === "number" && typeof text === "string") {
    if (depth === 0) return new WrittenNumber(value, text);
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
  }
  if (Array.isArray(value) && Array.isArray(text)) {
    return value.map((inner, at) => asWritten(inner, text[at], budget, depth + 1));
  }
  if (typeof value !== "object" || value === null || typeof text !== "object" || text === null) {
    return value;
  }
  const texts = new Map<string, unknown>(Object.entries(text));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      asWritten(inner, texts.get(key), budget, depth + 1),
    ]),
  );
}

function loadAgain(yaml: string, options: Parameters<typeof load>[1], shift: number): unknown {
  try {
    return load(yaml, options);
  } catch (error) {
    throw yamlTrouble(error, shift).refusal;
  }
}

function yamlTrouble(
  error: unknown,
  shift: number,
): { refusal: Refusal; line: number; isRepeated: boolean } {
  if (!(error instanceof YAMLException)) {
    // What nests too deep ends the stack.
    if (!(error instanceof RangeError)) throw error;
    const refusal = new Refusal("unprocessable", "The front matter nests too deep.", {
      line: shift,
    });
    return { refusal, line: shift, isRepeated: false };
  }
  const { reason, mark } = error;
  const line = (mark?.line ?? 0) + shift;
  const message = `The front matter is no YAML: ${reason}.`;
  const place = mark === undefined ? { line } : { line, column: mark.column + 1 };
  return {
    refusal: new Refusal("unprocessable", message, place),
    line,
    isRepeated: reason.includes("duplicated mapping key"),
  };
}

function readToml(toml: string): Fields {
  try {
    const value = parseToml(toml, { integersAsBigInt: "asNeeded", maxDepth: 100 });
    return new Map(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "");
    throw new Refusal("unprocessable", `The front matter is no TOML: ${reason}.`, {
      line: error.line + 1,
      column: error.column,
    });
  }
}

function fieldsOf(value: unknown, line: number): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = value === undefined ? "empty" : nameOf(value);
    throw new Refusal(
      "unprocessable",
      `The front matter must be a list of "key: value" lines, but is ${what}.`,
      { line },
    );
  }
  return new Map(Object.entries(value));
}

/** A value of TOML as JSON: its dates and great numbers as they were written. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "bigint") return String(value);
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** In which line each key of the first level stands, 1-based. */
function lineOfKeys(head: readonly string[]): (key: string) => number | undefined {
  const lines = new Map<string, number>();
  for (const [at, line] of head.entries()) {
    const key = /^\s{0,2}["']?([^"':=#\s[\]{}-][^"':=]*?)["']?\s*[:=]/.exec(line)?.[1];
    if (key !== undefined && !lines.has(key)) lines.set(key, at + 1);
  }
  return (key) => lines.get(key);
}

/** `Published: July 30, 2024`, also as "Published on", "Date", in bold or italics; with or without backticks. */
const PUBLISHED =
  /^\s*(?:[*_]{1,3})?(published|publication date|date published|date|posted|pubdate)(?: (?:on|at))?\s*:\s*(?:[*_]{1,3})?\s*(?:`([^`]*)`|([^`]*?))\s*(?:[*_]{1,3})?\s*$/i;

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
    const [, word, quoted, bare] = PUBLISHED.exec(line) ?? [];
    if (word === undefined) continue;
    const isOurs = quoted !== undefined && /^published$/i.test(word);
    const value = (quoted ?? bare ?? "").trim();
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
