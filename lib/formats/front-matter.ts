import { isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { Refusal } from "@/lib/domain/refusal";
import { type GivenMetadata, isKnown, nameOf, readMetadata, readTime } from "./metadata";
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
 * Takes YAML front matter and the `Published :` line (DESIGN 11) off a Markdown article.
 *
 * @param source with LF line ends
 * @throws Refusal "unprocessable" with line and column if either cannot be read
 */
export function readHead(source: string, _warnings = new Warnings()): Head {
  const lines = source.split("\n");
  const length = lengthOfFrontMatter(lines);
  const given =
    length === 0 ? readMetadata(new Map()) : readFrontMatter(lines.slice(1, length - 1).join("\n"));
  lines.fill("", 0, length);
  const published = takePublished(lines);
  return {
    given: published === null ? given : { ...given, publishedAt: published },
    body: lines.join("\n"),
  };
}

/**
 * The number of lines of the front matter, with those around it; 0 if there is none. A first line `---` that nothing closes, or
 * that stands above an empty line or another one, is a rule across the page.
 */
function lengthOfFrontMatter(lines: readonly string[]): number {
  const [first = "", second = ""] = lines;
  if (first.trimEnd() !== "---" || second.trim() === "") return 0;
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  return end > 1 ? end + 1 : 0;
}

/**
 * Reads the YAML between the two lines of dashes. It begins in line 2 of the file.
 *
 * Aliases are refused (a few lines of them can unfold to gigabytes), so are double keys and tags.
 */
function readFrontMatter(yaml: string): GivenMetadata {
  const counter = new LineCounter();
  const document = parseDocument(yaml, {
    lineCounter: counter,
    prettyErrors: false,
    stringKeys: true,
    schema: "core",
    resolveKnownTags: false,
  });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: line + 1, column: col };
  };
  const trouble = document.errors[0] ?? document.warnings[0];
  if (trouble) {
    throw new Refusal(
      "unprocessable",
      `The front matter is no YAML: ${trouble.message}`,
      at(trouble.pos[0]),
    );
  }
  visit(document, {
    Alias() {
      throw new Refusal("unprocessable", "The front matter must not use aliases.", { line: 2 });
    },
  });
  const value: unknown = document.toJS({ mapAsMap: true });
  if (!(value instanceof Map)) {
    throw new Refusal(
      "unprocessable",
      `The front matter must be a list of "key: value" lines, but is ${nameOf(value)}.`,
      { line: 2 },
    );
  }
  const given = new Map<string, unknown>();
  for (const [key, inner] of value) given.set(String(key), plain(inner));
  const lines = new Map<string, number>();
  for (const key of given.keys()) {
    const node: unknown = document.get(key, true);
    // Stryker disable next-line ConditionalExpression,LogicalOperator: what was parsed is a node with a place
    if (isNode(node) && node.range) lines.set(key, at(node.range[0]).line);
    // A title such as 1984 or 1.0 is text, as it was written.
    if (isKnown(key) && isScalar(node) && typeof node.value === "number") {
      given.set(key, node.source);
    }
  }
  return readMetadata(given, (key) => lines.get(key));
}

/** Maps as objects, so that what is kept is JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, inner]) => [String(key), plain(inner)]));
}

/**
 * Finds the `Published :` line among the first lines, empties it, and says what time it gives.
 * Without backticks it must look like a date: a sentence may begin with the same word.
 */
function takePublished(lines: string[]): string | null {
  let seen = 0;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (seen === HEAD_LINES) return null;
    seen += 1;
    const match = /^\s*Published\s*:\s*(?:`([^`]*)`|(\d[^`]*))\s*$/i.exec(line);
    if (!match) continue;
    const time = readTime((match[1] ?? match[2] ?? "").trim(), at + 1);
    lines[at] = "";
    return time;
  }
  return null;
}
