import type { ArticleRecord } from "@/lib/domain/record";
import type { AttributeRule, Scheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { featureOf, OWN_PACKAGE } from "./cas";
import { conversionOf } from "./units";
import { type LostInWriting, losePartsOf, type RecordPart } from "./writing";

/** DKPro's description of a document, which INCEpTION reads. */
const DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";

/** A type of feature structures: its features with their ranges, as UIMA calls them. */
export type OwnType = {
  readonly name: string;
  readonly supertype: string;
  readonly features: readonly (readonly [string, string])[];
};

/** The types of what is written of a dataset. */
export function ownTypes(scheme: Scheme): readonly OwnType[] {
  const text = "uima.cas.String";
  const said = [
    ["label", text],
    ["annotator", text],
    ["identifier", text],
  ] as const;
  const span = `${OWN_PACKAGE}.Span`;
  return [
    {
      name: DOCUMENT,
      supertype: "uima.tcas.DocumentAnnotation",
      features: [
        ["documentTitle", text],
        ["documentId", text],
        ["documentUri", text],
      ],
    },
    {
      name: span,
      supertype: "uima.tcas.Annotation",
      features: [...said, ["fragments", text], ...featuresOf(scheme.labels)],
    },
    {
      name: `${OWN_PACKAGE}.Relation`,
      supertype: "uima.tcas.Annotation",
      features: [...said, ["Governor", span], ["Dependent", span], ...featuresOf(scheme.relations)],
    },
    {
      name: `${OWN_PACKAGE}.Set`,
      supertype: "uima.cas.TOP",
      features: [
        ["annotator", text],
        ["note", text],
        ...featuresOf([{ attributes: scheme.article }]),
      ],
    },
    {
      name: `${OWN_PACKAGE}.Metadata`,
      supertype: "uima.cas.TOP",
      features: [
        ["key", text],
        ["value", text],
      ],
    },
  ];
}

/** Features of the attributes of some labels; one that is of several kinds is text. */
function featuresOf(
  holders: readonly { readonly attributes: Scheme["article"] }[],
): readonly (readonly [string, string])[] {
  const ranges = new Map<string, string>();
  for (const rule of holders.flatMap(({ attributes }) => attributes)) {
    const name = featureOf(rule.name);
    const range = rangeOf(rule);
    ranges.set(name, (ranges.get(name) ?? range) === range ? range : "uima.cas.String");
  }
  return [...ranges];
}

function rangeOf({ type }: AttributeRule): string {
  if (type === "choices") return "uima.cas.StringArray";
  if (type === "boolean") return "uima.cas.Boolean";
  return type === "number" ? "uima.cas.Double" : "uima.cas.String";
}

/** The id of the text itself, before those of all structures. */
export const SOFA = 1;

/** A feature structure to be written. What is null is missing. */
export type OwnStructure = {
  /** From {@link SOFA} on without gaps. */
  readonly id: number;
  /** One of {@link ownTypes}. */
  readonly type: string;
  /** Whether it is about the text, and not beside it. */
  readonly isOfText: boolean;
  readonly values: Fields;
  /** Ids of other structures. */
  readonly references: Readonly<Record<string, number | null>>;
};

type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** What of a record has no place in a CAS. */
export const casLoses = ["blocks"] as const satisfies readonly RecordPart[];
export const casLosesToo = ["keys of metadata of its own"] as const;

/** A record as feature structures, in UTF-16 units. */
export function ownStructures(record: ArticleRecord, lost: LostInWriting): readonly OwnStructure[] {
  losePartsOf(record, casLoses, lost);
  lost.add("keys of metadata of its own", Object.keys(record.meta).length);
  const { fromCodePoints } = conversionOf(new ArticleText(record.text), "utf16");
  const all: OwnStructure[] = [];
  const put = (
    type: string,
    fields: Fields,
    { attributes = {}, ...more }: Partial<OwnStructure> & { attributes?: Fields } = {},
  ): number => {
    const id = SOFA + all.length + 1;
    const own = Object.entries(attributes).map(([key, value]) => [featureOf(key), value] as const);
    const values = { ...fields, ...Object.fromEntries(own) };
    all.push({ id, type, isOfText: false, references: {}, ...more, values });
    return id;
  };
  const { title, url, language, id, source_id: sourceId } = record;
  const hull = { begin: 0, end: record.text.length };
  const named = { documentTitle: title, documentId: sourceId ?? id, documentUri: url };
  put(DOCUMENT, { ...hull, language, ...named }, { isOfText: true });
  for (const key of ["publisher", "author", "published_at"] as const) {
    if (record[key] !== null) put(`${OWN_PACKAGE}.Metadata`, { key, value: record[key] });
  }
  for (const { annotator, note, attributes } of record.sets) {
    put(`${OWN_PACKAGE}.Set`, { annotator, note: note === "" ? null : note }, { attributes });
  }
  const ids = new Map<string, { readonly number: number; readonly place: Fields }>();
  for (const { label, annotator, id: identifier, fragments, attributes, ...span } of record.spans) {
    const place = { begin: fromCodePoints(span.start), end: fromCodePoints(span.end) };
    const pieces = fragments.map(
      ({ start, end }) => `${fromCodePoints(start)}-${fromCodePoints(end)}`,
    );
    const fields = { label, annotator, identifier };
    const gaps = { fragments: pieces.length > 1 ? pieces.join(" ") : null };
    const own = { attributes, isOfText: true };
    const number = put(`${OWN_PACKAGE}.Span`, { ...place, ...fields, ...gaps }, own);
    ids.set(identifier, { number, place });
  }
  for (const { id: identifier, type: label, annotator, attributes, ...ends } of record.relations) {
    const [from, to] = [ids.get(ends.from), ids.get(ends.to)];
    const references = { Governor: from?.number ?? null, Dependent: to?.number ?? null };
    const fields = { ...to?.place, label, annotator, identifier };
    put(`${OWN_PACKAGE}.Relation`, fields, { attributes, references, isOfText: true });
  }
  return all;
}
