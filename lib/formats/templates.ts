import { Refusal } from "@/lib/domain/refusal";
import type { Warnings } from "./warnings";

/**
 * What template languages put their code between: Liquid, Nunjucks, Jinja, Twig, Handlebars, the
 * shortcodes of Hugo, ERB and EJS, comments of JSX. Of two that begin alike, the longer is first.
 */
const DELIMITERS = [
  { open: "{{<", close: ">}}" },
  { open: "{{%", close: "%}}" },
  { open: "{{!--", close: "--}}", comment: true },
  { open: "{{{", close: "}}}" },
  { open: "{{", close: "}}" },
  { open: "{%", close: "%}" },
  { open: "{#", close: "#}", comment: true },
  { open: "{/*", close: "*/}", comment: true },
  { open: "<%", close: "%>" },
] as const;

/** Longer than this, in UTF-16 units, it is no code, but two braces far apart. */
const LONGEST = 5000;

/** What a tag of Liquid does with all up to its end tag: keeps it as written, or drops it. */
const ENCLOSING = /^\{%-?\s*(raw|verbatim|comment)\b/;

/** Attributes that kramdown, Pandoc and Hugo hang on what stands before them: `{: .note}`, `{#id}`. */
const ATTRIBUTES = /\{(?::[^{}]*|[#.][\w-][^{}]*)\}(?=[ \t]*$)/;

/** What stands before code in an address or an attribute, where it would not have become text. */
const BEFORE_ADDRESSES = ["](", "=", '="', "='"];

/** Markdown without template code. */
export type Untemplated = {
  /** As many lines as before. */
  readonly source: string;
  /** What stands in it where code was; null if there was none. It is no text. */
  readonly placeholder: string | null;
};

/**
 * Takes template code out of Markdown. A line of nothing but code becomes an empty one, as when the
 * template is run. Code that would have become text is told of.
 *
 * @param source with LF line ends
 * @throws Refusal "unsupported" for MDX: what that shows, only running it could tell
 */
export function withoutTemplates(source: string, warnings: Warnings): Untemplated {
  refusePrograms(source);
  const bare = /\{[:#.]/.test(source) ? withoutAttributes(source) : source;
  if (!/\{[{%#/]|<%/.test(bare)) return { source: bare, placeholder: null };
  const placeholder = unusedCharacter(bare);
  const scanner = new Scanner(bare, placeholder, warnings);
  const replaced = scanner.run();
  const onlyCode = new RegExp(`^[ \\t]*(?:${placeholder}[ \\t]*)+$`, "gm");
  return { source: replaced.replace(onlyCode, ""), placeholder };
}

function withoutAttributes(source: string): string {
  const isFenced = fences();
  const lines = source
    .split("\n")
    .map((line) => (isFenced(line) ? line : line.replace(ATTRIBUTES, "")));
  return lines.join("\n");
}

/** Says of one line after another whether it is, or encloses, code within Markdown: text as it stands. */
function fences(): (line: string) => boolean {
  let open: string | null = null;
  return (line) => {
    const found = /^ {0,3}(`{3,}|~{3,})(.*)/s.exec(line);
    const mark = found?.[1] ?? "";
    const rest = found?.[2] ?? "";
    if (open !== null) {
      if (mark.includes(open) && rest.trim() === "") open = null;
      return true;
    }
    // "```a``` b" is code within a line.
    if (mark === "" || (mark[0] === "`" && rest.includes("`"))) return false;
    open = mark;
    return true;
  };
}

type Place = { readonly start: number; readonly end: number };
const NOWHERE: Place = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };

class Scanner {
  readonly #source: string;
  readonly #placeholder: string;
  readonly #warnings: Warnings;
  /** Where each closing delimiter stands next, and each end tag: looked for once for all that ask. */
  readonly #closings = new Map<string, number>();
  readonly #ends = new Map<string, Place>();
  #at = 0;
  #out = "";

  constructor(source: string, placeholder: string, warnings: Warnings) {
    this.#source = source;
    this.#placeholder = placeholder;
    this.#warnings = warnings;
  }

  run(): string {
    const isFenced = fences();
    let line = 1;
    while (this.#at < this.#source.length) {
      const begun = this.#at;
      const end = this.#endOfLine(begun);
      if (isFenced(this.#source.slice(begun, end))) this.#copyTo(end + 1);
      else this.#line(end, line);
      for (let at = begun; at < this.#at; at += 1) if (this.#source[at] === "\n") line += 1;
    }
    return this.#out;
  }

  /** Goes through one line, and as far beyond it as code reaches that begins in it. */
  #line(end: number, line: number): void {
    const source = this.#source;
    const begun = this.#at;
    const text = source.slice(begun, end);
    const codeEnds = endsOfCode(text);
    const next = /[`{<]/g;
    for (;;) {
      next.lastIndex = this.#at - begun;
      const found = next.exec(text);
      if (!found) break;
      this.#copyTo(begun + found.index);
      if (found[0] === "`") {
        this.#copyTo(begun + (codeEnds.get(found.index) ?? found.index + 1));
        continue;
      }
      const code = this.#codeAt(this.#at);
      if (code === null) {
        this.#copyTo(this.#at + 1);
        continue;
      }
      if (!code.comment && !BEFORE_ADDRESSES.some((mark) => source.endsWith(mark, this.#at))) {
        const shown = source.slice(this.#at, Math.min(code.end, this.#at + 80));
        const message = `Template code is no text, and was left out: ${shown.replace(/\s+/g, " ")}`;
        this.#warnings.add("markup_left_out", message, { line });
      }
      this.#replaceTo(code.end, code.kept);
    }
    this.#copyTo(Math.max(this.#at, end + 1));
  }

  #codeAt(at: number): { end: number; comment: boolean; kept: string } | null {
    const source = this.#source;
    for (const { open, close, ...delimiter } of DELIMITERS) {
      if (!source.startsWith(open, at)) continue;
      const closing = this.#next(close, at + open.length);
      if (closing - at > LONGEST) continue;
      const end = closing + close.length;
      const enclosing = ENCLOSING.exec(source.slice(at, end))?.[1];
      if (enclosing === undefined) return { end, comment: "comment" in delimiter, kept: "" };
      const last = this.#endOf(enclosing, end);
      if (last === NOWHERE) return { end, comment: true, kept: "" };
      const kept = enclosing === "comment" ? "" : source.slice(end, last.start);
      return { end: last.end, comment: true, kept };
    }
    return null;
  }

  /** The end tag of what a tag of Liquid encloses. */
  #endOf(enclosing: string, from: number): Place {
    const known = this.#ends.get(enclosing);
    // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator: looking again finds the same
    if (known !== undefined && known.start >= from) return known;
    const tag = new RegExp(`\\{%-?\\s*end${enclosing}\\s*-?%\\}`, "g");
    tag.lastIndex = from;
    const found = tag.exec(this.#source);
    const end = found ? { start: found.index, end: tag.lastIndex } : NOWHERE;
    this.#ends.set(enclosing, end);
    return end;
  }

  /** Where a closing delimiter stands next; infinitely far if nowhere. */
  #next(close: string, from: number): number {
    const known = this.#closings.get(close);
    // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator: looking again finds the same
    if (known !== undefined && known >= from) return known;
    const found = this.#source.indexOf(close, from);
    const place = found === -1 ? NOWHERE.start : found;
    // Stryker disable next-line CallExpression: looking again finds the same
    this.#closings.set(close, place);
    return place;
  }

  #endOfLine(from: number): number {
    const end = this.#source.indexOf("\n", from);
    return end === -1 ? this.#source.length : end;
  }

  #copyTo(end: number): void {
    this.#out += this.#source.slice(this.#at, end);
    this.#at = end;
  }

  /** Lines within what is replaced stay lines. */
  #replaceTo(end: number, kept: string): void {
    const lines = this.#source.slice(this.#at, end).match(/\n/g)?.length ?? 0;
    const left = lines - (kept.match(/\n/g)?.length ?? 0);
    this.#out += this.#placeholder + kept + "\n".repeat(left);
    this.#at = end;
  }
}

/** Where code in backticks ends in a line, by where it begins: as many of them close it as opened it. */
function endsOfCode(line: string): Map<number, number> {
  const ends = new Map<number, number>();
  const last = new Map<number, number>();
  for (const { index, 0: ticks } of line.matchAll(/`+/g)) {
    const opening = last.get(ticks.length);
    if (opening !== undefined) ends.set(opening, index + ticks.length);
    last.set(ticks.length, index);
  }
  return ends;
}

/** A character for private use that the text has not. */
function unusedCharacter(text: string): string {
  for (let code = 0xe000; code <= 0xf8ff; code += 1) {
    const character = String.fromCharCode(code);
    if (!text.includes(character)) return character;
  }
  throw new Refusal("unprocessable", "Template code cannot be told from text in this file.");
}

/** What is imported may stand on several lines, but not on any number of them: that would take minutes. */
const MDX =
  /^(?:import\s+(?:[\w$*{][\w$*{}\s,]{0,1000}?\sfrom\s+)?(?:"[^"\n]+"|'[^'\n]+')\s*;?[ \t]*$|export\s+(?:default\b|(?:const|let|var)\s+[\w${[]+[^\n]*=|(?:async\s+)?function\b))/m;

function refusePrograms(source: string): void {
  const isFenced = fences();
  const lines = source.split("\n").map((line) => (isFenced(line) ? "" : line));
  const outside = lines.join("\n");
  const found = MDX.exec(outside);
  if (!found) return;
  const line = outside.slice(0, found.index).split("\n").length;
  throw new Refusal(
    "unsupported",
    "This is MDX, a program that makes a page: export the page as Markdown, and import that.",
    { line },
  );
}
