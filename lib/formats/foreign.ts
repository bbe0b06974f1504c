import { type IncomingArticle, titleFrom } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import type { OffsetUnit } from "@/lib/domain/imports";
import { MAX_NOTE_LENGTH } from "@/lib/domain/limits";
import { excerpt, quoteOf } from "@/lib/domain/span";
import { ArticleText, type Block, checkStorable, type Range } from "@/lib/domain/text";
import { type GivenAnnotations, Names, readAnnotations } from "./annotations";
import { checkText, checkTitle, foundBlocks } from "./blocks";
import { readMetadata } from "./metadata";
import type { ReadArticle, ReadContext, ReadRecord, SourceFile } from "./source-file";
import { conversionOf, unitsInWords } from "./units";
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
  /** What its annotator wrote of it: a value of its attribute `note`, or a part of the note on the article. */
  readonly note?: string | null;
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
  /** Null where nobody is named. */
  readonly annotator: string | null;
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
  /** What reads the records of one file. */
  readonly reading: (file: SourceFile, context: ReadContext) => JsonReading;
};

/** How the records of one file are read, one after another. */
export type JsonReading = {
  /** @throws Refusal "unprocessable" if a record is not what it seemed to be */
  readonly read: (
    record: JsonObject,
    warnings: Warnings,
  ) => ForeignArticle | Promise<ForeignArticle>;
  /**
   * Sees each record of the kind, some of them long before they are read, and also those that are passed over:
   * where what a record means is told by others, the same is told however often the reading began again.
   */
  readonly notice?: (record: JsonObject) => void;
};

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list as it is, of which nothing is known; an empty one for all else. */
export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Tells of each key of an object that is not read; not of those that say nothing.
 *
 * @param known those that are read, or are about the program's own work
 * @param place where the object stands
 */
export function tellOfOtherKeys(
  value: object,
  known: ReadonlySet<string>,
  place: string,
  warnings: Warnings,
): void {
  for (const [key, said] of Object.entries(value)) {
    if (known.has(key) || said == null || said === "") continue;
    const message = `"${key.slice(0, 80)}" is not read there.`;
    warnings.add("detail_left_out", message, { place, field: `${place}.${key.slice(0, 80)}` });
  }
}

/**
 * Makes an article of ours of one of another program: offsets in code points, names as the mapping has them,
 * everything checked against the scheme. What has no place here is told.
 *
 * @throws Refusal "unprocessable" if its text or what it is known by cannot be kept; for the first loss, if the
 *   warnings are strict
 */
export function articleFrom(
  found: ForeignArticle,
  { scheme, mapping, offsets }: ReadContext,
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
  const notes = new Notes(found.annotators ?? [], text, warnings);
  const asked = { ...found, unit: offsets ?? found.unit };
  const spans = spansIn(asked, text, warnings).map(({ note, ...span }): ForeignSpan => {
    if (note == null || isBlank(note)) return span;
    const label = names.of("label", span.label);
    const rule = scheme.labels.find(({ name }) => name === label);
    if (rule?.attributes.some(({ name }) => name === "note")) {
      return { ...span, attributes: { note, ...span.attributes } };
    }
    notes.add(span, note);
    return span;
  });
  const relations = found.relations ?? [];
  const sets = notes.sets;
  const places = {
    annotators: [],
    sets: sets.map(({ annotator }) => `annotator ${annotator ?? "without a name"}`),
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
    foreign: true,
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

/** What annotators wrote, of the article and of spans that have no attribute for it. */
class Notes {
  readonly #sets = new Map<string | null, ForeignAnnotator>();
  readonly #text: ArticleText;
  readonly #warnings: Warnings;

  constructor(sets: readonly ForeignAnnotator[], text: ArticleText, warnings: Warnings) {
    this.#text = text;
    this.#warnings = warnings;
    for (const set of sets) {
      const { note: before = null, ...known } = this.#sets.get(set.annotator) ?? {};
      const note = [before, set.note].filter((one) => one != null).join("\n");
      this.#sets.set(set.annotator, { ...known, ...set, note });
    }
  }

  get sets(): readonly ForeignAnnotator[] {
    return [...this.#sets.values()];
  }

  /** Adds what was written of a span, after the words that it covers. */
  add({ annotator = null, fragments, place }: ForeignSpan, note: string): void {
    const isThere = fragments.every(({ start, end }) => start <= end && end <= this.#text.length);
    const words = isThere ? excerpt(quoteOf(this.#text, fragments)) : place;
    const set = this.#sets.get(annotator) ?? { annotator };
    const before = set.note == null || set.note === "" ? "" : `${set.note}\n`;
    const grown = `${before}“${words}”: ${note}`;
    if (grown.length > MAX_NOTE_LENGTH) {
      const message = "What was written of it has no place in the note on the article any more.";
      this.#warnings.add("detail_left_out", message, { place, field: place });
    } else this.#sets.set(annotator, { ...set, note: grown });
  }
}

/** The article that a file is, and nothing else. */
export function wholeFileArticle(
  { path }: SourceFile,
  found: ForeignArticle,
  context: ReadContext,
  warnings: Warnings,
): ReadArticle {
  return { ...articleFrom(found, context, warnings), path, line: null, wholeFile: true };
}

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
export function covers(
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
export function joined(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = apart.at(-1);
    if (last && range.start <= last.end) {
      apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else apart.push(range);
  }
  return apart;
}
