import { z } from "zod";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import type { AttributeRule } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { readDate } from "./dates";
import {
  type ForeignAnnotator,
  type ForeignArticle,
  type ForeignRelation,
  type ForeignSpan,
  isObject,
  type JsonDialect,
  type JsonObject,
  listIn,
  tellOfOtherKeys,
} from "./foreign";
import { type MarkedText, markedText } from "./label-studio-texts";
import type { OffsetUnit } from "./units";
import type { Warnings } from "./warnings";
import {
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  metadataOf,
  type RecordPart,
  setsIn,
  type WrittenSet,
} from "./writing";

const Id = z.union([z.string().min(1), z.int()]);

/** Somebody's marks, or a model's. */
const Annotation = z.looseObject({
  id: z.unknown().optional(),
  result: z.array(z.unknown()).nullish(),
  completed_by: z.unknown().optional(),
  model_version: z.unknown().optional(),
  was_cancelled: z.unknown().optional(),
  /** What was_cancelled was called at first. */
  skipped: z.unknown().optional(),
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
  score: z.unknown().optional(),
});
type Annotation = z.infer<typeof Annotation>;

const Row = z.looseObject({
  id: Id.optional(),
  type: z.string(),
  from_name: z.string().optional(),
  to_name: z.string().optional(),
  value: z.record(z.string(), z.unknown()).optional(),
  meta: z.unknown().optional(),
  score: z.number().nullish(),
  parentID: Id.nullish(),
});
type Row = z.infer<typeof Row>;

const RelationRow = z.looseObject({
  type: z.literal("relation"),
  from_id: Id,
  to_id: Id,
  direction: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
});

/** Rows of these kinds say something of a region, or of the task as a whole. */
const ATTRIBUTE_ROWS: ReadonlySet<string> = new Set(
  "choices textarea rating number taxonomy datetime pairwise ranker".split(" "),
);

/** What a task says of Label Studio's own work. */
const OF_ITS_WORK: ReadonlySet<string> = new Set(
  (
    "id data annotations predictions completions drafts meta created_at updated_at inner_id project updated_by " +
    "total_annotations cancelled_annotations total_predictions comment_count unresolved_comment_count " +
    "last_comment_updated_at comment_authors file_upload allow_skip is_labeled overlap annotations_results " +
    "annotations_ids predictions_results predictions_model_versions predictions_score agreement storage_filename " +
    "completed_at avg_lead_time ground_truth"
  ).split(" "),
);

/** What is read of an annotation, and what it says of Label Studio's own work. */
const OF_ANNOTATIONS: ReadonlySet<string> = new Set(
  (
    "id result completed_by model_version was_cancelled skipped created_at updated_at score ground_truth draft_created_at " +
    "lead_time prediction result_count unique_id import_id last_action bulk_created task project updated_by " +
    "parent_prediction parent_annotation last_created_by created_ago created_username model model_run mislabeling " +
    "cluster neighbors state"
  ).split(" "),
);

/** The same of a region or a relation. */
const OF_ROWS: ReadonlySet<string> = new Set(
  (
    "id type from_name to_name source value meta score parentID origin hidden locked readonly selected image_rotation " +
    "original_width original_height item_index from_id to_id direction labels"
  ).split(" "),
);

/** What the value of a region has beside its labels. */
const OF_VALUES: ReadonlySet<string> = new Set(
  "start end text startOffset endOffset globalOffsets".split(" "),
);

const NOTE_IN_META: ReadonlySet<string> = new Set(["text"]);

/** What a row of the short form says of the annotation that it is of. */
const OF_THE_ANNOTATION: ReadonlySet<string> = new Set(
  "annotation_id annotator created_at updated_at lead_time agreement prediction_id".split(" "),
);

/** With what was made of it, or as tasks come in, with nothing but their data. */
const isTask = (record: JsonObject) =>
  isObject(record.data) &&
  typeof record.text !== "string" &&
  ([record.annotations, record.predictions, record.completions].some(Array.isArray) ||
    Object.keys(record).every((key) => OF_ITS_WORK.has(key)));

/** Whether a record or the row of a table is of the short form, one annotation each: JSON_MIN, CSV, TSV. */
export const isShortForm = (record: JsonObject) =>
  "annotation_id" in record && "annotator" in record && "lead_time" in record;

