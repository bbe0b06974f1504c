import { z } from "zod";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText } from "@/lib/domain/text";
import {
  type ForeignRelation,
  type ForeignSpan,
  isObject,
  type JsonDialect,
  type JsonObject,
} from "./foreign";
import type { ReadContext } from "./source-file";
import { conversionOf, type OffsetUnit, unitsInWords } from "./units";
import type { Warnings } from "./warnings";
import { type LostInWriting, losePartsOf, metadataOf, type RecordPart } from "./writing";

const Offset = z.int().min(0);
const Id = z.union([z.string(), z.int()]);

/** Without relations, and before version 1.6: `[0, 2, "ORG"]`. */
const Triple = z
  .tuple([Offset, Offset, z.string().min(1)])
  .rest(z.unknown())
  .transform(([start, end, label]) => ({ id: undefined, start, end, label, attributes: {} }));

const entityOf = (label: z.ZodType<string>) =>
  z
    .looseObject({ id: Id.nullish(), label, start_offset: Offset, end_offset: Offset })
    .transform(({ start_offset: start, end_offset: end, id, label, ...attributes }) => ({
      id,
      start,
      end,
      label,
      attributes,
    }));

const Entity = entityOf(z.string().min(1));

const PlainEntity = z
  .looseObject({ id: Id.nullish(), label: z.string().min(1), start: Offset, end: Offset })
  .transform(({ id, start, end, label, ...attributes }) => ({ id, start, end, label, attributes }));

/** Before version 1.0: labels are numbers, whose names are not in the file, and each mark says who made it. */
const OldEntity = entityOf(z.int().transform(String));

const Mark = z.union([Triple, Entity, PlainEntity, OldEntity]);
type Mark = z.infer<typeof Mark>;

const Link = z.looseObject({
  id: Id.nullish(),
  from_id: Id,
  to_id: Id,
  type: z.string().min(1),
});

const Comment = z.looseObject({ comment: z.string() });

/** Where marks stand; `labels` and `annotations` in exports before version 1.0. */
const KEYS = ["label", "labels", "entities", "annotations"] as const;

/** What a mark of an export before version 1.0 says of doccano's own work. */
const OF_ITS_WORK: ReadonlySet<string> = new Set(
  "user document created_at updated_at manual".split(" "),
);

/** doccano's lines of marked texts, with relations and comments. What its offsets count, it does not say. */
export const doccano: JsonDialect = {
  recognises: (record) => keyOf(record) !== null || isLabel(record),
  reading: ({ path }, context) => {
    const evidence = new Evidence();
    const annotator = annotatorOf(path);
    return {
      notice: (record) => evidence.add(textOf(record) ?? "", marksIn(record).marks),
      read: (record, warnings) => articleIn(record, { evidence, annotator, context, warnings }),
    };
  },
};

/**
 * Whose work a file holds: doccano exports a file for each annotator, called by their name, or one for all who work
 * together, `all.jsonl`.
 */
function annotatorOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[a-z]+$/i, "");
  return ["", "all", "stdin"].includes(name) ? null : name.slice(0, 200);
}

/** Whether it is of the file that doccano keeps the labels of a project in, whose names are called text there, too. */
const isLabel = (record: JsonObject): boolean =>
  ["background_color", "backgroundColor"].some((key) => typeof record[key] === "string") &&
  ["suffix_key", "suffixKey"].some((key) => key in record) &&
  keyOf(record) === null;

function keyOf(record: JsonObject): (typeof KEYS)[number] | null {
  const isOfOthers = ["_task_hash", "_input_hash", "annotation_id"].some((key) => key in record);
  if (textOf(record) === null || isOfOthers) return null;
  const isSure = "Comments" in record || Array.isArray(record.cats);
  return (
    KEYS.find((key) => {
      const value = record[key];
      if (!Array.isArray(value)) return false;
      // An empty list may be anything, and a list of words classifies the article.
      if (key === "annotations") {
        return value.some(
          (one) => Entity.safeParse(one).success || OldEntity.safeParse(one).success,
        );
      }
      if (value.length === 0) return isSure || key === "label";
      if (value.every((one) => typeof one === "string")) return false;
      if (key !== "entities") return value.some((one) => Mark.safeParse(one).success);
      const isOffset = (one: unknown) => Entity.safeParse(one).success;
      return value.some((one) => isOffset(one) || (isSure && Triple.safeParse(one).success));
    }) ?? null
  );
}

