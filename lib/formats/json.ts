import { Refusal } from "@/lib/domain/refusal";

/** How deep JSON may nest: no record of ours goes beyond a dozen levels. */
const MAX_DEPTH = 40;

/**
 * Parses JSON from a file.
 *
 * @throws Refusal "unprocessable" with `line` (within the text) and `column`, both 1-based, if it is
 *   no JSON, nests too deep, or has a key that could reach an object's prototype
 */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { offset, found } = firstJsonError(text);
    throw new Refusal("unprocessable", `This is no JSON: ${found}.`, placeOf(text, offset));
  }
  // Rare enough that only texts that may spell the name are walked through.
  if (/__proto__|\\u005f/i.test(text)) checkKeys(value, 0);
  return value;
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
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON (RFC 8259), which the engine's own message does not reliably say.
 * It must not be JSON as a whole.
 */
function firstJsonError(text: string): { offset: number; found: string } {
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
      if (closing === undefined) return stop("the end");
      if (character === closing) {
        at += 1;
        open.pop();
      } else if (character === ",") {
        at += 1;
        next = closing === "}" ? "key" : "value";
      } else return stop(`"," or "${closing}"`);
    } else if (next === "key") {
      if (character !== '"') return stop("a key in quotes");
      if (!acceptString()) return stop("the rest of a string");
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
      if (!acceptString()) return stop("the rest of a string");
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