/** The same before version 1.0, which said nothing of the annotation: known by regions with lists of labels. */
const isOldShortForm = (record: JsonObject) =>
  typeof record.text === "string" &&
  record.spans === undefined &&
  Object.values(record).some((value) => {
    const regions = listIn(value);
    return regions.length > 0 && regions.every((one) => isObject(one) && isLabelledRegion(one));
  });

const isLabelledRegion = (value: JsonObject) =>
  Number.isInteger(value.start) &&
  Number.isInteger(value.end) &&
  typeof value.text === "string" &&
  Array.isArray(value.labels) &&
  value.labels.every((label) => typeof label === "string");

/** Tasks of Label Studio with their annotations and predictions, and its short form of one annotation each. */
export const labelStudio: JsonDialect = {
  recognises: (record) => isTask(record) || isShortForm(record) || isOldShortForm(record),
  reading: (_file, { offsets }) => ({
    read: (record, warnings) =>
      isTask(record)
        ? taskArticle(record, offsets, warnings)
        : shortArticle([record], offsets, warnings),
  }),
};

function taskArticle(
  task: JsonObject,
  unit: OffsetUnit | undefined,
  warnings: Warnings,
): ForeignArticle {
  const data = isObject(task.data) ? task.data : {};
  const given = [...listIn(task.annotations), ...listIn(task.completions)];
  const works = given.map((value, index) => workOf(value, `annotations[${index}]`, warnings));
  const models = listIn(task.predictions).map((value, index) =>
    workOf(value, `predictions[${index}]`, warnings),
  );
  const drafts = listIn(task.drafts).length;
  if (drafts > 0) {
    const message = `Its ${drafts} drafts, which were not submitted, were left out.`;
    warnings.add("annotations_left_out", message, { field: "drafts" });
  }
  const rows = [...works, ...models].flatMap((work) => work?.rows ?? []);
  const marked = markedText(data, rows, unit);
  tellOfOffsets(marked, warnings);
  const said = new Gathered(marked, warnings);
  const names = listIn(data.annotators);
  const areNamed = names.length === given.length && names.every((name) => typeof name === "string");
  for (const [index, work] of works.entries()) {
    if (!work) continue;
    if (work.annotation.was_cancelled === true || work.annotation.skipped === true) {
      const message = `An annotation that was skipped was left out, with its ${work.rows.length} rows.`;
      warnings.add("annotations_left_out", message, { field: work.place });
      continue;
    }
    said.add(work, areNamed ? String(names[index]) : personIn(work.annotation.completed_by));
  }
  for (const work of models) {
    if (!work) continue;
    const { model_version: version, score } = work.annotation;
    if (typeof score === "number") {
      const message = "The score of a prediction has no place here.";
      warnings.add("detail_left_out", message, { place: work.place, field: `${work.place}.score` });
    }
    said.add(work, typeof version === "string" && !isBlank(version) ? version : "prediction");
  }
  const isOurKey = (key: string) => key === "id" || (areNamed && key === "annotators");
  const metadata = metadataBeside(marked, data, isOurKey);
  const more = [...Object.entries(isObject(task.meta) ? task.meta : {})];
  for (const [key, value] of Object.entries(task)) {
    if (!OF_ITS_WORK.has(key)) more.push([key, value]);
  }
  for (const [key, value] of more) if (!metadata.has(key)) metadata.set(key, value);
  const id = [data.id, task.id].find(
    (value) => typeof value === "string" || Number.isInteger(value),
  );
  return {
    text: marked.text,
    unit: "code_point",
    metadata,
    recordId: id === undefined ? null : String(id),
    ...(marked.blocks && { blocks: marked.blocks }),
    ...said.all(),
  };
}

function tellOfOffsets({ inDoubt }: MarkedText, warnings: Warnings): void {
  if (inDoubt !== undefined) warnings.add("offsets_in_doubt", inDoubt, { field: "result" });
}

/**
 * What stands in rows of the short form, each an annotation of the same task: regions under the names of controls,
 * with the text in each.
 *
 * @param records at least one
 * @param unit what somebody said that offsets count
 */
