import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import type { AttributeRule, Scheme } from "@/lib/domain/scheme";
import { ArticleText, decodeUtf8 } from "@/lib/domain/text";
import { readAll } from "./bytes";
import { articleOfCas, type CasStructure, endsOfRelations, featureOf, OWN_PACKAGE } from "./cas";
import { wholeFileArticle } from "./foreign";
import { MAX_LINE } from "./jsonl";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { conversionOf } from "./units";
import { Warnings } from "./warnings";
import {
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  type RecordPart,
  stemOf,
  type WrittenFile,
} from "./writing";
import { readXml, unsaidInXml, xmlText } from "./xml";

const XMI = "http://www.omg.org/XMI";
const TYPES = "http://uima.apache.org/resourceSpecifier";
const TYPE_SYSTEM = "TypeSystem.xml";

/** Whether a file begins as XMI of UIMA, or what describes its types. */
export function isXmi(beginning: string): boolean {
  return /^(?:<\?xml\b[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:xmi:XMI|typeSystemDescription)\b/.test(
    beginning,
  );
}

/** Reads the article of a file of UIMA; what describes its types belongs to it. */
export async function* readXmi(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const source = decodeUtf8(await readAll(file.stream, MAX_LINE));
  const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
  if (!/<xmi:XMI\b/.test(source) && /<typeSystemDescription\b/.test(source)) {
    yield { kind: "companion", of: folder };
    return;
  }
  const types = await file.beside?.(folder + TYPE_SYSTEM);
  const warnings = new Warnings(context);
  const { text, structures, elsewhere } = structuresIn(
    source,
    types ? referencesIn(decodeUtf8(types)) : null,
  );
  if (elsewhere > 0) {
    const message = `${elsewhere} annotations are of other views of the text, and were left out.`;
    warnings.add("annotations_left_out", message);
  }
  yield wholeFileArticle(file, articleOfCas(text, structures, warnings), context, warnings);
}

/** The features of each type that refer to other structures, by the description of the types. */
function referencesIn(source: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const supertypes = new Map<string, string>();
  let [type, feature, said] = ["", "", ""];
  let isFeature = false;
  readXml(source, {
    open: ({ local, uri }) => {
      said = "";
      if (uri === TYPES && local === "featureDescription") isFeature = true;
    },
    text: (text) => {
      said += text;
    },
    close: ({ local, uri }) => {
      if (uri !== TYPES) return;
      const value = said.trim();
      said = "";
      if (local === "name" && isFeature) feature = value;
      else if (local === "name") type = value;
      else if (local === "supertypeName") supertypes.set(type, value);
      else if (local === "rangeTypeName" && !value.startsWith("uima.cas.")) {
        found.set(type, (found.get(type) ?? new Set()).add(feature));
      } else if (local === "featureDescription") isFeature = false;
    },
  });
  for (const name of supertypes.keys()) {
    const own = new Set(found.get(name));
    const seen = new Set<string>();
    for (
      let above = supertypes.get(name);
      above && !seen.has(above);
      above = supertypes.get(above)
    ) {
      seen.add(above);
      for (const one of found.get(above) ?? []) own.add(one);
    }
    found.set(name, own);
  }
  return found;
}

/** The text, and what is said of it. */
function structuresIn(
  source: string,
  references: ReadonlyMap<string, ReadonlySet<string>> | null,
): { text: string; structures: CasStructure[]; elsewhere: number } {
  type Loose = { id: string; type: string; features: Map<string, unknown>; sofa: string | null };
  const found: Loose[] = [];
  const sofas = new Map<string, { text: string | null; isFirst: boolean }>();
  let depth = 0;
  let current: Loose | null = null;
  let said = "";
  readXml(source, {
    open: ({ uri, local, attributes }) => {
      depth += 1;
      said = "";
      if (depth !== 2 || uri === XMI) return;
      const type = typeOf(uri, local);
      const features = new Map<string, unknown>();
      let id = "";
      for (const one of Object.values(attributes)) {
        if (one.uri === XMI && one.local === "id") id = one.value;
        else if (one.uri === "") features.set(one.local, one.value);
      }
      if (type === "uima.cas.Sofa") {
        const text = features.get("sofaString");
        const isFirst = features.get("sofaID") === "_InitialView";
        sofas.set(id, { text: typeof text === "string" ? text : null, isFirst });
      } else if (type !== "uima.cas.NULL" && type !== "uima.cas.View") {
        const sofa = features.get("sofa");
        current = { id, type, features, sofa: typeof sofa === "string" ? sofa : null };
        found.push(current);
      }
    },
    text: (text) => {
      said += text;
    },
    close: ({ local }) => {
      // Several values of a feature are elements of its name.
      if (depth === 3 && current) {
        const before = current.features.get(local);
        const list: readonly unknown[] = Array.isArray(before) ? before : [];
        current.features.set(local, [...list, said]);
      }
      if (depth === 2) current = null;
      depth -= 1;
    },
  });
  const texts = [...sofas].flatMap(([id, { text, isFirst }]) =>
    text === null ? [] : [{ id, text, isFirst }],
  );
  const sofa = texts.find(({ isFirst }) => isFirst) ?? texts[0];
  if (!sofa)
    throw new Refusal("unprocessable", "There is no text in it: no Sofa has a sofaString.");
  const own = found.filter((one) => one.sofa === null || one.sofa === sofa.id);
  const annotations = new Set(
    own.flatMap(({ id, features }) => (features.has("begin") ? [id] : [])),
  );
  const structures = own.map(({ id, type, features }): CasStructure => {
    const named = references?.get(type);
    const links = new Map<string, string>();
    const rest = new Map<string, unknown>();
    const pair = endsOfRelations.find((ends) =>
      ends.every((end) => annotations.has(String(features.get(end)))),
    );
    for (const [name, value] of features) {
      if (name === "sofa") continue;
      const isLink = named ? named.has(name) : pair?.some((end) => end === name);
      if (isLink && typeof value === "string") links.set(name, value);
      else rest.set(name, value);
    }
    return { id, type, features: rest, references: links, place: `xmi:id ${id}` };
  });
  return { text: sofa.text, structures, elsewhere: found.length - own.length };
}

/** `http:///org/example.ecore` and `Span` are `org.example.Span`. */
function typeOf(uri: string, local: string): string {
  const [, path = ""] = /^http:\/\/\/(.*)\.ecore$/.exec(uri) ?? [];
  const name = path.replaceAll("/", ".");
  return name === "" || name === "uima.noNamespace" ? local : `${name}.${local}`;
}

const DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";

/** The description of the types that a dataset has. */
export function writeXmiCommon({ scheme }: DatasetAbout): readonly WrittenFile[] {
  const text = "uima.cas.String";
  const feature = ([name, range]: readonly [string, string]) =>
    `<featureDescription><name>${name}</name><rangeTypeName>${range}</rangeTypeName></featureDescription>`;
  const type = (
    name: string,
    supertype: string,
    features: readonly (readonly [string, string])[],
  ) =>
    `<typeDescription><name>${name}</name><supertypeName>${supertype}</supertypeName><features>${features.map(feature).join("")}</features></typeDescription>`;
  const said = [
    ["label", text],
    ["annotator", text],
    ["identifier", text],
  ] as const;
  const span = `${OWN_PACKAGE}.Span`;
  const types = [
    type(DOCUMENT, "uima.tcas.DocumentAnnotation", [
      ...(["documentTitle", "documentId", "documentUri"] as const).map(
        (name) => [name, text] as const,
      ),
    ]),
    type(span, "uima.tcas.Annotation", [
      ...said,
      ["fragments", text],
      ...featuresOf(scheme.labels),
    ]),
    type(`${OWN_PACKAGE}.Relation`, "uima.tcas.Annotation", [
      ...said,
      ["Governor", span],
      ["Dependent", span],
      ...featuresOf(scheme.relations),
    ]),
    type(`${OWN_PACKAGE}.Set`, "uima.cas.TOP", [
      ["annotator", text],
      ["note", text],
      ...featuresOf([{ attributes: scheme.article }]),
    ]),
    type(`${OWN_PACKAGE}.Metadata`, "uima.cas.TOP", [
      ["key", text],
      ["value", text],
    ]),
  ];
  const written = `<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="${TYPES}"><types>\n${types.join("\n")}\n</types></typeSystemDescription>\n`;
  return [{ path: TYPE_SYSTEM, text: written }];
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

/** What of a record has no place in it. */
export const xmiLoses = ["blocks"] as const satisfies readonly RecordPart[];

/** A record as XMI, in UTF-16 units. */
export function writeXmi(record: ArticleRecord, lost: LostInWriting): readonly WrittenFile[] {
  losePartsOf(record, xmiLoses, lost);
  lost.add("keys of metadata of its own", Object.keys(record.meta).length);
  lost.add("characters that XML does not have", unsaidInXml(record.text));
  const { fromCodePoints } = conversionOf(new ArticleText(record.text), "utf16");
  const end = record.text.length;
  const elements: string[] = [];
  const inView: number[] = [];
  const SOFA = 1;
  let last = SOFA;
  const put = (name: string, fields: Fields, attributes: Fields = {}) => {
    last += 1;
    const lists: string[] = [];
    const plain = [`xmi:id="${last}"`];
    const own = Object.entries(attributes).map(([key, value]) => [featureOf(key), value] as const);
    for (const [key, value] of [...Object.entries(fields), ...own]) {
      if (value === null) continue;
      if (typeof value !== "object") plain.push(`${key}="${xmlText(String(value))}"`);
      else for (const one of value) lists.push(`<${key}>${xmlText(one)}</${key}>`);
    }
    const inside = lists.length > 0 ? `>${lists.join("")}</${name}>` : "/>";
    elements.push(`<${name} ${plain.join(" ")}${inside}`);
    inView.push(last);
    return last;
  };
  const { title, url, language, id, source_id: sourceId } = record;
  put("type:DocumentMetaData", {
    sofa: SOFA,
    begin: 0,
    end,
    language,
    documentTitle: title,
    documentId: sourceId ?? id,
    documentUri: url,
  });
  for (const key of ["publisher", "author", "published_at"] as const) {
    if (record[key] !== null) put("gainsay:Metadata", { key, value: record[key] });
  }
  for (const { annotator, note, attributes } of record.sets) {
    put("gainsay:Set", { annotator, note: note === "" ? null : note }, attributes);
  }
  const ids = new Map<string, { readonly number: number; readonly place: Fields }>();
  for (const span of record.spans) {
    const pieces = span.fragments.map(
      ({ start, end }) => `${fromCodePoints(start)}-${fromCodePoints(end)}`,
    );
    const place = { begin: fromCodePoints(span.start), end: fromCodePoints(span.end) };
    const { label, annotator, id: identifier } = span;
    const fragments = pieces.length > 1 ? pieces.join(" ") : null;
    const fields = { sofa: SOFA, ...place, label, annotator, identifier, fragments };
    ids.set(identifier, { number: put("gainsay:Span", fields, span.attributes), place });
  }
  for (const { id: identifier, type: label, annotator, ...relation } of record.relations) {
    const [from, to] = [ids.get(relation.from), ids.get(relation.to)];
    const fields = { sofa: SOFA, ...to?.place, label, annotator, identifier };
    const ends = { Governor: from?.number ?? null, Dependent: to?.number ?? null };
    put("gainsay:Relation", { ...fields, ...ends }, relation.attributes);
  }
  const written = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<xmi:XMI xmlns:xmi="${XMI}" xmlns:cas="http:///uima/cas.ecore" xmlns:type="http:///${DOCUMENT.split(".").slice(0, -1).join("/")}.ecore" xmlns:gainsay="http:///${OWN_PACKAGE}.ecore" xmi:version="2.0">`,
    '<cas:NULL xmi:id="0"/>',
    ...elements,
    `<cas:Sofa xmi:id="${SOFA}" sofaNum="1" sofaID="_InitialView" mimeType="text/plain" sofaString="${xmlText(record.text)}"/>`,
    `<cas:View sofa="${SOFA}" members="${inView.join(" ")}"/>`,
    "</xmi:XMI>",
    "",
  ];
  return [{ path: `${stemOf(record)}.xmi`, text: written.join("\n") }];
}

type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
