import { Token, Tokenizer, TokenizerMode } from "parse5";
import type { BlockKind } from "@/lib/domain/text";
import type { LooseBlock } from "./blocks";
import type { Warnings } from "./warnings";

/** Elements that begin and end a block. */
export const BLOCKS: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption " +
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p " +
    "pre search section summary table tbody tfoot thead title tr ul"
  ).split(" "),
);

/** Elements without an end. */
const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Elements of which a browser shows nothing, or nothing that is text. */
export const HIDDEN: ReadonlySet<string> = new Set(
  (
    "audio canvas datalist head iframe math noembed noframes noscript object rp script select style svg template " +
    "textarea title video"
  ).split(" "),
);

/** The other elements of HTML; what is none of them shows nothing of its own tag, which is told. */
export const INLINE: ReadonlySet<string> = new Set(
  (
    "a abbr acronym b bdi bdo big button cite code data del dfn em figcaption font i ins kbd label map mark meter nobr " +
    "output picture progress q rb rt rtc ruby s samp slot small span strike strong sub sup td th time tt u var"
  ).split(" "),
);

/** What of a document is read otherwise within some elements (HTML, 13.2.5): there are no others in them. */
export const MODES: ReadonlyMap<string, Tokenizer["state"]> = new Map([
  ["script", TokenizerMode.SCRIPT_DATA],
  ["style", TokenizerMode.RAWTEXT],
  ["iframe", TokenizerMode.RAWTEXT],
  ["noembed", TokenizerMode.RAWTEXT],
  ["noframes", TokenizerMode.RAWTEXT],
  ["textarea", TokenizerMode.RCDATA],
  ["title", TokenizerMode.RCDATA],
]);

export const KINDS: Readonly<Record<string, { kind: BlockKind; level?: number }>> = {
  blockquote: { kind: "quote" },
  li: { kind: "list_item" },
  h1: { kind: "heading", level: 1 },
  h2: { kind: "heading", level: 2 },
  h3: { kind: "heading", level: 3 },
  h4: { kind: "heading", level: 4 },
  h5: { kind: "heading", level: 5 },
  h6: { kind: "heading", level: 6 },
};

/** Which open elements the beginning of one ends: `<p>` a `<p>`, `<dd>` a `<dt>`. */
const ENDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["p", ["p"]],
  ["li", ["li"]],
  ["dt", ["dt", "dd"]],
  ["dd", ["dt", "dd"]],
  ["tr", ["tr"]],
  ["td", ["td", "th"]],
  ["th", ["td", "th"]],
]);

/** Elements in which others of any name may stand. */
const HOLDS_OTHERS: ReadonlySet<string> = new Set(["ul", "ol", "dl", "table", "div", "blockquote"]);

/** A row of a table, with the cells that have ended and are not written yet. */
type Row = {
  readonly cells: string[];
  /** Whether a table within the cell at hand was written before the cell has ended. */
  isTorn: boolean;
};

/** Something that is open: an element, or, without a tag, something of Markdown. */
type Open = {
  readonly tag: string | null;
  readonly kind?: BlockKind | undefined;
  readonly level?: number | undefined;
  readonly hidden: boolean;
  readonly line: number;
};

/**
 * Gathers the text that a browser would show, as blocks. Markdown says what is in a block and what it
 * is of; tags may stand anywhere among that, as in a file, opened in one block and closed in another.
 */
export class Rendered {
  readonly #warnings: Warnings;
  readonly #open: Open[] = [];
  #blocks: LooseBlock[] = [];
  /** The text of the block at hand, in the pieces in which it came, and the last two units of it. */
  #pieces: string[] = [];
  #tail = "";
  /** The rows that are open, since a table may stand in a cell of another. */
  readonly #rows: Row[] = [];
  /** Whether a line of the source has ended since the last text. */
  #lineEnded = false;
  /** Whether a tag or a comment came last: spaces on both sides of it are shown as one. */
  #tagged = false;
  #unknown = new Set<string>();
  /** Where what comes next stands in the file, 1-based. */
  line = 1;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** Begins something of Markdown; without a kind, what is in it is of the kind around it. */
  open(kind?: BlockKind, level?: number): void {
    this.#open.push({ tag: null, kind, level, hidden: false, line: this.line });
  }