export function shortArticle(
  records: readonly JsonObject[],
  unit: OffsetUnit | undefined,
  warnings: Warnings,
): ForeignArticle {
  const [first = {}] = records;
  const works = records.map((record) => ({ record, ...controlsIn(record) }));
  const others = ofTheTask(works);
  const marked = markedText(
    others,
    works.flatMap(({ rows }) => rows),
    unit,
  );
  tellOfOffsets(marked, warnings);
  const said = new Gathered(marked, warnings);
  for (const [index, { record, rows }] of works.entries()) {
    const annotation: Annotation = {
      completed_by: record.annotator,
      created_at: record.created_at,
      updated_at: record.updated_at,
    };
    const work = { annotation, rows, links: [], place: `annotation ${index + 1}` };
    said.add(work, personIn(record.annotator));
  }
  const metadata = metadataBeside(marked, others, () => false);
  const { id } = first;
  return {
    text: marked.text,
    unit: "code_point",
    metadata,
    recordId: typeof id === "string" || Number.isInteger(id) ? String(id) : null,
    ...(marked.blocks && { blocks: marked.blocks }),
    ...said.all(),
  };
}

/**
 * What rows of a task say of the task. Data are the same in each, so that what differs, or has the form of a choice, is what
 * each annotator said: it goes to their rows.
 */
function ofTheTask(
  works: readonly { readonly rows: Row[]; readonly others: Map<string, unknown> }[],
): JsonObject {
  const data = new Map<string, unknown>();
  for (const name of new Set(works.flatMap(({ others }) => [...others.keys()]))) {
    const values = works.map(({ others }) => others.get(name));
    const said = values.map((value) => (value === undefined ? undefined : JSON.stringify(value)));
    const isOfTask = said.every((one) => one === said[0]) && !values.some(isChoice);
    if (isOfTask) data.set(name, values[0]);
    else {
      for (const [index, { rows }] of works.entries()) {
        const value = values[index];
        if (value == null || value === "") continue;
        const choices = isChoice(value) ? value.choices : value;
        rows.push({ type: "choices", from_name: name, value: { choices } });
      }
    }
  }
  return Object.fromEntries(data);
}

/** How several choices are written; a single one is its word alone. */
const isChoice = (value: unknown): value is JsonObject =>
  isObject(value) && Array.isArray(value.choices) && Object.keys(value).length === 1;

/** The regions of a row, and what else it holds: data of the task, and choices whose region is not told. */
function controlsIn(record: JsonObject): { rows: Row[]; others: Map<string, unknown> } {
  const rows: Row[] = [];
  const others = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    if (OF_THE_ANNOTATION.has(name) || name === "id") continue;
    const regions = listIn(value)
      .filter(isObject)
      .filter((one) => ("start" in one && !("author" in one)) || "labels" in one);
    if (regions.length === 0) others.set(name, value);
    for (const region of regions) {
      const type = Object.keys(region).find((key) => /labels$/.test(key)) ?? "labels";
      rows.push({ id: `${name}-${rows.length}`, type, from_name: name, value: region });
    }
  }
  return { rows, others };
}

type Work = {
  readonly annotation: Annotation;
  readonly rows: readonly Row[];
  readonly links: readonly z.infer<typeof RelationRow>[];
  readonly place: string;
};

/** One annotation; null, with a warning, if it is none. */
function workOf(value: unknown, place: string, warnings: Warnings): Work | null {
  const annotation = Annotation.safeParse(value);
  if (!annotation.success) {
    const message = "It is not of the form of an annotation, and was left out.";
    warnings.add("annotations_left_out", message, { place, field: place });
    return null;
  }
  tellOfOtherKeys(annotation.data, OF_ANNOTATIONS, place, warnings);
  const rows: Row[] = [];
  const links: z.infer<typeof RelationRow>[] = [];
  for (const [index, found] of (annotation.data.result ?? []).entries()) {
    const where = `${place}.result[${index}]`;
    const link = RelationRow.safeParse(found);
    const row = Row.safeParse(found);
    if (link.success) links.push(link.data);
    else if (row.success && row.data.type !== "relation") rows.push(row.data);
    if (isObject(found) && (link.success || row.success)) {
      tellOfOtherKeys(found, OF_ROWS, where, warnings);
      if (isObject(found.meta)) {
        tellOfOtherKeys(found.meta, NOTE_IN_META, `${where}.meta`, warnings);
      }
    } else {
      const message = "It is not of the form of a result, and was left out.";
      warnings.add("annotations_left_out", message, { place: where, field: where });
    }
  }
  return { annotation: annotation.data, rows, links, place };
}

