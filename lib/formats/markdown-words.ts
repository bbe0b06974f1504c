import type { Guideline, GuidelineBlock, GuidelineWords } from "@/lib/domain/guideline";
import { ArticleText } from "@/lib/domain/text";

/**
 * Characters that mean something in Markdown, wherever they stand, with what hosts make of addresses, names and
 * formulas; and what begins a line of it.
 */
const meaningful = /[\\`*_{}[\]<>#|~&!$@]|:(?=\/\/)|(?<=www)\.|^(?:[-+=>]|\d+[.)])/gim;

/** Words of somebody in one line. */
export const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** Words of somebody as they stand, in one line of Markdown: nothing in them becomes a link, a heading or HTML. */
export function mdWords(text: string): string {
  return escaped(oneLine(text));
}

function escaped(text: string): string {
  return text.replaceAll(meaningful, (found) =>
    // "1." loses its meaning by its point, not by its figure.
    /^\d/.test(found) ? found.replace(/.$/, (point) => `\\${point}`) : `\\${found}`,
  );
}

/** A table with a row of names on top; each cell is Markdown. */
export function mdTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Guidelines as Markdown; headings begin one level below the title of the file. */
export function guidelineMarkdown({ blocks }: Guideline): string {
  return blocks.map((block) => `${blockMarkdown(block)}\n`).join("\n");
}

function blockMarkdown(block: GuidelineBlock): string {
  switch (block.type) {
    case "heading": {
      const words = wordsMarkdown(block.words) || (block.label ? mdWords(block.label) : "");
      return `${"#".repeat(block.level + 1)} ${words}`;
    }
    case "paragraph":
      return wordsMarkdown(block.words);
    case "list":
      return block.items
        .map(({ depth, ordered, words }) => {
          const mark = ordered ? "1. " : "- ";
          return `${"    ".repeat(depth)}${mark}${wordsMarkdown(words)}`;
        })
        .join("\n");
    case "table": {
      const rows = block.rows.map((row) => row.map(({ words }) => wordsMarkdown(words)));
      const [first = [], ...rest] = rows;
      return mdTable(first, rest);
    }
    case "example": {
      const text = new ArticleText(block.text);
      const lines = block.text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => `> ${mdWords(line)}`);
      const spans = block.spans.map(
        (span) => `- ${mdWords(span.label)}: “${mdWords(text.slice(span))}”`,
      );
      return [lines.join("\n"), ...(spans.length > 0 ? ["", spans.join("\n")] : [])].join("\n");
    }
  }
}

function wordsMarkdown(words: readonly GuidelineWords[]): string {
  return words.map(oneMarkdown).join("").trim();
}

/** Marks stand around words, not around the spaces beside them. */
function oneMarkdown({ text, bold, italic, code, link }: GuidelineWords): string {
  const line = text.replaceAll(/\s+/g, " ");
  const [, before = "", inner = "", after = ""] = /^( ?)(.*?)( ?)$/.exec(line) ?? [];
  if (inner === "") return before || after;
  const mark = `${italic ? "*" : ""}${bold ? "**" : ""}`;
  const marked = `${mark}${code ? codeMarkdown(inner) : escaped(inner)}${[...mark].reverse().join("")}`;
  const address = link?.replaceAll(/[<>\\\s]/g, (found) => encodeURIComponent(found));
  return `${before}${address === undefined ? marked : `[${marked}](<${address}>)`}${after}`;
}

function codeMarkdown(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}
