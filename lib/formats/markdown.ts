import MarkdownIt, { type Token } from "markdown-it";
import footnotes from "markdown-it-footnote";
import { type IncomingArticle, MAX_ARTICLE_BYTES, titleFrom } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { decodeUtf8 } from "@/lib/domain/text";
import { checkText, checkTitle, joinBlocks, type LooseBlock, onOneLine } from "./blocks";
import { readAll } from "./bytes";
import { readDate } from "./dates";
import { readHead } from "./front-matter";
import { Rendered, trimmed } from "./rendered";
import { plainArticle, type ReadContext, type ReadItem, type SourceFile } from "./source-file";
import { withoutTemplates } from "./templates";
import { Warnings } from "./warnings";

/**
 * A paragraph longer than this, in UTF-16 units, is taken as it is written: some of what Markdown
 * means within a paragraph takes time that grows with the square of its length.
 */
const LONGEST_INLINE = 50_000;

/** More lines than this are no article, and would take gigabytes to read. */
const MOST_LINES = 100_000;

// CommonMark with tables and footnotes; of its HTML, what a browser would show.
const markdown = reader();

/** For files with lines that no person wrote: a row of a million cells takes minutes. */
const markdownWithoutTables = reader().disable("table");

function reader(): InstanceType<typeof MarkdownIt> {
  const made = new MarkdownIt({ html: true }).use(footnotes);
  // Would drop the notes that nothing refers to.
  made.core.ruler.disable("footnote_tail");
  made.core.ruler.at("inline", ({ tokens, md, env, Token }) => {
    for (const token of tokens) {
      // Stryker disable next-line ConditionalExpression: nobody looks at what code would be parsed to
      if (token.type !== "inline") continue;
      token.children = [];
      if (isPlain(token.content)) {
        const asWritten = new Token("text", "", 0);
        asWritten.content = token.content;
        token.children.push(asWritten);
      } else md.inline.parse(token.content, md, env, token.children);
    }
  });
  return made;
}