/** Who did it, as the file calls them. */
function personIn(value: unknown): string {
  if (typeof value === "string" && !isBlank(value)) return value;
  if (typeof value === "number") return String(value);
  if (!isObject(value)) return "somebody";
  const { email, username, first_name: first, last_name: last, id } = value;
  const whole = [first, last].filter((name) => typeof name === "string" && name !== "").join(" ");
  const named = [email, username, whole].find((name) => typeof name === "string" && name !== "");
  return typeof named === "string" ? named : String(id ?? "somebody");
}

/** Gathers what the annotations of one task say. */
class Gathered {
  readonly #marked: MarkedText;
  readonly #warnings: Warnings;
  /** Whether line ends in what regions cover may be written as `\\n`: some versions do so. */
  readonly #isEscaped: boolean;
  readonly #annotators: ForeignAnnotator[] = [];
  readonly #spans: ForeignSpan[] = [];
  readonly #relations: ForeignRelation[] = [];
  readonly #names = new Set<string>();

  constructor(marked: MarkedText, warnings: Warnings) {
    this.#marked = marked;
    this.#warnings = warnings;
    this.#isEscaped = !marked.text.includes("\\n");
  }

  add({ annotation, rows, links, place }: Work, person: string): void {
    const annotator = this.#nameOf(person);
    const attributes = new Map<string, unknown>();
    const regions = new Map<string, Region>();
    const loose: Row[] = [];
    for (const row of rows) {
      if (ATTRIBUTE_ROWS.has(row.type)) loose.push(row);
      else this.#take(row, { regions, place });
    }
    for (const row of loose) {
      const name = attributeOf(row.from_name ?? row.type);
      const region = row.id === undefined ? undefined : regions.get(String(row.id));
      if (region) put(region.attributes, name, valueIn(row));
      else if (row.value && "start" in row.value) {
        this.#leaveOut(row, place, "It says something of a region that has no label.");
      } else put(attributes, name, valueIn(row));
    }
    for (const region of regions.values()) this.#spans.push(...spansOf(region, annotator));
    for (const [index, link] of links.entries()) {
      this.#relations.push(...relationsOf(link, annotator, `${place}, relation ${index + 1}`));
    }
    const note = attributes.get("note");
    if (typeof note === "string") attributes.delete("note");
    const { created_at: created, updated_at: updated } = annotation;
    this.#annotators.push({
      annotator,
      note: typeof note === "string" ? note : null,
      attributes: Object.fromEntries(attributes),
      submittedAt: momentIn(created),
      updatedAt: momentIn(updated) ?? momentIn(created),
    });
  }

  all() {
    return { annotators: this.#annotators, spans: this.#spans, relations: this.#relations };
  }

  /** A name of its own for each annotation: one person may have made several. */
  #nameOf(person: string): string {
    let name = person.slice(0, 190);
    for (let count = 2; this.#names.has(name); count += 1)
      name = `${person.slice(0, 190)} ${count}`;
    this.#names.add(name);
    return name;
  }

  #take(row: Row, { regions, place }: { regions: Map<string, Region>; place: string }): void {
    const { text } = row.value ?? {};
    const labels = listIn(row.value?.[row.type]).filter((label) => typeof label === "string");
    const words =
      typeof text !== "string" ? null : this.#isEscaped ? text.replaceAll("\\n", "\n") : text;
    const found = this.#marked.find(row.value ?? {}, words);
    if (found === null) {
      this.#leaveOut(
        row,
        place,
        `A region of the kind "${row.type.slice(0, 80)}" is no range of a text.`,
      );
      return;
    }
    if (labels.length === 0) {
      this.#leaveOut(row, place, "The region has no label.");
      return;
    }
    if (typeof found === "string") {
      this.#leaveOut(row, place, found);
      return;
    }
    const known = new Set([...OF_VALUES, row.type]);
    tellOfOtherKeys(row.value ?? {}, known, `${place}, region ${row.id ?? ""}`, this.#warnings);
    const fragment = { ...found };
    const quote = this.#marked.isQuoted ? words : null;
    const named = row.id === undefined ? `${row.from_name ?? ""}#${regions.size}` : String(row.id);
    const whole = row.parentID == null ? undefined : regions.get(String(row.parentID));
    if (whole && named.startsWith(`${whole.id}/`)) {
      whole.fragments.push(fragment);
      whole.quote = whole.quote === null || quote === null ? null : `${whole.quote} ${quote}`;
      return;
    }
    const before = regions.get(named);
    const isSame = before?.fragments.some(
      (one) => one.start === fragment.start && one.end === fragment.end,
    );
    if (before && isSame) {
      before.labels.push(...labels.filter((label) => !before.labels.includes(label)));
      return;
    }
    // What is said of an id is said of the first that has it.
    const id = before ? `${named}#${regions.size}` : named;
    if (before) {
      this.#tell(
        row,
        place,
        "Another region before it has its id: what else is said of that id is said of that region.",
      );
    }
    if (row.parentID != null) {
      this.#tell(row, place, "That it is a part of another region has no place here.");
    }
    const region: Region = {
      id,
      labels,
      fragments: [fragment],
      quote,
      attributes: new Map(),
      place: `${place}, region ${id.slice(0, 80)}`,
    };
    regions.set(id, region);
    if (row.score != null) put(region.attributes, "score", row.score);
    const note = isObject(row.meta) ? row.meta.text : undefined;
    const notes = (Array.isArray(note) ? note : [note]).filter((one) => typeof one === "string");
    if (notes.length > 0) put(region.attributes, "note", notes.join("\n"));
  }

  #tell(row: Row, place: string, message: string): void {
    const where = `${place}, region ${String(row.id ?? row.from_name ?? row.type).slice(0, 80)}`;
    this.#warnings.add("detail_left_out", message, { place: where, field: where });
  }

  #leaveOut(row: Row, place: string, message: string): void {
    const where = `${place}, ${row.from_name ?? row.type}`;
    this.#warnings.add("span_left_out", message, { place: where, field: place });
  }
}