/** The text; an early version called it `data`. */
function textOf({ text, data }: JsonObject): string | null {
  if (typeof text === "string") return text;
  return text === undefined && typeof data === "string" ? data : null;
}

function marksIn(record: JsonObject): { marks: Mark[]; odd: number; key: string | null } {
  const key = keyOf(record);
  const value = key === null ? [] : record[key];
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  const marks = given.flatMap((one) => Mark.safeParse(one).data ?? []);
  return { marks, odd: given.length - marks.length, key };
}

function articleIn(
  record: JsonObject,
  {
    evidence,
    annotator,
    context,
    warnings,
  }: { evidence: Evidence; annotator: string | null; context: ReadContext; warnings: Warnings },
) {
  if (isLabel(record)) {
    throw new Refusal(
      "unprocessable",
      "This is a label of doccano, with its colours and keys, and no article. Labels are added on the page of the scheme.",
    );
  }
  const text = textOf(record);
  if (text === null) throw new Refusal("unprocessable", "text must be text.");
  const { marks, odd, key } = marksIn(record);
  if (odd > 0) {
    const message = `${odd} entries of "${key}" are not of a form that is read as spans.`;
    warnings.add("annotations_left_out", message, { field: key ?? undefined });
  }
  const unit = context.offsets ?? evidence.unit;
  if (context.offsets === undefined && differs(text, marks)) {
    warnings.add("offsets_in_doubt", evidence.inWords(), { field: key ?? undefined });
  }
  const spans = marks.map(
    ({ id, label, start, end, attributes }, index): ForeignSpan => ({
      ...(id == null ? {} : { id }),
      label,
      fragments: [{ start, end }],
      ...(key === "annotations" ? ofOldMark(attributes, annotator) : { attributes, annotator }),
      place: `${key}[${index}]`,
    }),
  );
  const note = notesIn(record.Comments, warnings);
  const taken = new Set(["id", "text", "relations", "Comments", ...(key === null ? [] : [key])]);
  if (record.text === undefined) taken.add("data");
  const metadata = new Map(Object.entries(record).filter(([name]) => !taken.has(name)));
  // What came in with the text; before version 1.3 it is apart.
  if (isObject(record.meta)) {
    metadata.delete("meta");
    for (const [name, value] of Object.entries(record.meta)) {
      if (!metadata.has(name)) metadata.set(name, value);
    }
  }
  const { id } = record;
  return {
    text,
    unit,
    metadata,
    recordId: typeof id === "string" || Number.isInteger(id) ? String(id) : null,
    spans,
    relations: relationsIn(record.relations, { annotator, warnings }),
    ...(note === "" ? {} : { annotators: [{ annotator: null, note }] }),
  };
}

/** Who made a mark, and what else is said of it. */
function ofOldMark(said: JsonObject, otherwise: string | null) {
  const { user } = said;
  const isNamed = (typeof user === "string" && !isBlank(user)) || Number.isInteger(user);
  return {
    annotator: isNamed ? String(user).slice(0, 200) : otherwise,
    attributes: Object.fromEntries(Object.entries(said).filter(([name]) => !OF_ITS_WORK.has(name))),
  };
}

function relationsIn(
  given: unknown,
  { annotator, warnings }: { annotator: string | null; warnings: Warnings },
): ForeignRelation[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.flatMap((one, index): ForeignRelation[] => {
    const place = `relations[${index}]`;
    const { data: link } = Link.safeParse(one);
    if (link) {
      const { id, from_id: from, to_id: to, type, ...attributes } = link;
      return [{ ...(id == null ? {} : { id }), from, to, type, attributes, annotator, place }];
    }
    const message = "It is not of a form that is read as a relation.";
    warnings.add("relation_left_out", message, { place, field: place });
    return [];
  });
}

/** Comments are of the article as a whole, by nobody who is named. */
function notesIn(given: unknown, warnings: Warnings): string {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const notes = list.flatMap((one) => {
    if (typeof one === "string") return [one];
    return Comment.safeParse(one).data?.comment ?? [];
  });
  if (notes.length < list.length) {
    const message = `${list.length - notes.length} comments are not of a form that is read.`;
    warnings.add("detail_left_out", message, { field: "Comments" });
  }
  return notes.join("\n");
}