/** Reads one Markdown article (DESIGN 11). Throws what {@link markdownArticle} does. */
export async function* readMarkdown(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem> {
  const source = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const article = markdownArticle(source, warnings);
  const publishedAt = article.publishedAt ?? dateOfPost(file.path);
  yield plainArticle(file, { ...article, publishedAt }, warnings);
}

/** The day that a post is called by, as Jekyll has it: `2024-07-30-port-closed.md`. */
function dateOfPost(path: string): string | null {
  const [, day] = /(?:^|\/)(\d{4}-\d{2}-\d{2})-[^/]*$/.exec(path) ?? [];
  return day === undefined ? null : readDate(day);
}

/**
 * An article in Markdown as blocks of plain text, its title first.
 *
 * @param warnings told of what is lost
 * @throws Refusal "unprocessable" with `line` and `column` where they are known
 */
export function markdownArticle(source: string, warnings = new Warnings()): IncomingArticle {
  const unix = source.replace(/\r\n?/g, "\n");
  checkLines(unix);
  const { given, body } = readHead(unix, warnings);
  const loose = looseBlocks(body, warnings);
  const first = loose[0];
  const headed = first?.kind === "heading";
  let blocks: readonly LooseBlock[] = loose;
  let title = given.title;
  if (title !== null) {
    // The front matter and the first heading often say the same.
    const repeated = headed && onOneLine(first.text) === title;
    blocks = [{ kind: "title", text: title }, ...(repeated ? loose.slice(1) : loose)];
  } else if (headed) {
    title = checkTitle(first.text, first.line);
    blocks = [{ kind: "title", text: first.text }, ...loose.slice(1)];
  } else {
    const heading = loose.find(({ kind, text }) => kind === "heading" && text.length <= 500);
    title = heading ? checkTitle(heading.text, heading.line) : null;
  }
  const { text, blocks: placed } = joinBlocks(blocks);
  checkText(text, placed);
  return { ...given, title: titleFrom(text, title), text, blocks: placed, annotations: [] };
}

/** The Markdown's blocks in order, without empty ones; notes come last, as on a page. */
function looseBlocks(source: string, warnings: Warnings): LooseBlock[] {
  const { source: markup, placeholder } = withoutTemplates(source, warnings);
  const blocks = new BlockReader(warnings).read(markup);
  if (placeholder === null) return blocks;
  const code = new RegExp(`( ?)${placeholder}(?: ?${placeholder})*( ?)`, "g");
  const without = (text: string) =>
    text.replace(code, (_, before, after) => (before === "" ? after : before));
  return blocks
    .map((block) => ({ ...block, text: trimmed(without(block.text)) }))
    .filter(({ text }) => text.trim() !== "");
}

/** What the rules of footnotes leave behind: the words of a note that stands within a paragraph. */
type Notes = { readonly footnotes?: { readonly list?: readonly { readonly tokens?: Token[] }[] } };

class BlockReader {
  readonly #warnings: Warnings;
  readonly #text: Rendered;
  readonly #blocks: LooseBlock[] = [];
  readonly #notes: LooseBlock[] = [];
  readonly #numbers = new Numbering();
  /** The number of the list item that begins, where it is part of its text. */
  #number = "";

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
    this.#text = new Rendered(warnings);
  }

  read(source: string): LooseBlock[] {
    const longLines = source.split("\n").some(isLong);
    const notes: Notes = {};
    for (const token of (longLines ? markdownWithoutTables : markdown).parse(source, notes)) {
      if (token.map) this.#text.line = token.map[0] + 1;
      this.#block(token);
    }
    return [...this.#blocks, ...this.#text.end(), ...this.#notes, ...this.#notesWithin(notes)];
  }

  #block(token: Token): void {
    const text = this.#text;
    switch (token.type) {
      case "heading_open":
        text.open("heading", Number(token.tag.slice(1)));
        break;
      case "list_item_open":
        this.#number = this.#numbers.keptOf(token);
        // "1985. That was the year." is a sentence.
        text.open(/\d{4}/.test(this.#number) ? "paragraph" : "list_item");
        break;
      case "ordered_list_open":
      case "bullet_list_open":
        this.#numbers.open();
        break;
      case "ordered_list_close":
      case "bullet_list_close":
        this.#numbers.close();
        break;
      case "blockquote_open":
        text.open("quote");
        break;
      case "list_item_close":
        this.#writeNumber();
        text.endBlock();
        text.close();
        break;
      case "heading_close":
      case "blockquote_close":
        text.endBlock();
        text.close();
        break;
      case "tr_open":
        text.openRow();
        break;
      case "th_close":
      case "td_close":
        text.endCell();
        break;
      case "tr_close":
        text.closeRow();
        break;
      case "html_block":
        text.html(token.content);
        break;
      case "footnote_reference_open":
        for (const block of text.take()) this.#blocks.push(block);
        text.open("list_item");
        break;
      case "footnote_reference_close":
        for (const block of text.take()) this.#notes.push(block);
        text.close();
        break;
      case "inline":
        text.endBlock();
        this.#writeNumber();
        this.#inline([token], text);
        text.endBlock();
        break;
      case "fence":
      case "code_block":
        text.endBlock();
        text.text(token.content.replace(/\n+$/, ""));
        text.endBlock();
        break;
    }
  }

  /** What a reader sees of inline Markdown, an image what it is said to show, a note's mark, which has no words, not at all. */
  #inline(tokens: readonly Token[], text: Rendered): void {
    for (const { type, content, children } of tokens) {
      if (type === "softbreak") text.endLine();
      else if (type === "hardbreak") text.breakLine();
      else if (type === "html_inline") text.html(content);
      else if (children) this.#inline(children, text);
      else text.text(content);
    }
  }

  #writeNumber(): void {
    if (this.#number !== "") this.#text.text(`${this.#number} `);
    this.#number = "";
  }

  #notesWithin({ footnotes }: Notes): LooseBlock[] {
    const text = new Rendered(this.#warnings);
    text.open("list_item");
    for (const { tokens } of footnotes?.list ?? []) {
      if (tokens === undefined) continue;
      this.#inline(tokens, text);
      text.endBlock();
    }
    return text.end();
  }
}

/**
 * Which numbers of ordered lists only count their items, as a page would by itself. A list counts from
 * 0 or 1, or goes on where the last one ended, or says 1 again and again; all other numbers are text.
 */
class Numbering {
  /** The last number of each open list, null before one has counted. */
  readonly #lists: (number | null)[] = [];
  /** Of the list before, by how deep it stood. */
  readonly #before: number[] = [];

  open(): void {
    this.#lists.push(null);
  }

  close(): void {
    const last = this.#lists.pop();
    if (last != null) this.#before[this.#lists.length] = last;
  }

  /** What of an item's number is text, such as "1985."; nothing if it counts. */
  keptOf({ info, markup }: Token): string {
    if (info === "") return "";
    const depth = this.#lists.length - 1;
    const number = Number(info);
    const last = this.#lists[depth] ?? null;
    const counts =
      last === null
        ? number <= 1 || number === (this.#before[depth] ?? 0) + 1
        : number === last + 1 || (number === 1 && last === 1);
    if (!counts) return `${info}${markup}`;
    this.#lists[depth] = number;
    return "";
  }
}

const isLong = (line: string) => line.length > LONGEST_INLINE;

/**
 * Whether a paragraph is to be taken as it is written: most have nothing in them that Markdown could
 * mean, and need not be parsed to find that out.
 */
function isPlain(content: string): boolean {
  return content.length > LONGEST_INLINE || !/[\n\\`~*_[<&^]/.test(content);
}

function checkLines(source: string): void {
  let lines = 1;
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) lines += 1;
  if (lines > MOST_LINES) {
    throw new Refusal(
      "too_large",
      `The file has ${lines} lines; an article may have at most ${MOST_LINES}.`,
    );
  }
}
