import { titleAt } from "@/lib/domain/offsets-record";
import type { ArticleRecord } from "@/lib/domain/record";
import type { Scheme } from "@/lib/domain/scheme";
import { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import type { Attributes } from "@/lib/domain/span";
import { ArticleText, codePointLength, type Range } from "@/lib/domain/text";
import { type AttributePlace, attributeColumns, attributeSplitter } from "./article-table";
import type { Column, ColumnType, Row } from "./columns";
import {
  apart,
  tagged,
  tagsColumn,
  tellOfOutside,
  tellOfSentenceEnds,
  touchedBy,
  UNKNOWN_LABELS,
} from "./tagging";
import {
  type DatasetAbout,
  type Losing,
  type LostInWriting,
  losePartsOf,
  type RecordPart,
} from "./writing";

/** What a row of a dataset is. */
export const shapeNames = ["article", "span", "sentence", "token", "pair"] as const;
export type ShapeName = (typeof shapeNames)[number];

/** A way of laying out records as the rows of a table. */
export type Shape = Losing & {
  readonly name: ShapeName;
  readonly title: string;
  /** What a row is, in one sentence for people. */
  readonly about: string;
  /** The same columns for every row of a dataset, each once. */
  readonly columns: (about: DatasetAbout) => readonly Column[];
  /** Rows of a record; they may have keys that are no columns. */
  readonly rows: (
    record: ArticleRecord,
    lost: LostInWriting,
    about: DatasetAbout,
  ) => readonly Row[];
};

const column = (name: string, type: ColumnType, about: string): Column => ({ name, type, about });

const ranges: ColumnType = {
  list: {
    fields: [
      column("start", "integer", "Where it begins, in characters of the article's text."),
      column("end", "integer", "The first character behind it."),
    ],
  },
};

/** What is known of the article that a row is of. */
const articleColumns: readonly Column[] = [
  column("article_id", "text", "The article; its versions have it in common."),
  column("version", "integer", "Which of the article's versions, from 1."),
  column("source_id", "text", "What the source calls the article."),
  column("title", "text", "The article's title."),
  column("publisher", "text", "Who published it."),
  column("author", "text", "Who wrote it."),
  column("url", "text", "Where it stands."),
  column("published_at", "time", "When it was published."),
  column("language", "text", "Its language, as a tag."),
  column("text_sha256", "text", "SHA-256 of the article's text in UTF-8."),
  column("split", "text", "The part of the dataset that it is in."),
  column("layer", "text", "Whose annotations the dataset holds."),
];

const metaColumn = column("meta", "json", "What else is known of the article.");

const annotatorColumn = column("annotator", "text", "Who marked it, by pseudonym.");

function articleCells(record: ArticleRecord, text: ArticleText, about: DatasetAbout): Row {
  const { id, version, source_id, publisher, author, url, published_at, language } = record;
  const repeats = about.texts === false && titleAt(record.title, text, record.blocks) !== null;
  return {
    article_id: id,
    version,
    source_id,
    title: repeats ? null : record.title,
    publisher,
    author,
    url,
    published_at,
    language,
    text_sha256: record.text_sha256,
    split: record.split,
    layer: record.layer,
    meta: record.meta,
  };
}

/** Columns of the attributes of spans or relations, and their values; each with a name that no other column has. */
function flatAttributes(scheme: Scheme, place: AttributePlace, taken: readonly Column[]) {
  const names = new Set([...taken.map(({ name }) => name), OTHER.name]);
  const columns = attributeColumns(scheme, place).map((attribute) => {
    let { name } = attribute;
    while (names.has(name)) name = `attribute_${name}`;
    names.add(name);
    return { attribute: attribute.name, column: { ...attribute, name } };
  });
  const split = attributeSplitter(scheme, place);
  return {
    columns: [...columns.map(({ column: own }) => own), OTHER],
    cells: (given: Attributes): Row => {
      const { attributes, other_attributes } = split(given);
      const cells = columns.map(({ attribute, column: own }) => [own.name, attributes[attribute]]);
      return { ...Object.fromEntries(cells), other_attributes };
    },
  };
}

const OTHER = column(
  "other_attributes",
  "json",
  "Attributes that the scheme has no more, or has as another kind of value.",
);

/** Columns that are made of a scheme, once for each. */
function ofScheme<T>(make: (scheme: Scheme) => T): (about: DatasetAbout) => T {
  const made = new WeakMap<Scheme, T>();
  return ({ scheme }) => {
    const known = made.get(scheme) ?? make(scheme);
    made.set(scheme, known);
    return known;
  };
}

/** All but those that have text of the article, where a dataset is to go out without. */
const allowed = (columns: readonly Column[], withText: readonly string[], about: DatasetAbout) =>
  about.texts === false ? columns.filter(({ name }) => !withText.includes(name)) : columns;

/** An article as rows are made of it. */
function opened(record: ArticleRecord) {
  const text = new ArticleText(record.text);
  let found: Segmentation | null = null;
  return {
    text,
    /** Found when it is first asked for. */
    segmentation: () => {
      const { blocks, language } = record;
      found ??= new Segmentation(text, blocks, segment(text, blocks, language));
      return found;
    },
  };
}

type Opened = ReturnType<typeof opened>;

/** What goes along with a range: the sentences that it touches, or so many characters before and behind it. */
function contextOf(
  { text, segmentation }: Opened,
  { start, end }: Range,
  about: DatasetAbout,
): Range {
  const { context = "sentence" } = about;
  if (context !== "sentence") {
    return {
      start: text.boundaryBefore(Math.max(0, start - context)),
      end: text.boundaryAfter(Math.min(text.length, end + context)),
    };
  }
  const sentences = segmentation();
  const first = sentences.sentenceAt(start);
  const last = sentences.sentenceAt(end - 1);
  return {
    start: first && first.start < start && first.end > start ? first.start : start,
    end: last && last.start < end && last.end > end ? last.end : end,
  };
}

const CONTEXT = [
  column("context", "text", "What stands around it, with it."),
  column("context_start", "integer", "Where the context begins in the article's text."),
  column("context_end", "integer", "The first character behind the context."),
] as const;

const spanHead: readonly Column[] = [
  ...articleColumns,
  annotatorColumn,
  column("id", "text", "The span."),
  column("label", "text", "Its label."),
  column("start", "integer", "Where it begins, in characters of the article's text."),
  column("end", "integer", "The first character behind it."),
  column("fragments", ranges, "Its pieces: more than one where it has gaps."),
  column("text", "text", "The words of its pieces, joined by a space."),
  ...CONTEXT,
  column("start_in_context", "integer", "Where it begins in the context."),
  column("end_in_context", "integer", "The first character behind it in the context."),
];

const spanAttributes = ofScheme((scheme) =>
  flatAttributes(scheme, "spans", [...spanHead, metaColumn]),
);

const spanLoses = [
  "blocks",
  "notes",
  "article_attributes",
  "relations",
  "relation_attributes",
] as const satisfies readonly RecordPart[];

const bySpan: Shape = {
  name: "span",
  title: "Spans",
  about: "A row a span, with the sentences around it and a column for each attribute.",
  columns: (about) =>
    allowed(
      [...spanHead, ...spanAttributes(about).columns, metaColumn],
      ["text", "context"],
      about,
    ),
  rows: (record, lost, about) => {
    losePartsOf(record, spanLoses, lost);
    const article = opened(record);
    const cells = articleCells(record, article.text, about);
    const attributes = spanAttributes(about);
    return record.spans.map(({ attributes: values, ...span }) => {
      const context = contextOf(article, span, about);
      return {
        ...cells,
        ...span,
        context: article.text.slice(context),
        context_start: context.start,
        context_end: context.end,
        start_in_context: span.start - context.start,
        end_in_context: span.end - context.start,
        ...attributes.cells(values),
      };
    });
  },
  loses: spanLoses,
  losesToo: ["the text beyond spans and their context", "articles without a span"],
};

/** Those who marked a record; nobody, where nobody has. */
function annotatorsOf({ sets }: ArticleRecord): readonly (string | null)[] {
  const names = [...new Set(sets.map(({ annotator }) => annotator))];
  return names.length > 0 ? names : [null];
}

/** The kind of the block that a range begins in. */
function blockOf({ blocks }: ArticleRecord, { start }: Range): string | null {
  const [index] = touchedBy([{ start, end: start + 1 }], blocks);
  return index === undefined ? null : (blocks[index]?.kind ?? null);
}

const sentenceHead: readonly Column[] = [
  ...articleColumns,
  annotatorColumn,
  column("sentence", "integer", "Which sentence of the article, from 0."),
  column("block", "text", "What it stands in: title, heading, paragraph, list_item or quote."),
  column("start", "integer", "Where it begins, in characters of the article's text."),
  column("end", "integer", "The first character behind it."),
  column("text", "text", "The sentence."),
];

const labelsColumns: readonly Column[] = [
  column(
    "labels",
    { list: "text" },
    "Labels of the spans that touch it; null where nobody looked.",
  ),
  column("span_ids", { list: "text" }, "The spans that touch it."),
];

const sentenceLoses = [
  "notes",
  "article_attributes",
  "span_attributes",
  "relation_attributes",
  "relations",
  "gaps",
] as const satisfies readonly RecordPart[];

const bySentence: Shape = {
  name: "sentence",
  title: "Sentences",
  about: "A row for each sentence and annotator, with the labels that are in it.",
  columns: (about) =>
    allowed(
      [
        ...sentenceHead,
        ...labelsColumns,
        ...about.scheme.labels.map(({ name }) =>
          column(`has_${name}`, "boolean", `Whether ${name} is in it.`),
        ),
        metaColumn,
      ],
      ["text"],
      about,
    ),
  rows: (record, lost, about) => {
    losePartsOf(record, sentenceLoses, lost);
    const article = opened(record);
    const cells = articleCells(record, article.text, about);
    const { sentences } = article.segmentation();
    tellOfOutside(record.spans, sentences, lost);
    return annotatorsOf(record).flatMap((annotator) => {
      const within = sentences.map((): ArticleRecord["spans"] => []);
      for (const span of record.spans.filter((one) => one.annotator === annotator)) {
        for (const index of touchedBy(span.fragments, sentences)) within[index]?.push(span);
      }
      return sentences.map((_, index) => {
        const spans = within[index] ?? [];
        const labels = new Set(spans.map(({ label }) => label));
        const has = about.scheme.labels.map(({ name }) => [`has_${name}`, labels.has(name)]);
        return {
          ...sentenceCells(record, article, index),
          ...cells,
          annotator,
          ...(annotator !== null && {
            labels: [...labels],
            span_ids: spans.map(({ id }) => id),
            ...Object.fromEntries(has),
          }),
        };
      });
    });
  },
  loses: sentenceLoses,
  losesToo: ["where in a sentence a span begins and ends", "spans outside of all sentences"],
};

function sentenceCells(record: ArticleRecord, { text, segmentation }: Opened, index: number): Row {
  const sentence = segmentation().sentences[index];
  if (!sentence) return {};
  const block = blockOf(record, sentence);
  return { sentence: index, block, ...sentence, text: text.slice(sentence) };
}

const tokenColumns: readonly Column[] = [
  column("tokens", { list: "text" }, "Words and signs, without the space between them."),
  column("token_starts", { list: "integer" }, "Where each begins in the article's text."),
  column("token_ends", { list: "integer" }, "The first character behind each."),
];

const tagsOf = (label: string) =>
  column(
    tagsColumn(label),
    { list: "text" },
    `A tag for each token: B-${label} where a piece of a span begins, I-${label} within it, else O; null where nobody looked.`,
  );

const byToken: Shape = {
  name: "token",
  title: "Tokens",
  about: "A row for each sentence and annotator, with its tokens and tags (BIO) for each label.",
  columns: (about) =>
    allowed(
      [
        ...sentenceHead,
        ...tokenColumns,
        ...about.scheme.labels.map(({ name }) => tagsOf(name)),
        metaColumn,
      ],
      ["text", "tokens"],
      about,
    ),
  rows: (record, lost, about) => {
    losePartsOf(record, sentenceLoses, lost);
    const labels = about.scheme.labels.map(({ name }) => name);
    const known = new Set(labels);
    lost.add(UNKNOWN_LABELS, record.spans.filter(({ label }) => !known.has(label)).length);
    const article = opened(record);
    const cells = articleCells(record, article.text, about);
    const { sentences, words } = article.segmentation();
    const tokens = tokensIn(article.text, sentences, words);
    const all = tokens.flat();
    tellOfOutside(record.spans, sentences, lost);
    return annotatorsOf(record).flatMap((annotator) => {
      const own = record.spans.filter((span) => span.annotator === annotator);
      const tags = labels.map((label) => {
        const ofLabel = own.filter((span) => span.label === label);
        const pieces = apart(record, ofLabel, about.overlap, lost);
        tellOfCuts(pieces, { sentences, tokens: all }, lost);
        return {
          column: tagsColumn(label),
          of: (index: number) => tagged(tokens[index] ?? [], pieces, label),
        };
      });
      return sentences.map((_, index) => {
        const inSentence = tokens[index] ?? [];
        return {
          ...sentenceCells(record, article, index),
          ...cells,
          annotator,
          tokens: inSentence.map((token) => article.text.slice(token)),
          token_starts: inSentence.map(({ start }) => start),
          token_ends: inSentence.map(({ end }) => end),
          ...(annotator !== null &&
            Object.fromEntries(tags.map(({ column: name, of }) => [name, of(index)]))),
        };
      });
    });
  },
  loses: sentenceLoses,
  losesToo: [
    "spans outside of all sentences",
    "edges of spans within a word, which is in whole",
    "that what goes on in the next sentence is one span",
  ],
  hasTags: true,
};

/** Words, and each sign beside them by itself, sentence by sentence; no token is of white space. */
function tokensIn(
  text: ArticleText,
  sentences: readonly Range[],
  words: readonly Range[],
): Range[][] {
  let next = 0;
  return sentences.map(({ start, end }) => {
    const tokens: Range[] = [];
    let at = start;
    while ((words[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    for (; (words[next]?.start ?? Number.POSITIVE_INFINITY) < end; next += 1) {
      const word = words[next];
      if (!word) break;
      tokens.push(...signsIn(text, { start: at, end: Math.max(at, word.start) }), word);
      at = word.end;
    }
    tokens.push(...signsIn(text, { start: at, end: Math.max(at, end) }));
    return tokens;
  });
}

const graphemes = new Intl.Segmenter();

function signsIn(text: ArticleText, range: Range): Range[] {
  const signs: Range[] = [];
  let at = range.start;
  for (const { segment: sign } of graphemes.segment(text.slice(range))) {
    const end = at + codePointLength(sign);
    if (sign.trim() !== "") signs.push({ start: at, end });
    at = end;
  }
  return signs;
}

/** Tells what of pieces does not show in the tags of tokens. */
function tellOfCuts(
  pieces: readonly Range[],
  { sentences, tokens }: { sentences: readonly Range[]; tokens: readonly Range[] },
  lost: LostInWriting,
): void {
  const cuts = (at: number) => {
    const [index] = touchedBy([{ start: at, end: at + 1 }], tokens);
    return index !== undefined && (tokens[index]?.start ?? at) < at;
  };
  tellOfSentenceEnds(pieces, sentences, lost);
  for (const piece of pieces) {
    lost.add("edges of spans within a word", [piece.start, piece.end].filter(cuts).length);
  }
}

const endColumns = (end: "from" | "to"): readonly Column[] => [
  column(end, "text", `The span that it leads ${end}.`),
  column(`${end}_label`, "text", "The label of that span."),
  column(`${end}_text`, "text", "The words of that span."),
  column(`${end}_start`, "integer", "Where that span begins, in characters of the article's text."),
  column(`${end}_end`, "integer", "The first character behind that span."),
  column(`${end}_fragments`, ranges, "The pieces of that span."),
  column(`${end}_attributes`, "json", "The attributes of that span."),
];

const pairHead: readonly Column[] = [
  ...articleColumns,
  annotatorColumn,
  column("id", "text", "The relation."),
  column("type", "text", "Its type, such as denies, from a denial to a claim."),
  ...endColumns("from"),
  ...endColumns("to"),
  ...CONTEXT,
];

const pairAttributes = ofScheme((scheme) =>
  flatAttributes(scheme, "relations", [...pairHead, metaColumn]),
);

const pairLoses = [
  "blocks",
  "notes",
  "article_attributes",
] as const satisfies readonly RecordPart[];

const byPair: Shape = {
  name: "pair",
  title: "Pairs",
  about:
    "A row a relation, with both spans that it links: a denial and the claim, a claim and its source.",
  columns: (about) =>
    allowed(
      [...pairHead, ...pairAttributes(about).columns, metaColumn],
      ["from_text", "to_text", "context"],
      about,
    ),
  rows: (record, lost, about) => {
    losePartsOf(record, pairLoses, lost);
    const article = opened(record);
    const cells = articleCells(record, article.text, about);
    const attributes = pairAttributes(about);
    const spans = new Map(record.spans.map((span) => [span.id, span]));
    const linked = new Set(record.relations.flatMap(({ from, to }) => [from, to]));
    lost.add("spans without a relation", record.spans.filter(({ id }) => !linked.has(id)).length);
    return record.relations.map(({ annotator, id, type, from, to, attributes: values }) => {
      const ends = [from, to].flatMap((end) => spans.get(end) ?? []);
      const context = ends.length === 0 ? null : contextOf(article, around(ends), about);
      return {
        ...cells,
        annotator,
        id,
        type,
        ...endCells("from", from, spans.get(from)),
        ...endCells("to", to, spans.get(to)),
        context: context && article.text.slice(context),
        context_start: context?.start,
        context_end: context?.end,
        ...attributes.cells(values),
      };
    });
  },
  loses: pairLoses,
  losesToo: ["the text beyond both spans and their context", "spans without a relation"],
};

const around = (spans: readonly Range[]): Range => ({
  start: Math.min(...spans.map(({ start }) => start)),
  end: Math.max(...spans.map(({ end }) => end)),
});

function endCells(
  end: "from" | "to",
  id: string,
  span: ArticleRecord["spans"][number] | undefined,
): Row {
  return {
    [end]: id,
    [`${end}_label`]: span?.label,
    [`${end}_text`]: span?.text,
    [`${end}_start`]: span?.start,
    [`${end}_end`]: span?.end,
    [`${end}_fragments`]: span?.fragments,
    [`${end}_attributes`]: span?.attributes,
  };
}

const recordColumns: readonly Column[] = [
  column("id", "text", "The article; its versions have it in common."),
  ...articleColumns.slice(1, -2),
  column("text", "text", "Its text."),
  column("blocks", "json", "Ranges of the text with a kind: title, heading, paragraph …"),
  column("layer", "text", "Whose annotations the dataset holds."),
  column("sets", "json", "Who annotated it, with their notes and attributes of the article."),
  column("spans", "json", "All spans."),
  column("relations", "json", "All relations."),
  column("split", "text", "The part of the dataset that it is in."),
  metaColumn,
];

/** The record in columns, its lists as JSON; formats that know lists have a layout of their own. */
const byArticle: Shape = {
  name: "article",
  title: "Articles",
  about: "An article with everything that was marked in it.",
  columns: (about) => allowed(recordColumns, ["text"], about),
  rows: (record, _lost, about) => {
    if (about.texts !== false) return [record];
    const text = new ArticleText(record.text);
    const { title } = articleCells(record, text, about);
    return [{ ...record, title, spans: record.spans.map(({ text: _, ...span }) => span) }];
  },
  loses: [],
};

/** All shapes by name. */
export const shapes: Readonly<Record<ShapeName, Shape>> = {
  article: byArticle,
  span: bySpan,
  sentence: bySentence,
  token: byToken,
  pair: byPair,
};
