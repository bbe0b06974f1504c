import MarkdownIt, { type Token } from "markdown-it";
import { type IncomingArticle, MAX_ARTICLE_BYTES, titleFrom } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { type BlockKind, decodeUtf8 } from "@/lib/domain/text";
import { checkText, checkTitle, joinBlocks, type LooseBlock, onOneLine } from "./blocks";
import { readAll } from "./bytes";
import { readHead } from "./front-matter";
import type { ReadContext, ReadItem, SourceFile } from "./source-file";
import { Warnings } from "./warnings";

/**
 * A paragraph longer than this, in UTF-16 units, is taken as it is written: some of what Markdown
 * means within a paragraph takes time that grows with the square of its length.
 */
const LONGEST_INLINE = 50_000;

/** More lines than this are no article, and would take gigabytes to read. */
const MOST_LINES = 100_000;

// CommonMark with tables. HTML is not interpreted: what looks like a tag stays in the text as written.
const markdown = reader();

/** For files with lines that no person wrote: a row of a million cells takes minutes. */
const markdownWithoutTables = reader().disable("table");

function reader(): InstanceType<typeof MarkdownIt> {
  const made = new MarkdownIt();
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
  yield {
    kind: "article",
    path: file.path,
    line: null,
    wholeFile: true,
    recordId: null,
    ours: false,
    version: null,
    article,
    warnings: warnings.list(),
  };
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
  const loose = looseBlocks(body);
  const first = loose[0];
  const headed = first?.kind === "heading";
  const blocks: LooseBlock[] = [];
  let title = given.title;
  if (title !== null) {
    // The front matter and the first heading often say the same.
    const repeated = headed && onOneLine(first.text) === title;
    blocks.push({ kind: "title", text: title }, ...(repeated ? loose.slice(1) : loose));
  } else if (headed) {
    title = checkTitle(first.text, first.line);
    blocks.push({ kind: "title", text: first.text }, ...loose.slice(1));
  } else {
    const heading = loose.find(({ kind, text }) => kind === "heading" && text.length <= 500);
    title = heading ? checkTitle(heading.text, heading.line) : null;
    blocks.push(...loose);
  }
  const { text, blocks: placed } = joinBlocks(blocks);
  checkText(text, placed);
  return { ...given, title: title ?? titleFrom(text), text, blocks: placed, annotations: [] };
}

/** The Markdown's blocks in order, without empty ones. */
function looseBlocks(source: string): LooseBlock[] {
  const blocks: LooseBlock[] = [];
  // What the innermost list item, quote or heading makes of the paragraphs in it.
  const around: { kind: BlockKind; level?: number }[] = [];
  let row: string[] | null = null;
  let line = 1;
  const add = (text: string) => {
    if (text.trim() === "") return;
    const { kind, level } = around.at(-1) ?? { kind: "paragraph" };
    blocks.push({ kind, level, text, line });
  };
  const longLines = source.split("\n").some(isLong);
  for (const token of (longLines ? markdownWithoutTables : markdown).parse(source, {})) {
    if (token.map) line = token.map[0] + 1;
    switch (token.type) {
      case "heading_open":
        around.push({ kind: "heading", level: Number(token.tag.slice(1)) });
        break;
      case "list_item_open":
        around.push({ kind: "list_item" });
        break;
      case "blockquote_open":
        around.push({ kind: "quote" });
        break;
      case "heading_close":
      case "list_item_close":
      case "blockquote_close":
        around.pop();
        break;
      case "tr_open":
        row = [];
        break;
      case "tr_close":
        // Stryker disable next-line OptionalChaining: a row that ends has begun
        if (row?.some((cell) => cell !== "")) add(row.join(" | "));
        row = null;
        break;
      case "inline": {
        const text = trimmed(partOf(token));
        if (row) row.push(text);
        else add(text);
        break;
      }
      case "fence":
      case "code_block":
        add(token.content.replace(/\n+$/, ""));
        break;
    }
  }
  return blocks;
}

const isLong = (line: string) => line.length > LONGEST_INLINE;

/**
 * Whether a paragraph is to be taken as it is written: most have nothing in them that Markdown could
 * mean, and need not be parsed to find that out.
 */
function isPlain(content: string): boolean {
  return content.length > LONGEST_INLINE || !/[\n\\`~*_[<&]/.test(content);
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

/** What a reader sees of inline Markdown. */
function inlineText(tokens: readonly Token[]): string {
  let text = "";
  let last = "";
  let lineEnded = false;
  for (const token of tokens) {
    if (token.type === "softbreak") lineEnded = true;
    const part = partOf(token);
    if (part === "") continue;
    text += lineEnded ? between(last, part) + part : part;
    last = part;
    lineEnded = false;
  }
  return text;
}

/** What one token shows, an image what it is said to show; nothing if it only begins or ends something. */
function partOf({ type, content, children }: Token): string {
  if (type === "hardbreak") return "\n";
  return children ? inlineText(children) : content;
}

/**
 * Letters of scripts that are written without spaces, and their punctuation. Korean is not among
 * them: it has spaces.
 */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, "u");
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, "u");

/** What joins two lines of one paragraph: nothing within Chinese or Japanese, else a space. */
function between(before: string, after: string): string {
  // Stryker disable next-line MethodExpression: all of it takes longer
  return ENDS_UNSPACED.test(before.slice(-2)) && BEGINS_UNSPACED.test(after) ? "" : " ";
}
