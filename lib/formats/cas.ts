import type { ForeignAnnotator, ForeignArticle, ForeignRelation, ForeignSpan } from "./foreign";
import type { Warnings } from "./warnings";

/** A feature structure of UIMA, however it is written. */
export type CasStructure = {
  readonly id: string;
  /** With its package: `uima.tcas.DocumentAnnotation`. */
  readonly type: string;
  /** Texts, numbers, yes or no, and lists of those. */
  readonly features: ReadonlyMap<string, unknown>;
  /** Ids of other structures. */
  readonly references: ReadonlyMap<string, string>;
  /** Lists of ids of other structures, by feature. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Where it stands, as people find it. */
  readonly place: string;
};

/** Package of what we write ourselves. */
export const OWN_PACKAGE = "gainsay";

/** What stands in front of an attribute that is called as a feature of UIMA's or ours is. */
const ATTRIBUTE = "attribute_";

/** What a span or a relation has beside its attributes, by the name of the feature. */
const reservedFeatures: ReadonlySet<string> = new Set(
  "sofa begin end label value note annotator identifier fragments from to Governor Dependent".split(
    " ",
  ),
);

/** Words that a feature cannot be called by where a program makes code of it, as cassis does in Python. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
   import in is lambda nonlocal not or pass raise return self try type while with yield`.split(
    /\s+/,
  ),
);

/** The feature that an attribute is written as. */
export function featureOf(name: string): string {
  const isTaken = reservedFeatures.has(name) || KEYWORDS.has(name) || name.startsWith(ATTRIBUTE);
  return isTaken ? ATTRIBUTE + name : name;
}

/** Features that name what something is, most telling first; else its type does. */
const LABELS = ["label", "value"] as const;

/** Features that refer to the two ends of a relation. */
export const endsOfRelations = [
  ["from", "to"],
  ["Governor", "Dependent"],
  ["source", "target"],
  ["arg1", "arg2"],
  ["head", "dependent"],
] as const;

/** Types that say how a text is built, or are about the work on it: tagsets are those of the project, at 0-0. */
const STRUCTURE =
  /^(?:de\.tudarmstadt\.ukp\.dkpro\.core\.api\.(?:(?:segmentation|lexmorph|syntax|transform)\.|metadata\.type\.Tag(?:set)?Description$)|de\.tudarmstadt\.ukp\.(?:clarin\.webanno|inception)\.|org\.dkpro\.core\.api\.xml\.|uima\.cas\.)/;

/** What WebAnno and INCEpTION keep of whose work it is, of which document. */
const OF_WORK = /\.CASMetadata$/;

const DOCUMENT = /(?:^uima\.tcas\.DocumentAnnotation|\.DocumentMetaData)$/;

/** Whose work a file of WebAnno or INCEpTION is, of which document of its project. */
export type WorkOn = {
  readonly document: string;
  /** Null where nobody is named. */
  readonly annotator: string | null;
};

/**
 * The article of a CAS: annotations of any type are spans, and those that refer to two others are relations. Offsets count
 * UTF-16 units.
 *
 * @param path of the file: in an export of a project it says whose work on what it is
 */
