import { OFFSETS_SCHEMA, titleAt } from "@/lib/domain/offsets-record";
import type { ArticleRecord } from "@/lib/domain/record";
import { type AttributeHolder, type Scheme, valuesInWords } from "@/lib/domain/scheme";
import type { Attributes } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import type { Column, ColumnType, Row } from "./columns";
import { ParquetRows } from "./parquet";
import type { DatasetAbout, RecordBytes } from "./writing";

/**
 * The columns of a table with an article version a row: what a record has, in its order. Attributes have a column for
 * each that the scheme knows; what stands under other names, or is of another kind than the scheme has it now, is kept
 * beside it as JSON. Where texts are not to go out, what repeats the text of the article is left out.
 */
export function articleColumns({ scheme, texts }: DatasetAbout): Column[] {
  const columns = columnsWithText(scheme);
  return texts === false ? columns.flatMap(withoutText) : columns;
}

function columnsWithText(scheme: Scheme): Column[] {
  const text = column("text");
  const integer = column("integer");
  const time = column("time");
  const list = (name: string, about: string, fields: readonly Column[]): Column => ({
    name,
    about,
    type: { list: { fields } },
  });
  const annotator = text("annotator", "The pseudonym of whoever did it.");
  return [
    text("schema", "The version of the record's form."),
    text("id", "Of the article: its versions have it in common."),
    integer("version", "Which of the article's versions this is, from 1."),
    text("source_id", "What the source calls the article."),
    text("title", "The title of the article."),
    text("publisher", "Who published it."),
    text("author", "Who wrote it."),
    text("url", "Where it stands."),
    time("published_at", "When it was published."),
    text("language", "In which language it is, as a BCP 47 tag."),
    text("text", "The whole text."),
    text("text_sha256", "SHA-256 of the text's UTF-8 bytes."),
    text("offset_unit", "What offsets count: Unicode code points of the text."),
    list("blocks", "Title, headings, paragraphs, items of lists and quotes.", [
      text("kind", "What the block is."),
      integer("start", "Its first code point."),
      integer("end", "The first code point after it."),
      integer("level", "Of a heading, from 1 to 6."),
    ]),
    text("layer", "Whose annotations these are: gold, the reviewers', or all."),
    list("sets", "All annotation sets that are in, also those without a span.", [
      annotator,
      text("kind", "Whether it is gold, a reviewer's, a model's or imported."),
      integer("scheme_version", "The version of the scheme it was made with."),
      integer("guideline_version", "The version of the guidelines it was made by."),
      integer("revision", "How many changes were made in it."),
      time("submitted_at", "When it was submitted."),
      time("updated_at", "When it was last changed."),
      text("note", "What the annotator wrote about the article."),
      ...attributeFields(scheme, "sets"),
    ]),
    list("spans", "What is marked in the text, by start.", [
      text("id", "Of the span."),
      text("label", "The label of the scheme."),
      integer("start", "The first code point of its first fragment."),
      integer("end", "The first code point after its last fragment."),
      list("fragments", "Its pieces: most have one.", [
        integer("start", "The first code point of the piece."),
        integer("end", "The first code point after the piece."),
      ]),
      text("text", "The text of the fragments, joined by one space."),
      ...attributeFields(scheme, "spans"),
      annotator,
    ]),
    list("relations", "Links between spans, by type.", [
      text("id", "Of the relation."),
      text("type", "The relation type of the scheme."),
      text("from", "The id of the span that it leads from."),
      text("to", "The id of the span that it leads to."),
      ...attributeFields(scheme, "relations"),
      annotator,
    ]),
    text("split", "train, dev or test, where the dataset is divided."),
    { name: "meta", about: "All other metadata, as JSON.", type: "json" },
  ];
}

/** Rows by {@link articleColumns} of the same scheme. */
export function articleRows(scheme: Scheme): (record: ArticleRecord) => Row {
  const ofSets = attributeSplitter(scheme, "sets");
  const ofSpans = attributeSplitter(scheme, "spans");
  const ofRelations = attributeSplitter(scheme, "relations");
  return (record) => ({
    ...record,
    sets: record.sets.map((set) => ({ ...set, ...ofSets(set.attributes) })),
    spans: record.spans.map((span) => ({ ...span, ...ofSpans(span.attributes) })),
    relations: record.relations.map((one) => ({ ...one, ...ofRelations(one.attributes) })),
  });
}

