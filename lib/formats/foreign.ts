import { type IncomingArticle, titleFrom } from "@/lib/domain/article";
import type { OffsetUnit } from "@/lib/domain/imports";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText, type Block, checkStorable, type Range } from "@/lib/domain/text";
import { type GivenAnnotations, Names, readAnnotations } from "./annotations";
import { checkText, checkTitle, foundBlocks } from "./blocks";
import { readMetadata } from "./metadata";
import type { ReadContext, ReadRecord, SourceFile } from "./source-file";
import { conversionOf } from "./units";
import type { Warnings } from "./warnings";

/** A piece of text that another program marked. */
export type ForeignSpan = {
  readonly id?: string | number | null;
  readonly label: string;
  /** In the unit of the article's offsets, in any order. */
  readonly fragments: readonly Range[];
  /** What the file says that it covers, if it does: fragments joined by one space. */
  readonly quote?: string | null;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly annotator?: string | null;
  /** Where it stands, as people find it: `line 3`, `entities[2]`. */
  readonly place: string;
};

export type ForeignRelation = {
  readonly id?: string | number | null;
  readonly type: string;
  /** Ids of spans of the same annotator. */
  readonly from: string | number;
  readonly to: string | number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly annotator?: string | null;
  readonly place: string;
};

/** What somebody said of the article as a whole; their name alone, where they may have marked nothing. */
export type ForeignAnnotator = {
  readonly annotator: string;
  readonly note?: string | null;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC. */
  readonly submittedAt?: string | null;
  readonly updatedAt?: string | null;
};

/** An article as another program has it. Its text is kept verbatim, for offsets count in it. */
export type ForeignArticle = {
  readonly text: string;
  /** What the program's offsets count. */
  readonly unit: OffsetUnit;
  /** Known keys by any name that programs have for them; all others go to `meta`. */
  readonly metadata: ReadonlyMap<string, unknown>;
  /** What the program calls the article, where it is known by that. */
  readonly recordId?: string | null;
  /** In code points; found in the text where they are not given. */
  readonly blocks?: readonly Block[];
  readonly annotators?: readonly ForeignAnnotator[];
  readonly spans: readonly ForeignSpan[];
  readonly relations?: readonly ForeignRelation[];
};

/** A way in which programs write an article as one JSON object. */
export type JsonDialect = {
  /** Whether an object is of this kind, by its keys: no other dialect may say so of it. */
  readonly recognises: (record: JsonObject) => boolean;
  /**
   * What reads the records of one file, one after another: it may remember what those before told.
   *
   * @throws Refusal "unprocessable" from what it gives, if a record is not what it seemed to be
   */
  readonly reading: (
    file: SourceFile,
    context: ReadContext,
  ) => (record: JsonObject, warnings: Warnings) => ForeignArticle | Promise<ForeignArticle>;
};
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Makes an article of ours of one of another program: offsets in code points, names as the mapping has them,
 * everything checked against the scheme. What has no place here is told.
 *
 * @throws Refusal "unprocessable" if its text or what it is known by cannot be kept; for the first loss, if the
 *   warnings are strict
 */
export function articleFrom(
  found: ForeignArticle,
  { scheme, mapping }: ReadContext,
  warnings: Warnings,
): ReadRecord {
  checkStorable(found.text, "text");
  const given = readMetadata(found.metadata, { dialect: "record", warnings });
  const text = new ArticleText(found.text);
  const blocks = found.blocks ?? foundBlocks(text, given.title);
  checkText(text.value, blocks);
  const titled = blocks.find(({ kind }) => kind === "title");
  const own = given.title ?? (titled ? checkTitle(text.slice(titled)) : null);
  const title = titleFrom(text.value, own);
  const names = new Names(mapping);
  const spans = spansIn(found, text, warnings);
  const relations = found.relations ?? [];
  const sets = found.annotators ?? [];
  const places = {
    annotators: [],
    sets: sets.map(({ annotator }) => `annotator ${annotator}`),
    spans: spans.map(({ place }) => place),
    relations: relations.map(({ place }) => place),
  } satisfies Record<keyof GivenAnnotations, readonly string[]>;
  const inOurWords: GivenAnnotations = {
    annotators: undefined,
    sets: sets.map(({ submittedAt, updatedAt, ...said }) => ({
      ...said,
      submitted_at: submittedAt,
      updated_at: updatedAt,
    })),
    spans: spans.map(({ place: _, ...span }) => span),
    relations: relations.map(({ place: _, ...relation }) => relation),
  };
  const annotations = readAnnotations(inOurWords, {
    text,
    scheme,
    warnings,
    names,
    placeOf: (list, index) => places[list][index] ?? list,
  });
  const recordId = found.recordId ?? null;
  const sourceId = given.sourceId ?? recordId;
  const article: IncomingArticle = {
    ...given,
    sourceId,
    title,
    text: text.value,
    blocks,
    annotations,
  };
  return {
    kind: "article",
    recordId,
    ours: false,
    version: null,
    article,
    warnings: warnings.list(),
    unknown: names.unknown,
  };
}

const unitsInWords: Record<OffsetUnit, string> = {
  code_point: "characters",
  utf16: "UTF-16 units",
  grapheme: "characters as one sees them",
  utf8: "bytes",
};

/** The spans with offsets in code points, without those whose offsets are none. */
function spansIn(
  { unit, spans }: ForeignArticle,
  text: ArticleText,
  warnings: Warnings,
): ForeignSpan[] {
  const { toCodePoints } = conversionOf(text, unit);
  return spans.flatMap((span): ForeignSpan[] => {
    const ranges: Range[] = [];
    for (const { start, end } of span.fragments) {
      const [from, to] = [toCodePoints(start), toCodePoints(end)];
      if (from === null || to === null) {
        const message = `${start}-${end} is no range of the text in ${unitsInWords[unit]}.`;
        warnings.add("span_left_out", message, { place: span.place, field: span.place });
        return [];
      }
      ranges.push({ start: from, end: to });
    }
    const fragments = joined(ranges);
    const quote = covers(text, fragments, span.quote) ? null : (span.quote ?? null);
    return [{ ...span, fragments, quote }];
  });
}

/** Whether a quote is what fragments cover: programs write its white space in their own ways. */
function covers(
  text: ArticleText,
  fragments: readonly Range[],
  quote: string | null | undefined,
): boolean {
  if (quote == null) return true;
  const words = (of: string) => of.replaceAll(/\s+/gu, "");
  return (
    fragments.every(({ start, end }) => start < end) &&
    words(quote) === words(quoteOf(text, fragments))
  );
}

/** In order; those that touch or overlap are one, as a span has them. */
function joined(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = apart.at(-1);
    if (last && range.start <= last.end) {
      apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else apart.push(range);
  }
  return apart;
}