export function articleOfCas(
  text: string,
  structures: readonly CasStructure[],
  path: string,
  warnings: Warnings,
): ForeignArticle {
  const metadata = new Map<string, unknown>();
  const say = (key: string, value: unknown) => {
    if (typeof value === "string" && value !== "" && !metadata.has(key)) metadata.set(key, value);
  };
  const work = workIn(structures) ?? workAt(path);
  let recordId = work?.document ?? null;
  const owner = work?.annotator ?? null;
  const annotatorOf = (features: CasStructure["features"]) =>
    textIn(features.get("annotator")) ?? owner;
  let structural = 0;
  const annotators: ForeignAnnotator[] = [];
  const ofDocument: CasStructure[] = [];
  const spans: ForeignSpan[] = [];
  const linking: { structure: CasStructure; ends: readonly [string, string] }[] = [];
  const idOf = namesOf(structures);
  const { slots, fillers } = slotsIn(structures);
  for (const structure of structures) {
    const { type, features } = structure;
    if (fillers.has(structure)) continue;
    const ends = endsOf(structure);
    if (DOCUMENT.test(type)) {
      const language = features.get("language");
      if (language !== "x-unspecified") say("language", language);
      say("title", features.get("documentTitle"));
      say("url", addressIn(features.get("documentUri")));
      const id = features.get("documentId");
      if (typeof id === "string" && id !== "") recordId ??= id;
    } else if (type === `${OWN_PACKAGE}.Metadata`) {
      say(String(features.get("key")), features.get("value"));
    } else if (type === `${OWN_PACKAGE}.Set`) {
      const note = textIn(features.get("note"));
      annotators.push({
        annotator: annotatorOf(features),
        note,
        attributes: attributesOf(features),
      });
    } else if (STRUCTURE.test(type)) structural += 1;
    else if (ends) linking.push({ structure, ends });
    else if (features.has("begin") && features.has("end")) {
      spans.push({ ...spanFrom(structure, idOf), annotator: annotatorOf(features) });
    } else if (isOfDocument(structure)) ofDocument.push(structure);
    else {
      const message = `A ${type} is neither a piece of text nor between two, and was left out.`;
      warnings.add("annotations_left_out", message, {
        place: structure.place,
        field: structure.place,
      });
    }
    if (structure.lists.size > 0 && !features.has("begin") && !STRUCTURE.test(type)) {
      const names = [...structure.lists.keys()].map((name) => `"${name}"`).join(", ");
      const message = `What it lists in ${names} is not kept.`;
      warnings.add("detail_left_out", message, { place: structure.place, field: structure.place });
    }
    for (const [name, id] of structure.references) {
      if (ends?.some((end) => end === id) || STRUCTURE.test(type) || name === VIEW) continue;
      const message = `"${name}" refers to something else, which is not kept.`;
      warnings.add("detail_left_out", message, { place: structure.place, field: structure.place });
    }
  }
  if (ofDocument.length > 0 || owner !== null) {
    annotators.push({ annotator: owner, attributes: saidOfDocument(ofDocument) });
  }
  if (structural > 0) {
    const message = `${structural} marks of sentences, tokens and the like are not read.`;
    warnings.add("annotations_left_out", message);
  }
  const relations = linking.map(({ structure, ends: [from, to] }): ForeignRelation => {
    const { id, features, place } = structure;
    const annotator = annotatorOf(features);
    const attributes = attributesOf(features);
    const own = { id: idOf(id), type: labelOf(structure), attributes, annotator, place };
    return { ...own, from: idOf(from), to: idOf(to) };
  });
  for (const { of, id, role, to, attributes, place } of slots) {
    const annotator = annotatorOf(of.features);
    const ends = { from: idOf(of.id), to: idOf(to) };
    relations.push({ id, type: role, ...ends, attributes, annotator, place });
  }
  return { text, unit: "utf16", metadata, recordId, annotators, spans, relations };
}

type Slot = {
  /** The annotation that has the slot. */
  readonly of: CasStructure;
  readonly id: string;
  readonly role: string;
  /** The id of what fills it. */
  readonly to: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly place: string;
};

/**
 * Slots of annotations, each a relation to what fills it: by way of a structure that names a role and its target, as
 * INCEpTION has them, or at once, where the role is that of the feature.
 *
 * @returns also the structures that are nothing but the way
 */
function slotsIn(structures: readonly CasStructure[]) {
  const byId = new Map(structures.map((one) => [one.id, one]));
  const fillers = new Set<CasStructure>();
  const slots: Slot[] = [];
  for (const of of structures) {
    if (!of.features.has("begin") || STRUCTURE.test(of.type)) continue;
    for (const [feature, ids] of of.lists) {
      for (const id of ids) {
        const filler = byId.get(id);
        const way = filler && !filler.features.has("begin") ? filler : null;
        // What is not there is told as a relation to it would be.
        const to = way ? targetOf(way) : id;
        if (to === null) continue;
        if (way) fillers.add(way);
        const role = textIn(way?.features.get("role")) ?? feature;
        const place = filler?.place ?? of.place;
        const { role: _, ...attributes } = way ? attributesOf(way.features) : {};
        slots.push({ of, id: `#${of.id}/${feature}/${id}`, role, to, attributes, place });
      }
    }
  }
  return { slots, fillers };
}

/** What the only reference of a structure leads to. */
function targetOf({ references }: CasStructure): string | null {
  const [only, ...more] = [...references].flatMap(([name, id]) => (name === VIEW ? [] : [id]));
  return only !== undefined && more.length === 0 ? only : null;
}

/** How WebAnno called the places of its documents: by whose work it is where the id is no document's. */
const REPOSITORY = /\/project\/\d+\/document\/\d+\/source\/$/;

/**
 * Whose work it is, as WebAnno and INCEpTION say it: the id of a document is the annotator's name there, so that all that
 * one of them did has the same, and its title is the document's.
 */
function workIn(structures: readonly CasStructure[]): WorkOn | null {
  for (const { type, features } of structures) {
    const [said, of] = OF_WORK.test(type)
      ? [features.get("username"), features.get("sourceDocumentName")]
      : DOCUMENT.test(type) && isOfProject(features)
        ? [features.get("documentId"), features.get("documentTitle")]
        : [];
    const [annotator, document] = [textIn(said), textIn(of)];
    if (annotator !== null && document !== null)
      return { document, annotator: ofSomebody(annotator) };
  }
  return null;
}

