import { isBlank } from "./blank";
import type { Attributes, Relation, Span } from "./span";
import { type Block, codePointLengthIn } from "./text";

/** Limits of what an article may be; more is refused at import with the limit in the message. */
export const MAX_ARTICLE_BYTES = 8 * 1024 * 1024;
export const MAX_TITLE_LENGTH = 1000;
export const MAX_FIELD_LENGTH = 2000;

/** What is known of an article beside its text. Times are ISO 8601 UTC; absent is null. */
export type ArticleMetadata = {
  readonly sourceId: string | null;
  readonly title: string;
  readonly publisher: string | null;
  readonly author: string | null;
  readonly url: string | null;
  readonly publishedAt: string | null;
  readonly language: string | null;
  readonly meta: Readonly<Record<string, unknown>>;
};

/** Annotations that came with an article, their spans checked against its text. */
export type IncomingAnnotations = {
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  /** The pseudonym the file gives the annotator, or null. */
  readonly annotator: string | null;
  /** What else the file says of the work; null where it says nothing. */
  readonly about: AnnotationsAbout | null;
};

/** What a dataset says of an annotation set beside its spans and relations. */
export type AnnotationsAbout = {
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
  readonly submittedAt: Date | null;
  /** Null where that is not said. */
  readonly updatedAt: Date | null;
};

/** One article as a format reads it, before it is stored. */
export type IncomingArticle = ArticleMetadata & {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly annotations: readonly IncomingAnnotations[];
};

/** The title that an article is shown under: its own, if something of it is seen, or the first words of its text. */
export function titleFrom(text: string, own: string | null = null): string {
  if (own !== null && !isBlank(own)) return own;
  const line = text.split("\n").find((candidate) => !isBlank(candidate)) ?? "";
  const words = [...line.trim()];
  return words.length > 120 ? `${words.slice(0, 119).join("")}…` : words.join("");
}

/**
 * Blocks of a text that came without any: runs of lines between blank lines are paragraphs.
 * Offsets are code points.
 */
export function paragraphsOf(text: string): Block[] {
  const blocks: Block[] = [];
  let offset = 0;
  let start = -1;
  let end = 0;
  const lengthOf = codePointLengthIn(text);
  for (const line of text.split("\n")) {
    const length = lengthOf(line);
    if (line.trim() === "") {
      if (start >= 0) blocks.push({ kind: "paragraph", start, end });
      start = -1;
    } else {
      if (start < 0) start = offset;
      end = offset + length;
    }
    offset += length + 1;
  }
  if (start >= 0) blocks.push({ kind: "paragraph", start, end });
  return blocks;
}
