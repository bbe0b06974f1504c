import { Refusal } from "@/lib/domain/refusal";

/** How deep JSON may nest: no record of ours goes beyond a dozen levels. */
const MAX_DEPTH = 40;

/** A whole number that may be too great for a double to hold, as far as can be told at a glance. */
const GREAT = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * Parses JSON from a file. A whole number that a double cannot hold comes as text, with all its
 * figures: it is an id.
 *
 * @throws Refusal "unprocessable" with `line` (within the text) and `column`, both 1-based, if it is
 *   no JSON, nests too deep, or has a key that could reach an object's prototype
 */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = GREAT.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch {
    const { offset, found } = firstJsonError(text);
    throw new Refusal("unprocessable", `This is no JSON: ${found}.`, placeOf(text, offset));
  }
  // Rare enough that only texts that may spell the name are walked through.
  if (/__proto__|\\u005f/i.test(text)) checkKeys(value, 0);
  return value;
}

function exactNumber(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) {
    return value;
  }
  const { source = "" } = context ?? {};
  return /^-?\d+$/.test(source) && source !== String(value) ? source : value;
}

/** A value of several that stand after one another. */
export type JsonValue = {
  readonly value: unknown;
  /** Where it begins, 1-based. */
  readonly line: number;
  readonly isLast: boolean;
};

/**
 * Parses JSON values that follow one another with nothing but white space between them.
 *
 * @throws Refusal "unprocessable" with `line` and `column`, once those before it have been taken
 */
export function* jsonValuesIn(text: string): Generator<JsonValue> {
  let at = skipSpace(text, 0);
  let line = 1 + linesBetween(text, 0, at);
  while (at < text.length) {
    const rest = text.slice(at);
    const end = endOfValue(rest);
    let value: unknown;
    try {
      value = parseJsonText(end === null ? rest : rest.slice(0, end));
    } catch (error) {
      if (!(error instanceof Refusal) || typeof error.details.line !== "number") throw error;
      throw new Refusal(error.code, error.message, {
        ...error.details,
        line: error.details.line + line - 1,
      });
    }
    const next = end === null ? text.length : skipSpace(text, at + end);
    yield { value, line, isLast: next >= text.length };
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
    return expected === END && offset < text.length ? offset : null;
  }
}

/** Whether a text is the beginning of JSON, cut off between two of its parts. */
export function isUnfinishedJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    const { offset, expected } = firstJsonError(text);
    return offset >= text.length && expected !== REST_OF_STRING;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
}

function linesBetween(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    lines += 1;
  }
  return lines;
}

function checkKeys(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw new Refusal("unprocessable", `JSON may nest ${MAX_DEPTH} levels deep.`);
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") {
      throw new Refusal("unprocessable", "A key cannot be called __proto__.", { field: key });
    }
    checkKeys(inner, depth + 1);
  }
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: [...before.slice(start)].length + 1 };
}

const ESCAPED = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const SPACE = /[ \t\n\r]*/y;
const END = "the end";
const REST_OF_STRING = "the rest of a string";
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON (RFC 8259), which the engine's own message does not reliably say.
 * It must not be JSON as a whole.
 */
function firstJsonError(text: string): { offset: number; found: string; expected: string } {
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