  /** Ends what was opened last, with all elements that were opened in it. */
  close(): void {
    this.#closeFrom(this.#open.findLastIndex(({ tag }) => tag === null));
  }

  /** Text as it stands. */
  text(text: string): void {
    if (text === "" || this.#isHidden()) return;
    if (this.#lineEnded) this.#append(between(this.#tail, text));
    this.#lineEnded = false;
    const isSpaced = this.#tagged && /^$|[ \n]$/.test(this.#tail);
    this.#tagged = false;
    this.#append(isSpaced ? text.replace(/^ +/, "") : text);
  }

  /** An end of line that a browser shows. */
  breakLine(): void {
    if (this.#isHidden()) return;
    let last: string | undefined;
    do last = this.#pieces.pop()?.replace(/[ \t]+$/, "");
    while (last === "");
    this.#append(`${last ?? ""}\n`);
  }

  /** An end of line in the source, which is shown as a space, or within Chinese as nothing. */
  endLine(): void {
    if (!this.#isHidden()) this.#lineEnded = true;
  }

  /** Ends a block, if there is any text in it. */
  endBlock(): void {
    if (this.#rows.length > 0) this.#lineEnded = true;
    else this.#add(this.#takeText());
  }

  #add(text: string): void {
    if (text.trim() === "") return;
    const around = this.#open.findLast(({ kind }) => kind !== undefined);
    this.#blocks.push({
      kind: around?.kind ?? "paragraph",
      level: around?.level,
      text,
      line: this.line,
    });
  }

  /** Begins a row; what the one around it has by now is written before it. */
  openRow(): void {
    const around = this.#rows.at(-1);
    if (around) this.#writeRow(around);
    else this.endBlock();
    this.#rows.push({ cells: [], isTorn: false });
  }

  endCell(): void {
    const row = this.#rows.at(-1);
    if (!row) return;
    const text = this.#takeText();
    if (text !== "" || !row.isTorn) row.cells.push(text);
    row.isTorn = false;
  }

  /** Ends a row of a table: its cells side by side. */
  closeRow(): void {
    const row = this.#rows.pop();
    if (row) this.#writeRow(row);
  }

  #writeRow(row: Row): void {
    const last = this.#takeText();
    if (last !== "") row.cells.push(last);
    if (row.cells.some((cell) => cell !== "")) this.#add(row.cells.join(" | "));
    row.cells.length = 0;
    row.isTorn = true;
  }

  /** HTML as it stands in the source, whole or in pieces. */
  html(source: string): void {
    const tokenizer = new Tokenizer(
      {},
      {
        onStartTag: (tag) => {
          this.#startTag(tag);
          const mode = MODES.get(tag.tagName);
          if (mode !== undefined && !tag.selfClosing) tokenizer.state = mode;
        },
        onEndTag: ({ tagName }) => this.#endTag(tagName),
        onCharacter: ({ chars }) => this.text(chars),
        onWhitespaceCharacter: ({ chars }) => this.#space(chars),
        onNullCharacter: () => undefined,
        onComment: () => undefined,
        onDoctype: () => undefined,
        onEof: () => undefined,
        onParseError: ({ code }) => this.#tellOfEnd(code),
      },
    );
    tokenizer.write(source, true);
    this.#tagged = true;
  }

  /** Takes what has been gathered, and begins anew. */
  take(): LooseBlock[] {
    this.endBlock();
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  /** Ends all, and tells of what hides all that follows it. */
  end(): LooseBlock[] {
    const unended = this.#open.find(({ hidden }) => hidden);
    if (unended) {
      const message = `<${unended.tag}> does not end: what follows it is not shown, and was left out.`;
      this.#warnings.add("markup_left_out", message, { line: unended.line });
    }
    this.#closeFrom(0);
    return this.take();
  }

  #tellOfEnd(code: string): void {
    const what = { "eof-in-comment": "A comment", "eof-in-tag": "A tag" }[code];
    if (what === undefined) return;
    const message = `${what} does not end: what follows in it is not shown, and was left out.`;
    this.#warnings.add("markup_left_out", message, { line: this.line });
  }

  #isHidden(): boolean {
    return this.#open.some(({ hidden }) => hidden);
  }

