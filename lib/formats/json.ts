import { Refusal } from "@/lib/domain/refusal";
import { codePointLength } from "@/lib/domain/text";

/** How deep JSON may nest: no record of ours goes beyond a dozen levels. */
const MAX_DEPTH = 40;

/** A whole number that may be too great for a double to hold, as far as can be told at a glance. */
const GREAT = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/** What stands in any JSON that spells `__proto__`, as it is or with escapes. */
const mayBeProto = ["__proto__", "\\u005", "\\u006", "\\u007"];

/**
 * Parses JSON from a file. A whole number that a double cannot hold comes as text, with all its
 * figures: it is an id.
 *
 * @param line what the text's first line is called, 1-based
 * @throws Refusal "unprocessable" with `line` and `column`, both 1-based, if it is no JSON; without them
 *   if it nests too deep, or has a key that could reach an object's prototype
 */
export function parseJsonText(text: string, line = 1): unknown {
  let value: unknown;
  try {
    value = GREAT.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch (error) {
    // Where numbers are replaced, the engine calls itself for every level.
    if (error instanceof RangeError) throw tooDeep();
    const { offset, found } = firstJsonError(text);
    throw new Refusal("unprocessable", `This is no JSON: ${found}.`, placeOf(text, offset, line));
  }
  // Rare enough that only texts that may spell the name are walked through.
  if (mayBeProto.some((spelling) => text.includes(spelling))) checkKeys(value, 0);
  return value;
}

/**
 * Keeps all figures of a whole number that a double cannot hold.
 *
 * @param context how the value is written, if it is no list and no object, and the engine says so
 */
function exactNumber(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const { source = "" } = context ?? {};
  return /^-?[1-9]\d*$/.test(source) && source !== String(value) ? source : value;
}

/** A value of several that stand after one another. */
export type JsonValue = {
  readonly value: unknown;
  /** Where it begins, 1-based. */
  readonly line: number;
  /** Whether the text holds no other. */
  readonly isAlone: boolean;
};

/**
 * Parses JSON values that follow one another with nothing but white space between them.
 *
 * @throws Refusal "unprocessable" with `line` and `column`, once those before it have been taken
 */
export function* jsonValuesIn(text: string): Generator<JsonValue> {
  const first = skipSpace(text, 0);
  let at = first;
  let line = 1 + linesBetween(text, 0, at);
  while (at < text.length) {
    const rest = text.slice(at);
    const end = endOfValue(rest);
    const value = parseJsonText(end === null ? rest : rest.slice(0, end), line);
    const next = end === null ? text.length : skipSpace(text, at + end);
    yield { value, line, isAlone: at === first && next === text.length };
    line += linesBetween(text, at, next);
    at = next;
  }
}

/** Where the first of several values ends; null if there is one only, or none that is whole. */
function endOfValue(text: string): number | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const { offset, expected } = firstJsonError(text);
    return expected === END ? offset : null;
  }
}

/** Whether a text is the beginning of JSON, cut off between two of its parts. */
export function isUnfinishedJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    const { offset, expected, depth } = firstJsonError(text);
    return depth > 0 && offset >= text.length && expected !== REST_OF_STRING;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
}

function linesBetween(text: string, from: number, to: number): number {
  return text.slice(from, to).split("\n").length - 1;
}

function checkKeys(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) throw tooDeep();
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") {
      throw new Refusal("unprocessable", "A key cannot be called __proto__.", { field: key });
    }
    checkKeys(inner, depth + 1);
  }
}

function tooDeep(): Refusal {
  return new Refusal("unprocessable", `JSON may nest ${MAX_DEPTH} levels deep.`);
}

function placeOf(
  text: string,
  offset: number,
  firstLine: number,
): { line: number; column: number } {
  const start = text.slice(0, offset).lastIndexOf("\n") + 1;
  return {
    line: firstLine + linesBetween(text, 0, start),
    column: codePointLength(text.slice(start, offset)) + 1,
  };
}

const ESCAPED = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const SPACE = /[ \t\n\r]*/y;
const END = "the end";
const REST_OF_STRING = "the rest of a string";
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type JsonError = {
  /** In UTF-16 units. */
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
  /** How many lists and objects are open there. */
  readonly depth: number;
};

/**
 * Where a text stops being JSON (RFC 8259), which the engine's own message does not reliably say.
 * It must not be JSON as a whole.
 */
function firstJsonError(text: string): JsonError {
  let at = 0;
  const accept = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match !== null;
  };
  const acceptString = () => {
    const { end, isWhole } = stringAt(text, at);
    at = end;
    return isWhole;
  };
  const stop = (expected: string) => ({
    offset: at,
    depth: open.length,
    expected,
    found:
      at >= text.length
        ? `it ends where ${expected} should follow`
        : `${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} where ${expected} should stand`,
  });
  const open: ("}" | "]")[] = [];
  /** What may come next: a value, a key, or what follows a value. */
  let next: "value" | "key" | "after" = "value";
  for (;;) {
    accept(SPACE);
    const character = text[at];
    if (next === "after") {
      const closing = open.at(-1);
      if (closing === undefined) return stop(END);
      if (character === closing) {
        at += 1;
        open.pop();
      } else if (character === ",") {
        at += 1;
        next = closing === "}" ? "key" : "value";
      } else return stop(`"," or "${closing}"`);
    } else if (next === "key") {
      if (character !== '"') return stop("a key in quotes");
      if (!acceptString()) return stop(REST_OF_STRING);
      accept(SPACE);
      if (text[at] !== ":") return stop('":"');
      at += 1;
      next = "value";
    } else if (character === "{" || character === "[") {
      at += 1;
      accept(SPACE);
      const closing = character === "{" ? "}" : "]";
      if (text[at] === closing) {
        at += 1;
        next = "after";
      } else {
        open.push(closing);
        next = closing === "}" ? "key" : "value";
      }
    } else if (character === '"') {
      if (!acceptString()) return stop(REST_OF_STRING);
      next = "after";
    } else if (accept(SCALAR)) next = "after";
    else return stop("a value");
  }
}

/** Where the string that starts here ends, or else where it stops being one. */
function stringAt(text: string, start: number): { end: number; isWhole: boolean } {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { end: at + 1, isWhole: true };
    // A control character, or nothing.
    if (!(code >= 0x20)) return { end: at, isWhole: false };
    at += 1;
    if (code !== 0x5c) continue;
    ESCAPED.lastIndex = at;
    if (ESCAPED.test(text)) at = ESCAPED.lastIndex;
    else if (at < text.length) return { end: at - 1, isWhole: false };
  }
}