type Region = {
  readonly id: string;
  readonly labels: string[];
  readonly fragments: { start: number; end: number }[];
  quote: string | null;
  readonly attributes: Map<string, unknown>;
  readonly place: string;
};

/** What is said twice under one name is said as two lines. */
function put(attributes: Map<string, unknown>, name: string, value: unknown): void {
  const before = attributes.get(name);
  const both = typeof before === "string" && typeof value === "string" && before !== value;
  attributes.set(name, both ? `${before}\n${value}` : value);
}

/** A span for each label; relations are of the first. */
function spansOf({ id, labels, fragments, quote, attributes, place }: Region, annotator: string) {
  const note = attributes.get("note");
  const isNote = typeof note === "string";
  const others = [...attributes].filter(([name]) => name !== "note" || !isNote);
  return labels.map(
    (label, index): ForeignSpan => ({
      id: index === 0 ? id : `${id}/${label}`,
      label,
      fragments,
      quote,
      attributes: Object.fromEntries(others),
      note: isNote ? note : null,
      annotator,
      place,
    }),
  );
}

function relationsOf(
  { from_id: one, to_id: other, direction, labels }: z.infer<typeof RelationRow>,
  annotator: string,
  place: string,
): ForeignRelation[] {
  const [from, to] = direction === "left" ? [other, one] : [one, other];
  const types = labels && labels.length > 0 ? labels : ["relation"];
  return types.map((type) => ({ type, from, to, annotator, place }));
}

/** What a row says of its region: lists of one are that one. */
function valueIn({ type, value = {} }: Row): unknown {
  const said = value[type] ?? value.text ?? value.selected;
  if (type === "taxonomy") {
    return listIn(said).map((path) => (Array.isArray(path) ? path.join(" / ") : String(path)));
  }
  if (type === "textarea" && Array.isArray(said)) return said.join("\n");
  return said;
}

/** Before version 1.0 it was a number of seconds. */
function momentIn(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? readDate(value) : null;
}

