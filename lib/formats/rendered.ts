import { Token, Tokenizer, TokenizerMode } from "parse5";
import type { BlockKind } from "@/lib/domain/text";
import type { LooseBlock } from "./blocks";
import type { Warnings } from "./warnings";

/** Elements that begin and end a block. */
const BLOCKS: ReadonlySet<string> = new Set(
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
const HIDDEN: ReadonlySet<string> = new Set(
  (
    "audio canvas datalist head iframe math noembed noframes noscript object rp script select style svg template " +
    "textarea title video"
  ).split(" "),
);

/** The other elements of HTML; what is none of them shows nothing of its own tag, which is told. */
const INLINE: ReadonlySet<string> = new Set(
  (
    "a abbr acronym b bdi bdo big button cite code data del dfn em figcaption font i ins kbd label map mark meter nobr " +
    "output picture progress q rb rt rtc ruby s samp slot small span strike strong sub sup td th time tt u var"
  ).split(" "),
);

/** What of a document is read otherwise within some elements (HTML, 13.2.5). */
const MODES: Readonly<Record<string, number>> = {
  script: TokenizerMode.SCRIPT_DATA,
  style: TokenizerMode.RAWTEXT,
  iframe: TokenizerMode.RAWTEXT,
  noembed: TokenizerMode.RAWTEXT,
  noframes: TokenizerMode.RAWTEXT,
  textarea: TokenizerMode.RCDATA,
  title: TokenizerMode.RCDATA,
};

const KINDS: Readonly<Record<string, { kind: BlockKind; level?: number }>> = {
  blockquote: { kind: "quote" },
  li: { kind: "list_item" },
  h1: { kind: "heading", level: 1 },
  h2: { kind: "heading", level: 2 },
  h3: { kind: "heading", level: 3 },
  h4: { kind: "heading", level: 4 },
  h5: { kind: "heading", level: 5 },
  h6: { kind: "heading", level: 6 },
};

/** Elements whose beginning ends an open one of theirs: `<p>` after `<p>`, `<li>` after `<li>`. */
const ENDS_OWN: ReadonlySet<string> = new Set(["p", "li", "dt", "dd", "tr", "td", "th", "option"]);

/** Elements in which others of any name may stand. */
const HOLDS_OTHERS: ReadonlySet<string> = new Set(["ul", "ol", "dl", "table", "div", "blockquote"]);

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
  #row: string[] | null = null;
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
    while (this.#open.pop()?.tag != null);
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
    this.#lineEnded = false;
    const last = this.#pieces.pop() ?? "";
    this.#append(`${last.slice(0, last.length - trailingSpaces(last))}\n`);
  }

  /** An end of line in the source, which is shown as a space, or within Chinese as nothing. */
  endLine(): void {
    this.#lineEnded = true;
  }

  /** Ends a block, if there is any text in it. */
  endBlock(): void {
    if (this.#row) {
      this.#lineEnded = this.#tail !== "";
      return;
    }
    this.#add(this.#takeText());
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

  openRow(): void {
    this.endBlock();
    this.#row = [];
  }

  endCell(): void {
    this.#row?.push(this.#takeText());
  }

  /** Ends a row of a table: its cells side by side. */
  closeRow(): void {
    const cells = this.#row;
    this.#row = null;
    if (cells === null) return;
    const last = this.#takeText();
    if (last !== "") cells.push(last);
    if (cells.some((cell) => cell !== "")) this.#add(cells.join(" | "));
  }

  /** HTML as it stands in the source, whole or in pieces. */
  html(source: string): void {
    const tokenizer = new Tokenizer(
      { sourceCodeLocationInfo: false },
      {
        onStartTag: (tag) => {
          this.#startTag(tag);
          const mode = MODES[tag.tagName];
          if (mode !== undefined && !tag.selfClosing)
            tokenizer.state = mode as typeof tokenizer.state;
        },
        onEndTag: ({ tagName }) => this.#endTag(tagName),
        onCharacter: ({ chars }) => this.#characters(chars),
        onWhitespaceCharacter: ({ chars }) => this.#characters(chars),
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
    this.#open.length = 0;
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
    if (ENDS_OWN.has(name)) this.#endOwn(name);
    if (name === "tr") this.openRow();
    else if (BLOCKS.has(name)) this.endBlock();
    if (!BLOCKS.has(name) && !HIDDEN.has(name) && !INLINE.has(name)) this.#tellOf(name);
    const hidden = HIDDEN.has(name) || isHiddenBy(tag);
    if (hidden && tag.selfClosing) return;
    this.#open.push({ tag: name, ...KINDS[name], hidden, line: this.line });
  }

  #endTag(name: string): void {
    if (name === "br") this.breakLine();
    for (let at = this.#open.length - 1; at >= 0; at -= 1) {
      const { tag } = this.#open[at] ?? { tag: null };
      if (tag === null) return;
      if (tag !== name) continue;
      this.#endElement(name);
      this.#open.length = at;
      return;
    }
    // Its beginning may stand in what Markdown has closed.
    if (BLOCKS.has(name)) this.#endElement(name);
  }

  #endElement(name: string): void {
    if (name === "td" || name === "th") this.endCell();
    else if (name === "tr") this.closeRow();
    else if (BLOCKS.has(name)) this.endBlock();
  }

  /** Ends an open element of the same name, unless one that may hold another of it stands between. */
  #endOwn(name: string): void {
    for (let at = this.#open.length - 1; at >= 0; at -= 1) {
      const { tag } = this.#open[at] ?? { tag: null };
      const isCell = name === "td" || name === "th";
      if (tag === null || HOLDS_OTHERS.has(tag)) return;
      if (tag === name || (isCell && (tag === "td" || tag === "th"))) {
        this.#endTag(tag);
        return;
      }
    }
  }

  #characters(characters: string): void {
    if (this.#isHidden()) return;
    const isAsWritten = this.#open.some(({ tag }) => tag === "pre");
    const collapsed = characters.replace(/[ \t\n\f\r]+/g, " ");
    if (isAsWritten) this.text(characters);
    else this.text(/^$|[ \n]$/.test(this.#tail) ? collapsed.trimStart() : collapsed);
  }

  #append(text: string): void {
    this.#pieces.push(text);
    this.#tail = (this.#tail + text.slice(-2)).slice(-2);
  }

  #takeText(): string {
    const text = trimmed(this.#pieces.join(""));
    this.#pieces = [];
    this.#tail = "";
    this.#lineEnded = false;
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

function isHiddenBy(tag: Token.TagToken): boolean {
  if (Token.getTokenAttr(tag, "hidden") !== null) return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(Token.getTokenAttr(tag, "style") ?? "");
}

function trailingSpaces(text: string): number {
  return text.length - text.replace(/[ \t]+$/, "").length;
}

/** Without the spaces around it that Markdown does not mean; no-break and ideographic ones stay. */
function trimmed(text: string): string {
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

/** What joins two lines of one paragraph: nothing within Chinese or Japanese, else a space. */
function between(before: string, after: string): string {
  if (before === "" || before.endsWith("\n")) return "";
  // Stryker disable next-line MethodExpression: all of it takes longer
  return ENDS_UNSPACED.test(before.slice(-2)) && BEGINS_UNSPACED.test(after) ? "" : " ";
}