/** A Parquet file with an article version a row. */
export function parquetOfArticles(about: DatasetAbout): RecordBytes {
  const { scheme, texts } = about;
  const rows = new ParquetRows(articleColumns(about));
  const rowOf = articleRows(scheme);
  const withoutIts = ({ title, text, blocks }: ArticleRecord) => ({
    schema: OFFSETS_SCHEMA,
    title: titleAt(title, new ArticleText(text), blocks) ? null : title,
  });
  return {
    add: (record) => rows.add({ ...rowOf(record), ...(texts === false && withoutIts(record)) }),
    end: () => rows.end(),
  };
}

/** A column without what repeats the text of the article. */
function withoutText(column: Column): Column[] {
  if (column.name === "text") return [];
  const { type } = column;
  if (column.name !== "spans" || typeof type === "string" || !("list" in type)) return [column];
  const { list } = type;
  if (typeof list === "string" || !("fields" in list)) return [column];
  const fields = list.fields.flatMap(withoutText);
  return [{ ...column, type: { list: { fields } } }];
}

/** What has attributes in a record. */
export type AttributePlace = "sets" | "spans" | "relations";

/**
 * A column for each attribute that the scheme has in a place, each once, in the order in which the scheme first has
 * them. One that several labels have as values of different kinds is JSON.
 */
export function attributeColumns(scheme: Scheme, place: AttributePlace): Column[] {
  const holders = holdersOf(scheme, place);
  const rules = holders.flatMap(({ name: of, attributes }) =>
    attributes.map((rule) => ({ of, rule, type: columnTypeOf(rule.type) })),
  );
  return [...new Set(rules.map(({ rule }) => rule.name))].map((name) => {
    const same = rules.filter(({ rule }) => rule.name === name);
    const [first] = same;
    const types = new Set(same.map(({ type }) => JSON.stringify(type)));
    const about = same.map(({ of, rule }) => `Of ${of}: ${valuesInWords(rule)}`).join(". ");
    return { name, about: `${about}.`, type: first && types.size === 1 ? first.type : "json" };
  });
}

function holdersOf(scheme: Scheme, place: AttributePlace): readonly AttributeHolder[] {
  if (place === "spans") return scheme.labels;
  if (place === "relations") return scheme.relations;
  return [{ name: "the article", attributes: scheme.article }];
}

function columnTypeOf(kind: AttributeHolder["attributes"][number]["type"]): ColumnType {
  switch (kind) {
    case "choice":
    case "text":
      return "text";
    case "choices":
      return { list: "text" };
    case "boolean":
      return "boolean";
    case "number":
      return "number";
  }
}

const OTHER = "other_attributes";

/** Parquet has no struct without fields: where the scheme knows no attributes, there is only what else there is. */
function attributeFields(scheme: Scheme, place: AttributePlace): Column[] {
  const fields = attributeColumns(scheme, place);
  const other: Column = {
    name: OTHER,
    about:
      "Attributes that the scheme does not have now, or has as another kind of value, as a JSON object.",
    type: "json",
  };
  if (fields.length === 0) return [other];
  return [{ name: "attributes", about: "By the scheme.", type: { fields } }, other];
}

/**
 * Divides attributes into those that have a column and those that have none, where there are any. The order of keys is
 * that of the scheme and, of the others, that of the record.
 */
export function attributeSplitter(
  scheme: Scheme,
  place: AttributePlace,
): (attributes: Attributes) => { readonly attributes: Row; readonly other_attributes: Row | null } {
  const columns = new Map(attributeColumns(scheme, place).map(({ name, type }) => [name, type]));
  const empty: Row = Object.fromEntries([...columns.keys()].map((name) => [name, null]));
  return (given) => {
    let attributes: Record<string, unknown> | null = null;
    let other: Record<string, unknown> | null = null;
    for (const name of Object.keys(given)) {
      const value = given[name];
      const type = columns.get(name);
      if (type !== undefined && isOf(type, value)) {
        attributes ??= { ...empty };
        attributes[name] = value;
      } else {
        other ??= Object.create(null) as Record<string, unknown>; // without "__proto__"
        other[name] = value;
      }
    }
    return { attributes: attributes ?? empty, other_attributes: other };
  };
}

function isOf(type: ColumnType, value: unknown): boolean {
  if (type === "json") return true;
  if (type === "text") return typeof value === "string";
  if (type === "boolean" || type === "number") return typeof value === type;
  return Array.isArray(value);
}

const column =
  (type: ColumnType) =>
  (name: string, about: string): Column => ({ name, about, type });