  #startTag(tag: Token.TagToken): void {
    const name = tag.tagName;
    if (name === "br") this.breakLine();
    else if (name === "img") this.text(Token.getTokenAttr(tag, "alt") ?? "");
    else if (name === "hr") this.endBlock();
    else if (!VOID.has(name)) this.#startElement(tag, name);
  }

  #startElement(tag: Token.TagToken, name: string): void {
    this.#endBefore(name);
    if (name === "tr") this.openRow();
    else if (BLOCKS.has(name)) this.endBlock();
    if (!BLOCKS.has(name) && !HIDDEN.has(name) && !INLINE.has(name)) this.#tellOf(name);
    const hidden = HIDDEN.has(name) || isHiddenBy(tag);
    if (hidden && tag.selfClosing) return;
    this.#open.push({ tag: name, ...KINDS[name], hidden, line: this.line });
  }

  #endTag(name: string): void {
    if (name === "br") this.breakLine();
    const at = this.#open.findLastIndex(({ tag }) => tag === null || tag === name);
    if (this.#open[at]?.tag === name) this.#closeFrom(at);
    // Its beginning may stand in what Markdown has closed, or around what it has open.
    else if (BLOCKS.has(name)) this.#endElement(name);
  }

  /** Ends what was opened from a place on, the last first: many end tags may be left out. */
  #closeFrom(at: number): void {
    for (const { tag } of this.#open.slice(at).toReversed()) {
      if (tag !== null) this.#endElement(tag);
      this.#open.pop();
    }
  }

  #endElement(name: string): void {
    if (name === "td" || name === "th") this.endCell();
    else if (name === "tr") this.closeRow();
    else if (BLOCKS.has(name)) this.endBlock();
  }

  /** Ends what an element may not stand in, unless something that may hold it stands between. */
  #endBefore(name: string): void {
    const ends = ENDS.get(name);
    if (ends === undefined) return;
    const at = this.#open.findLastIndex(
      ({ tag }) => tag === null || HOLDS_OTHERS.has(tag) || ends.includes(tag),
    );
    const tag = this.#open[at]?.tag ?? "";
    if (ends.includes(tag)) this.#closeFrom(at);
  }

  /** Space of HTML, which is shown as one space at most, or as it stands in what is preformatted. */
  #space(written: string): void {
    if (this.#open.some(({ tag }) => tag === "pre")) this.text(written);
    else if (!/^$|[ \n]$/.test(this.#tail)) this.text(" ");
  }

  #append(text: string): void {
    this.#pieces.push(text);
    // Stryker disable next-line MethodExpression: all of it takes longer
    this.#tail = (this.#tail + text.slice(-2)).slice(-2);
  }

  #takeText(): string {
    const text = trimmed(this.#pieces.join(""));
    this.#pieces = [];
    this.#tail = "";
    return text;
  }

  /** A tag that HTML has not may be meant as text: `<redacted>`. */
  #tellOf(name: string): void {
    if (name.includes("-") || this.#unknown.has(name)) return;
    this.#unknown.add(name);
    this.#warnings.add(
      "markup_left_out",
      `<${name}> was taken for a tag, of which a browser shows nothing; write &lt;${name}&gt; if it is text.`,
      { line: this.line },
    );
  }
}

export function isHiddenBy(tag: Pick<Token.TagToken, "attrs">): boolean {
  const styles = tag.attrs.filter(({ name }) => name === "style").map(({ value }) => value);
  if (tag.attrs.some(({ name }) => name === "hidden")) return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(styles.join());
}

/** Without the spaces around it that Markdown does not mean; no-break and ideographic ones stay. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (isSpace(text.charCodeAt(start))) start += 1;
  while (isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isSpace = (code: number) => code === 0x20 || code === 0x09 || code === 0x0a;

/**
 * Letters of scripts that are written without spaces, and their punctuation. Korean is not among
 * them: it has spaces.
 */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, "u");
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, "u");

/**
 * What joins two lines of one paragraph: nothing within Chinese or Japanese, else a space, which comes
 * to nothing where a block begins.
 *
 * @param before at least the last character of the first line
 */
function between(before: string, after: string): string {
  if (before.endsWith("\n")) return "";
  return ENDS_UNSPACED.test(before) && BEGINS_UNSPACED.test(after) ? "" : " ";
}