function isOfProject(features: CasStructure["features"]): boolean {
  const [id, title, uri, base] = [
    "documentId",
    "documentTitle",
    "documentUri",
    "documentBaseUri",
  ].map((name) => textIn(features.get(name)));
  if (id === title || uri == null || base == null) return false;
  return (REPOSITORY.test(base) && uri === base + id) || uri === `${base}/${title}`;
}

/**
 * Where an export of a project has the work of an annotator, or of whoever put all work together: in a folder that is called
 * as the file is that was annotated, for a folder of any other name may be somebody's own.
 */
const WORK = /(?:^|\/)(?:annotation|curation)\/([^/]+\.[a-z]{2,5})\/([^/]+)\.[a-z]+$/;

function workAt(path: string): WorkOn | null {
  const [, document, annotator] = WORK.exec(path) ?? [];
  return document !== undefined && annotator !== undefined
    ? { document, annotator: ofSomebody(annotator) }
    : null;
}

/** What nobody has worked on has a name, too. */
const ofSomebody = (annotator: string) => (annotator === "INITIAL_CAS" ? null : annotator);

/** Whether it is said of the whole text, as layers of INCEpTION for documents are: it belongs to a view, and has no place. */
function isOfDocument({ features, references, lists }: CasStructure): boolean {
  const isAlone = [...references.keys()].every((name) => name === VIEW) && lists.size === 0;
  return isAlone && references.has(VIEW) && features.size > 0;
}

/** The reference by which a structure belongs to a view. */
const VIEW = "sofa";

/** Attributes of an article: a label is called as its layer is, all else as its feature. */
function saidOfDocument(structures: readonly CasStructure[]): Record<string, unknown> {
  const said = new Map<string, unknown[]>();
  for (const { type, features } of structures) {
    for (const [feature, value] of features) {
      const isLabel = (LABELS as readonly string[]).includes(feature);
      const name = isLabel ? type.slice(type.lastIndexOf(".") + 1) : feature;
      const values = said.get(name) ?? [];
      said.set(name, values);
      if (value !== "") values.push(...(Array.isArray(value) ? value : [value]));
    }
  }
  return Object.fromEntries(
    [...said].flatMap(([name, values]) =>
      values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values]],
    ),
  );
}

function spanFrom(structure: CasStructure, idOf: (id: string) => string): ForeignSpan {
  const { id, features, place } = structure;
  const hull = { start: offsetIn(features.get("begin")), end: offsetIn(features.get("end")) };
  const pieces = textIn(features.get("fragments"));
  const isList = pieces !== null && /^\d+-\d+(?: \d+-\d+)*$/.test(pieces);
  const fragments = isList
    ? pieces.split(" ").map((piece) => {
        const [start = 0, end = 0] = piece.split("-").map(Number);
        return { start, end };
      })
    : [hull];
  return {
    id: idOf(id),
    label: labelOf(structure),
    fragments,
    attributes: attributesOf(features),
    note: textIn(features.get("note")),
    place,
  };
}

/** A place in the text: in XMI all values are texts. What is none becomes NaN, which is no place in any text. */
function offsetIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
}

/** What a structure calls itself, where no two call themselves the same; else its id. */
function namesOf(structures: readonly CasStructure[]): (id: string) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { id, features } of structures) {
    const name = textIn(features.get("identifier"));
    if (name === null || name.length > 200) continue;
    names.set(id, name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (id) => {
    const name = names.get(id);
    return name !== undefined && counts.get(name) === 1 ? name : `#${id}`;
  };
}

function labelOf({ type, features }: CasStructure): string {
  for (const name of LABELS) {
    const label = textIn(features.get(name));
    if (label !== null) return label;
  }
  return type.slice(type.lastIndexOf(".") + 1);
}

function attributesOf(features: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const attributes: [string, unknown][] = [];
  for (const [name, value] of features) {
    if (name.startsWith(ATTRIBUTE)) attributes.push([name.slice(ATTRIBUTE.length), value]);
    else if (!reservedFeatures.has(name)) attributes.push([name, value]);
  }
  return Object.fromEntries(attributes);
}

/** The ends of a relation: by the names that programs have for them, else the two that it refers to. */
function endsOf({ references }: CasStructure): readonly [string, string] | null {
  for (const [from, to] of endsOfRelations) {
    const [one, other] = [references.get(from), references.get(to)];
    if (one !== undefined && other !== undefined) return [one, other];
  }
  const [one, other, ...more] = [...references].flatMap(([name, id]) =>
    name === VIEW ? [] : [id],
  );
  return one !== undefined && other !== undefined && more.length === 0 ? [one, other] : null;
}

function textIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function addressIn(value: unknown): unknown {
  return typeof value === "string" && /^https?:/.test(value) ? value : undefined;
}
