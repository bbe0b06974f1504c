import { MAX_ARTICLE_BYTES, MAX_TITLE_LENGTH, paragraphsOf } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import { Refusal } from "@/lib/domain/refusal";
import { type ArticleText, type Block, type BlockKind, codePointLength } from "@/lib/domain/text";
import { mebibytes } from "./bytes";

/** A block before it has its place: `line` is where it began in the file, 1-based. */
export type LooseBlock = {
  readonly kind: BlockKind;
  readonly level?: number | undefined;
  readonly text: string;
  readonly line?: number;
};

/** Joins blocks by one blank line (DESIGN 4); their offsets count code points. */
export function joinBlocks(loose: readonly LooseBlock[]): { text: string; blocks: Block[] } {
  const blocks: Block[] = [];
  let at = 0;
  for (const { kind, level, text } of loose) {
    const end = at + codePointLength(text);
    blocks.push(level === undefined ? { kind, start: at, end } : { kind, start: at, end, level });
    at = end + 2;
  }
  return { text: loose.map(({ text }) => text).join("\n\n"), blocks };
}

/** The blocks of a text that came without any: its paragraphs, the first of which is its title where it says just that. */
export function foundBlocks(text: ArticleText, title: string | null): Block[] {
  return paragraphsOf(text.value).map((block, index): Block => {
    const isTitle = index === 0 && text.slice(block).trim() === title;
    return isTitle ? { ...block, kind: "title" } : block;
  });
}

/** A text on one line, without white space around it; may be empty. */
export function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

/**
 * A title on one line.
 *
 * @param line where it stands in its file, 1-based, if that is known
 * @throws Refusal "unprocessable" if it is too long
 */
export function checkTitle(title: string, line?: number): string {
  const flat = onOneLine(title);
  const length = codePointLength(flat);
  if (length > MAX_TITLE_LENGTH) {
    throw new Refusal(
      "unprocessable",
      `The title has ${length} characters; it may have at most ${MAX_TITLE_LENGTH}.`,
      { field: "title", line },
    );
  }
  return flat;
}

const utf8 = new TextEncoder();

/** More blocks than this are no article. */
const MOST_BLOCKS = 100_000;

/** @throws Refusal "unprocessable" if there is nothing to be seen in it; "too_large" above a limit */
export function checkText(text: string, blocks: readonly Block[]): void {
  if (blocks.length > MOST_BLOCKS) {
    throw new Refusal(
      "too_large",
      `The text has ${blocks.length} paragraphs; an article may have at most ${MOST_BLOCKS}.`,
    );
  }
  if (isBlank(text)) throw new Refusal("unprocessable", "There is no text in it.");
  // A UTF-16 unit has at most three bytes.
  // Stryker disable next-line ConditionalExpression,EqualityOperator: it only saves the counting
  const bytes = text.length * 3 <= MAX_ARTICLE_BYTES ? 0 : utf8.encode(text).length;
  if (bytes > MAX_ARTICLE_BYTES) {
    throw new Refusal(
      "too_large",
      `The text has ${bytes} bytes; an article may have ${mebibytes(MAX_ARTICLE_BYTES)}.`,
      { limit: MAX_ARTICLE_BYTES },
    );
  }
}
