import {
  type IncomingArticle,
  MAX_ARTICLE_BYTES,
  paragraphsOf,
  titleFrom,
} from "@/lib/domain/article";
import { ArticleText, type Block, decodeUtf8 } from "@/lib/domain/text";
import { checkText } from "./blocks";
import { readAll } from "./bytes";
import { markdownArticle } from "./markdown";
import { readMetadata } from "./metadata";
import { plainArticle, type ReadContext, type ReadItem, type SourceFile } from "./source-file";
import { Warnings } from "./warnings";

/** A first line longer than this is a paragraph, not a title; in UTF-16 units. */
const LONGEST_TITLE_LINE = 200;

/** Reads one article as plain text, or as Markdown if it has the form of DESIGN 11. */
export async function* readText(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  const source = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const article = isArticleFile(source) ? markdownArticle(source, warnings) : textArticle(source);
  yield plainArticle(file, article, warnings);
}

/** Whether a text file has the form of DESIGN 11: a `# Title`, and soon after it `Published :`. */
export function isArticleFile(source: string): boolean {
  return /^\s*# [^\n]+\n\s*Published\s*:/.test(source);
}

/**
 * Plain text: paragraphs are what blank lines divide. A short first line above a blank one is the
 * title.
 *
 * @throws Refusal "unprocessable" if there is no text
 */
export function textArticle(source: string): IncomingArticle {
  const text = source.replace(/\r\n?/g, "\n");
  const titled = titledParagraphs(text);
  checkText(text, titled.blocks);
  return { ...readMetadata(new Map()), ...titled, text, annotations: [] };
}

/** The blocks of a text, and its title: of its own if it has one, else its first words. */
export function titledParagraphs(text: string): { title: string; blocks: Block[] } {
  const blocks = paragraphsOf(text);
  const [first, ...rest] = blocks;
  const line = first ? new ArticleText(text).slice(first) : "";
  if (first && rest.length > 0 && !line.includes("\n") && line.length <= LONGEST_TITLE_LINE) {
    return { title: titleFrom(text, line.trim()), blocks: [{ ...first, kind: "title" }, ...rest] };
  }
  return { title: titleFrom(text), blocks };
}