/** What a task has beside its text. */
function metadataBeside(
  { key: textKey, rest }: MarkedText,
  data: JsonObject,
  isLeftOut: (key: string) => boolean,
): Map<string, unknown> {
  return new Map(
    Object.entries(data).flatMap(([key, value]) => {
      if (isLeftOut(key)) return [];
      if (key !== textKey) return [[key, value]];
      return rest === undefined ? [] : [[key, rest]];
    }),
  );
}

/** Names that controls of a labelling form have, each once: an attribute is not called so. */
const CONTROLS: ReadonlySet<string> = new Set(["label", "text", "note"]);
const ATTRIBUTE = "attribute_";

function controlOf(attribute: string): string {
  const isTaken = CONTROLS.has(attribute) || attribute.startsWith(ATTRIBUTE);
  return isTaken ? ATTRIBUTE + attribute : attribute;
}

function attributeOf(control: string): string {
  const rest = control.startsWith(ATTRIBUTE) ? control.slice(ATTRIBUTE.length) : "";
  return rest !== "" && controlOf(rest) === control ? rest : control;
}

/** What of a record has no place in it. */
export const labelStudioLoses = [
  "blocks",
  "relation_attributes",
] as const satisfies readonly RecordPart[];

/** One task of a list, as Label Studio takes it in and gives it out. */
export function writeLabelStudio(
  record: ArticleRecord,
  lost: LostInWriting,
  about: DatasetAbout,
): string {
  losePartsOf(record, labelStudioLoses, lost);
  const sets = setsIn(record, lost);
  // An annotation may be by one of its own users only, so that the names stand in the data.
  const annotators = sets.map(({ annotator }) => annotator);
  const data = {
    text: record.text,
    ...metadataOf(record, lost, ["text", "annotators"]),
    annotators,
  };
  const text = new ArticleText(record.text);
  const annotations = sets.map((set) => ({
    result: resultOf(set, { text, about }),
    was_cancelled: false,
    ground_truth: set.kind === "gold",
    created_at: set.updatedAt,
    updated_at: set.updatedAt,
  }));
  return JSON.stringify({ data, annotations });
}

function resultOf(
  { spans, relations, note, attributes }: WrittenSet,
  { text, about }: { text: ArticleText; about: DatasetAbout },
): unknown[] {
  const rows: unknown[] = [];
  const rules = new Map(about.scheme.labels.map((rule) => [rule.name, rule.attributes]));
  for (const { id, label, fragments, attributes } of spans) {
    for (const [index, { start, end }] of fragments.entries()) {
      const place = { start, end, text: text.slice({ start, end }) };
      const of = index === 0 ? { id } : { id: `${id}/${index + 1}`, parentID: id };
      rows.push({
        ...of,
        to_name: "text",
        origin: "manual",
        from_name: "label",
        type: "labels",
        value: { ...place, labels: [label] },
      });
      if (index === 0) addAttributes(rows, attributes, rules.get(label) ?? [], { id, place });
    }
  }
  for (const { type, from, to } of relations) {
    rows.push({ from_id: from, to_id: to, type: "relation", direction: "right", labels: [type] });
  }
  addAttributes(rows, attributes, about.scheme.article, null);
  if (note !== "") {
    rows.push({
      to_name: "text",
      origin: "manual",
      id: "note",
      from_name: "note",
      type: "textarea",
      value: { text: [note] },
    });
  }
  return rows;
}

/** @param span whose they are, and where it is; null for those of the article */
function addAttributes(
  rows: unknown[],
  attributes: WrittenSet["attributes"],
  rules: readonly AttributeRule[],
  span: {
    readonly id: string;
    readonly place: { readonly start: number; readonly end: number; readonly text: string };
  } | null,
): void {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const kind = rules.find((rule) => rule.name === name)?.type;
    const type = kind === "number" ? "number" : kind === "text" ? "textarea" : "choices";
    const said = Array.isArray(value) ? value : [String(value)];
    const own =
      type === "number"
        ? { number: value }
        : type === "textarea"
          ? { text: said }
          : { choices: said };
    rows.push({
      id: span?.id ?? name,
      to_name: "text",
      origin: "manual",
      from_name: controlOf(name),
      type,
      value: span === null ? own : { ...span.place, ...own },
    });
  }
}