/** What offsets may count, the likeliest first: the editor's own way, that of its other mode, that of scripts. */
const UNITS = ["utf16", "grapheme", "code_point"] as const;

/** In this many texts that tell them apart nothing new is found any more. */
const ENOUGH = 200;

/** In UTF-16 units: longer texts tell as much by their beginning. */
const LOOKED_AT = 100_000;

const words = new Intl.Segmenter("und", { granularity: "word" });

/**
 * What the offsets of a file count: in the right way, spans begin and end where words do. Only texts in which the
 * ways part are asked.
 */
class Evidence {
  readonly #fits = new Map<OffsetUnit, number>(UNITS.map((unit) => [unit, 0]));
  #spans = 0;
  #texts = 0;

  /** The way in which most spans fit; of several, the likeliest. */
  get unit(): OffsetUnit {
    const most = Math.max(...this.#fits.values());
    return UNITS.find((unit) => this.#fits.get(unit) === most) ?? "utf16";
  }

  add(text: string, marks: readonly Mark[]): void {
    if (this.#texts >= ENOUGH || !differs(text, marks)) return;
    this.#texts += 1;
    const whole = new ArticleText(text);
    const ends = new Set<number>([text.length]);
    for (const { index } of words.segment(text.slice(0, LOOKED_AT))) ends.add(index);
    const tried = marks.filter(({ end }) => end < LOOKED_AT / 2).slice(0, 500);
    this.#spans += tried.length;
    for (const unit of UNITS) {
      const { toCodePoints } = conversionOf(whole, unit);
      const fitting = tried.filter(({ start, end }) => {
        const [from, to] = [toCodePoints(start), toCodePoints(end)];
        if (from === null || to === null || from >= to) return false;
        const [first, last] = [whole.toUtf16(from), whole.toUtf16(to)];
        const covered = text.slice(first, last);
        return ends.has(first) && ends.has(last) && covered === covered.trim();
      });
      this.#fits.set(unit, (this.#fits.get(unit) ?? 0) + fitting.length);
    }
  }

  inWords(): string {
    const count = (unit: OffsetUnit) => this.#fits.get(unit) ?? 0;
    const { unit } = this;
    const others = UNITS.filter((one) => one !== unit).map(
      (one) => `${count(one)} as ${unitsInWords[one]}`,
    );
    return (
      `The file does not say what its offsets count. They were taken for ${unitsInWords[unit]}: so ${count(unit)} of ` +
      `${this.#spans} spans begin and end at words, ${others.join(", ")}.`
    );
  }
}

/** Whether it matters to the marks of a text what their offsets count. */
function differs(text: string, marks: readonly Mark[]): boolean {
  // What is neither beyond the first plane, nor a mark or a joiner, counts one in every way.
  const first = /[\u{10000}-\u{10ffff}]|\p{M}|\u200c|\u200d|\r\n|[\u1100-\u11ff]/u.exec(text);
  return first !== null && marks.some(({ end }) => end > first.index - 1);
}

/** What of a record has no place in it. */
export const doccanoLoses = [
  "blocks",
  "annotators",
  "notes",
  "article_attributes",
  "span_attributes",
  "relation_attributes",
  "gaps",
] as const satisfies readonly RecordPart[];

/** One text a line, with entities and relations, as doccano's import for projects with relations takes it. */
export function writeDoccano(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, doccanoLoses, lost);
  const { fromCodePoints } = conversionOf(new ArticleText(record.text), "utf16");
  const entities = record.spans.flatMap(({ id, label, fragments }) =>
    fragments.map(({ start, end }, index) => ({
      id: numberOf(id) + index,
      label,
      start_offset: fromCodePoints(start),
      end_offset: fromCodePoints(end),
    })),
  );
  const relations = record.relations.map(({ id, from, to, type }) => ({
    id: numberOf(id),
    from_id: numberOf(from),
    to_id: numberOf(to),
    type,
  }));
  const taken = ["text", "entities", "relations", "label", "labels", "Comments", "cats"];
  const metadata = metadataOf(record, lost, taken);
  return `${JSON.stringify({ text: record.text, ...metadata, entities, relations, Comments: [] })}\n`;
}

/** A number for an id: its last 46 bits, which are chance in all kinds of UUIDs, with room for pieces after it. */
function numberOf(id: string): number {
  return (Number.parseInt(id.replaceAll("-", "").slice(-12), 16) % 2 ** 46) * 128;
}
