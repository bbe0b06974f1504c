import fc from "fast-check";
import { v5 as uuidv5 } from "uuid";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import {
  type AttributeRule,
  checkRelation,
  defaultScheme,
  type Scheme,
  symmetricTypes,
} from "@/lib/domain/scheme";
import { type Attributes, checkFragments, hull, overlap, quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import type { ReadItem } from "@/lib/formats/source-file";
import { sha256 } from "./files";

const everyKind: readonly AttributeRule[] = [
  { name: "tone", type: "choice", values: ["calm", "sharp"] },
  { name: "topics", type: "choices", values: ["war", "money", "health"] },
  { name: "quoted", type: "boolean" },
  { name: "confidence", type: "number" },
  { name: "remark", type: "text" },
  // What programs, languages or formats have a meaning of their own for.
  { name: "class", type: "text" },
  { name: "label", type: "text" },
  { name: "id", type: "number" },
  { name: "attribute_text", type: "text" },
];

/** The default scheme, with attributes of every kind on claims, relations and the article. */
export const richScheme: Scheme = {
  labels: defaultScheme.labels.map((label) =>
    label.name === "claim" ? { ...label, attributes: [...label.attributes, ...everyKind] } : label,
  ),
  relations: defaultScheme.relations.map((relation) =>
    relation.name === "source_of" ? { ...relation, attributes: everyKind } : relation,
  ),
  article: everyKind,
};

const NAMESPACE = "0d0f3f6a-6a0c-4b77-8f2b-5f4c7d2a9b10";

/** Pieces of text in which offsets of different units part ways. */
const pieces = [
  ..."The embassy denied the claim of 500 fake accounts".split(" "),
  ..."وزارت خارجه می‌شود حساب‌های شبکهٔ".split(" "),
  ..."网络观察员 这些账号 Андрей отрицал שלום".split(" "),
  "😀",
  "👨‍👩‍👧‍👦",
  "🏴‍☠️",
  "🇩🇪🇫🇷",
  "Andre\u0301",
  "नमस्ते",
  "각",
  "“so”",
  "it’s",
  "a,b;c|d",
  '"quoted"',
  "=SUM(A1)",
  "<b>&amp;</b>",
  "{x}",
  "back\\slash",
];

/** What may stand between two pieces. */
const gaps = [" ", " ", " ", " ", "\u00a0", ", ", "—", "", "\n", "\t"];
const paragraphGaps = ["\n\n", "\r\n\r\n"];

type Generator = fc.GeneratorValue;

const anInt = (g: Generator, min: number, max: number) => g(fc.integer, { min, max });
const oneOf = <T>(g: Generator, values: readonly T[]): T => {
  const value = values[anInt(g, 0, values.length - 1)];
  if (value === undefined) throw new Error("There is nothing to choose from.");
  return value;
};

function aText(g: Generator): string {
  const paragraphs = Array.from({ length: anInt(g, 1, 3) }, () => {
    const words = Array.from({ length: anInt(g, 3, 12) }, () => oneOf(g, pieces) + oneOf(g, gaps));
    return words.join("").trim();
  });
  return paragraphs.reduce((before, next) => before + oneOf(g, paragraphGaps) + next);
}

function anAttribute(g: Generator, rule: AttributeRule): Attributes[string] {
  switch (rule.type) {
    case "choice":
      return oneOf(g, rule.values);
    case "choices": {
      const kept = rule.values.filter(() => g(fc.boolean));
      return kept.length > 0 ? kept : rule.values.slice(0, 1);
    }
    case "boolean":
      return g(fc.boolean);
    case "number":
      return oneOf(g, [0, 1, -2, 0.25, 12_345]);
    case "text":
      return oneOf(g, [
        "the ministry",
        "=1+1",
        'he "said", no',
        "two\nlines",
        "سفارت 😀",
        "a\tb",
        "true",
        "7",
      ]);
  }
}

function someAttributes(
  g: Generator,
  rules: readonly AttributeRule[],
): ArticleRecord["spans"][number]["attributes"] {
  const kept = rules.filter(() => anInt(g, 0, 3) === 0);
  const entries = kept.map((rule) => [rule.name, anAttribute(g, rule)] as const);
  // Nobody else has these values.
  return Object.fromEntries(entries) as ArticleRecord["spans"][number]["attributes"];
}

type RecordOptions = {
  readonly scheme?: Scheme;
  /** How many annotators there may be. */
  readonly annotators?: number;
  /** The most fragments that a span has. */
  readonly fragments?: number;
};

/** Any record that a dataset may hold, within the scheme. Spans of one annotator differ in label or place. */
export function records({
  scheme = richScheme,
  annotators = 2,
  fragments = 3,
}: RecordOptions = {}): fc.Arbitrary<ArticleRecord> {
  return fc.gen().map((g) => {
    const text = aText(g);
    const whole = new ArticleText(text);
    const number = anInt(g, 0, 1_000_000);
    const idOf = (name: string) => uuidv5(`${number} ${name}`, NAMESPACE);
    const sets: ArticleRecord["sets"] = [];
    const spans: ArticleRecord["spans"] = [];
    const relations: ArticleRecord["relations"] = [];
    for (let at = 1; at <= anInt(g, 1, annotators); at += 1) {
      const annotator = `a${at}`;
      sets.push({
        annotator,
        kind: "reviewer",
        scheme_version: 1,
        guideline_version: null,
        revision: 3,
        submitted_at: "2026-01-02T03:04:05.000Z",
        updated_at: "2026-01-02T03:04:05.000Z",
        note: oneOf(g, ["", "", "Is it “so”?\nSee above, 😀."]),
        attributes: someAttributes(g, scheme.article),
      });
      const mine: ArticleRecord["spans"] = [];
      for (let count = anInt(g, 0, 6); count > 0; count -= 1) {
        const rule = oneOf(g, scheme.labels);
        const ranges = someFragments(g, whole, fragments);
        if (!fits(whole, ranges)) continue;
        const same = mine.filter(({ label }) => label === rule.name);
        const isTaken = same.some(
          (one) =>
            (!rule.overlap && overlap(one.fragments, ranges)) ||
            JSON.stringify(one.fragments) === JSON.stringify(ranges),
        );
        if (isTaken) continue;
        mine.push({
          id: idOf(`${annotator} span ${mine.length}`),
          label: rule.name,
          ...hull(ranges),
          fragments: ranges,
          text: quoteOf(whole, ranges),
          attributes: someAttributes(g, rule.attributes),
          annotator,
        });
      }
      spans.push(...mine);
      relations.push(...someRelations(g, scheme, mine, (name) => idOf(`${annotator} ${name}`)));
    }
    return {
      schema: "gainsay.article/2",
      id: idOf("article"),
      version: 1,
      source_id: `source-${number}`,
      title: oneOf(g, ["Fake accounts brief", "گزارش 😀", 'A "title", with marks']),
      publisher: oneOf(g, [null, "The Courier"]),
      author: oneOf(g, [null, "N. N."]),
      url: oneOf(g, [null, `https://example.org/${number}`]),
      published_at: oneOf(g, [null, "2024-07-30T14:35:34.000Z"]),
      language: oneOf(g, [null, "en", "fa"]),
      text,
      text_sha256: sha256(text),
      offset_unit: "code_point",
      blocks: [{ kind: "paragraph", start: 0, end: whole.length }],
      layer: "all",
      sets,
      spans: spans.toSorted((a, b) => a.start - b.start || a.end - b.end),
      relations,
      split: null,
      meta: oneOf(g, [{}, { desk: "politics", rank: 3 }]),
    };
  });
}

/** A record with one span, which has such attributes; all else of it is as it may be. */
export function aRecord({
  attributes = {},
  ...rest
}: Partial<ArticleRecord> & Partial<Pick<ArticleRecord["spans"][number], "attributes">> = {}) {
  const text = "The embassy denied it.";
  const annotator = "a1";
  const record: ArticleRecord = {
    schema: "gainsay.article/2",
    id: uuidv5("article", NAMESPACE),
    version: 1,
    source_id: null,
    title: "A brief",
    publisher: null,
    author: null,
    url: null,
    published_at: null,
    language: "en",
    text,
    text_sha256: sha256(text),
    offset_unit: "code_point",
    blocks: [{ kind: "paragraph", start: 0, end: 22 }],
    layer: "all",
    sets: [
      {
        annotator,
        kind: "reviewer",
        scheme_version: 1,
        guideline_version: null,
        revision: 1,
        submitted_at: "2026-01-02T03:04:05.000Z",
        updated_at: "2026-01-02T03:04:05.000Z",
        note: "",
        attributes: {},
      },
    ],
    spans: [
      {
        id: uuidv5("span", NAMESPACE),
        label: "claim",
        start: 4,
        end: 18,
        fragments: [{ start: 4, end: 18 }],
        text: "embassy denied",
        attributes,
        annotator,
      },
    ],
    relations: [],
    split: null,
    meta: {},
    ...rest,
  };
  return record;
}

function someFragments(g: Generator, text: ArticleText, most: number) {
  const ranges: { start: number; end: number }[] = [];
  let from = anInt(g, 0, text.length - 1);
  for (let count = anInt(g, 1, most); count > 0 && from < text.length; count -= 1) {
    const start = text.boundaryBefore(from);
    const end = text.boundaryAfter(Math.min(text.length, from + anInt(g, 1, 12)));
    if (start > (ranges.at(-1)?.end ?? -1) && end > start) ranges.push({ start, end });
    from = end + anInt(g, 1, 8);
  }
  return ranges;
}

function fits(text: ArticleText, fragments: readonly { start: number; end: number }[]): boolean {
  try {
    checkFragments(text, fragments);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** No two between the same spans, and none that leads back. */
function someRelations(
  g: Generator,
  scheme: Scheme,
  spans: ArticleRecord["spans"],
  idOf: (name: string) => string,
): ArticleRecord["relations"] {
  const relations: ArticleRecord["relations"] = [];
  const symmetric = symmetricTypes(scheme);
  for (const [index, from] of spans.entries()) {
    for (const to of spans.slice(index + 1)) {
      const rule = oneOf(g, scheme.relations);
      const [one, other] = symmetric.has(rule.name) || g(fc.boolean) ? [from, to] : [to, from];
      try {
        checkRelation(scheme, rule.name, one.label, other.label);
      } catch {
        continue;
      }
      if (rule.acyclic && one !== from) continue;
      relations.push({
        id: idOf(`relation ${relations.length}`),
        type: rule.name,
        from: one.id,
        to: other.id,
        attributes: someAttributes(g, rule.attributes),
        annotator: from.annotator,
      });
    }
  }
  return relations;
}

/** What somebody said of a text, in the same words wherever it is from. */
export type Marks = {
  readonly text: string;
  readonly title: string;
  /** Sorted. Annotators stand in front; a relation names its ends by label and place. */
  readonly spans: readonly {
    readonly annotator: string | null;
    readonly label: string;
    readonly at: string;
    readonly quote: string;
    readonly attributes: Attributes;
  }[];
  readonly relations: readonly {
    readonly annotator: string | null;
    readonly type: string;
    readonly from: string;
    readonly to: string;
    readonly attributes: Attributes;
  }[];
  readonly sets: readonly {
    readonly annotator: string | null;
    readonly note: string;
    readonly attributes: Attributes;
  }[];
};

const placeOf = (fragments: readonly { start: number; end: number }[]) =>
  fragments.map(({ start, end }) => `${start}-${end}`).join(",");

const sorted = <T>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Attributes by name, so that the order in which they were said makes no difference. */
const inOrder = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** What a record says. */
export function marksOf(record: ArticleRecord): Marks {
  const named = new Map(
    record.spans.map(({ id, label, fragments }) => [id, `${label} ${placeOf(fragments)}`]),
  );
  return {
    text: record.text,
    title: record.title,
    spans: sorted(
      record.spans.map(({ annotator, label, fragments, text, attributes }) => ({
        annotator,
        label,
        at: placeOf(fragments),
        quote: text,
        attributes: inOrder(attributes),
      })),
    ),
    relations: sorted(
      record.relations.map(({ annotator, type, from, to, attributes }) => ({
        annotator,
        type,
        from: named.get(from) ?? from,
        to: named.get(to) ?? to,
        attributes: inOrder(attributes),
      })),
    ),
    sets: sorted(
      record.sets.map(({ annotator, note, attributes }) => ({
        annotator,
        note,
        attributes: inOrder(attributes),
      })),
    ),
  };
}

/**
 * What was read.
 *
 * @throws Error if it was rejected
 */
export function marksIn(item: ReadItem | undefined): Marks {
  if (item?.kind !== "article") throw new Error(item?.reason ?? "Nothing was read.");
  const { text, title, annotations } = item.article;
  const spans: Marks["spans"][number][] = [];
  const relations: Marks["relations"][number][] = [];
  for (const set of annotations) {
    const { annotator } = set;
    const named = new Map(
      set.spans.map(({ id, label, fragments }) => [id, `${label} ${placeOf(fragments)}`]),
    );
    for (const { label, fragments, quote, attributes } of set.spans) {
      spans.push({
        annotator,
        label,
        at: placeOf(fragments),
        quote,
        attributes: inOrder(attributes),
      });
    }
    for (const { type, from, to, attributes } of set.relations) {
      relations.push({
        annotator,
        type,
        from: named.get(from) ?? from,
        to: named.get(to) ?? to,
        attributes: inOrder(attributes),
      });
    }
  }
  const sets = annotations.map(({ annotator, about }) => ({
    annotator,
    note: about?.note ?? "",
    attributes: inOrder(about?.attributes ?? {}),
  }));
  return { text, title, spans: sorted(spans), relations: sorted(relations), sets: sorted(sets) };
}
