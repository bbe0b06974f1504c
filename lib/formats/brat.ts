import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import type { NameMapping } from "@/lib/domain/schemas";
import type { AttributeRule, Scheme } from "@/lib/domain/scheme";
import { ArticleText, decodeUtf8, type Range } from "@/lib/domain/text";
import { readAll } from "./bytes";
import {
  type ForeignAnnotator,
  type ForeignRelation,
  type ForeignSpan,
  wholeFileArticle,
} from "./foreign";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { titledParagraphs } from "./text";
import { extensionOf } from "./unread";
import { Warnings } from "./warnings";
import {
  byAnnotator,
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  type RecordPart,
  stemOf,
  type WrittenFile,
} from "./writing";

/** Endings of the files that say what is marked in the text of the same name. */
export const standoffEndings = [".ann", ".a1", ".a2"] as const;

const TEXT_ENDINGS = [".txt", ".text"] as const;

/** What people write of a text, as brat calls it. */
const NOTE = "AnnotatorNotes";

/** The files that would say what is marked in a text. */
export function standoffBeside(path: string): readonly string[] {
  const stem = path.slice(0, path.length - extensionOf(path).length);
  return standoffEndings.map((ending) => stem + ending);
}

/** The texts that a file of marks would belong to. */
export function standoffTexts(path: string): readonly string[] {
  const ending = extensionOf(path);
  if (!(standoffEndings as readonly string[]).includes(ending)) return [];
  const stem = path.slice(0, path.length - ending.length);
  return TEXT_ENDINGS.map((one) => stem + one);
}

/** Whether a file begins as one of marks does: with lines of nothing else. */
export function isStandoff(beginning: string): boolean {
  const lines = beginning.split("\n").slice(0, -1);
  return lines.length > 0 && lines.every((line) => STANDOFF.test(line));
}

/** `T1	claim 0 8	The port` */
const STANDOFF = /^(?:T\d+\t\S+ \d+ \d+(?:;\d+ \d+)*\t|R\d+\t\S+ Arg1:|[AEM]\d+\t|#\d*\t|\*\t)/;

/**
 * Reads a text with the marks that lie beside it. What says the marks belongs to the text and is no article; alone, it
 * is refused.
 */
export async function* readBrat(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const ending = extensionOf(file.path);
  const stem = file.path.slice(0, file.path.length - ending.length);
  if (!(TEXT_ENDINGS as readonly string[]).includes(ending)) {
    yield await companionOf(
      file,
      TEXT_ENDINGS.map((one) => stem + one),
    );
    return;
  }
  const textBytes = await readAll(file.stream, MAX_ARTICLE_BYTES);
  const text = decodeUtf8(textBytes);
  const warnings = new Warnings(context);
  const lines: StandoffLine[] = [];
  let isMarked = false;
  for (const one of standoffEndings) {
    const bytes = await file.beside?.(stem + one);
    if (!bytes) continue;
    isMarked = true;
    lines.push(...standoffLines(decodeUtf8(bytes), stem + one, warnings));
  }
  if (!isMarked) {
    const message = `There is no file ${nameIn(stem)}.ann beside it: nothing is marked.`;
    warnings.add("annotations_left_out", message);
  }
  const { blocks } = titledParagraphs(text);
  const marks = marksIn(
    countedFrom(new ArticleText(text), lines, textBytes),
    new ArticleText(text),
    context,
    warnings,
  );
  const metadata = new Map<string, unknown>();
  const found = { text, unit: "code_point", metadata, blocks, ...marks } as const;
  yield wholeFileArticle(file, found, context, warnings);
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * The lines with offsets in the text as it is here. Of a file that begins with a byte-order mark, which is no part of the
 * text, brat counts the mark as a character, and programs that drop it do not: what the spans are said to cover tells.
 */
function countedFrom(
  text: ArticleText,
  lines: readonly StandoffLine[],
  bytes: Uint8Array,
): readonly StandoffLine[] {
  if (!BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte)) return lines;
  const without = lines.map((line) =>
    line.kind === "span"
      ? { ...line, fragments: line.fragments.map((range) => moved(range, -1)) }
      : line,
  );
  const fitting = (all: readonly StandoffLine[]) =>
    all.filter(
      (line) =>
        line.kind === "span" &&
        line.fragments.every(({ start, end }) => 0 <= start && start < end && end <= text.length) &&
        line.fragments.map((range) => text.slice(range)).join(" ") === line.quote,
    ).length;
  return fitting(lines) > fitting(without) ? lines : without;
}

const moved = ({ start, end }: Range, by: number): Range => ({ start: start + by, end: end + by });

/**
 * That a file belongs to a text that is there.
 *
 * @param texts where that may lie
 * @throws Refusal "unprocessable" if it lies nowhere
 */
export async function companionOf(
  { beside }: SourceFile,
  texts: readonly string[],
): Promise<Companion> {
  for (const text of texts) {
    if (await beside?.(text)) return { kind: "companion", of: text };
  }
  const [wanted = ""] = texts;
  throw new Refusal(
    "unprocessable",
    `This says what is marked in a text, and the text is not there: give the file ${nameIn(wanted)} with it.`,
  );
}

/** The last part of a path. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A line of a file of marks, taken apart. */
export type StandoffLine = {
  /** `T1`, `R1`, `E1`, `A1`, `N1`, `#1`, `*`. */
  readonly id: string;
  /** 1-based. */
  readonly line: number;
} & (
  | {
      readonly kind: "span";
      readonly label: string;
      readonly fragments: readonly Range[];
      readonly quote: string | null;
    }
  /** A relation, or an event, whose trigger is the first of its arguments. */
  | {
      readonly kind: "relation" | "event";
      readonly type: string;
      readonly args: readonly { readonly role: string; readonly id: string }[];
    }
  | { readonly kind: "equivalence"; readonly type: string; readonly ids: readonly string[] }
  | {
      readonly kind: "attribute";
      readonly name: string;
      readonly target: string;
      /** Null of a flag. */
      readonly value: string | null;
      /** Of an entry of a resource, what it is called there. */
      readonly remark: string | null;
    }
  | {
      readonly kind: "note";
      readonly type: string;
      /** Null of a remark on nothing in particular. */
      readonly target: string | null;
      readonly text: string;
    }
);

/** Takes the lines of a file of marks apart; those that are none are told, and left out. */
export function standoffLines(source: string, path: string, warnings: Warnings): StandoffLine[] {
  const found: StandoffLine[] = [];
  let line = 0;
  for (const written of source.split("\n")) {
    line += 1;
    const text = written.endsWith("\r") ? written.slice(0, -1) : written;
    if (text.trim() === "") continue;
    const read = lineFrom(text, line);
    if (read) found.push(read);
    else {
      const message = "This is no line of marks as brat writes them; it was left out.";
      const place = `${nameIn(path)}, line ${line}`;
      warnings.add("annotations_left_out", message, { line, place, field: place });
    }
  }
  return found;
}

const OFFSETS = /^(\S+) (\d+ \d+(?:;\d+ \d+)*)$/;

function lineFrom(text: string, line: number): StandoffLine | null {
  const [id = "", data = "", ...rest] = text.split("\t");
  const tail = rest.join("\t");
  switch (/^(?:[TREAMNX]\S+|#\S*|\*)$/.test(id) ? id[0] : null) {
    case "T": {
      const [, label = "", offsets = ""] = OFFSETS.exec(data) ?? [];
      if (label === "") return null;
      const fragments = offsets.split(";").map((range) => {
        const [start, end] = range.split(" ").map(Number);
        return { start: start ?? 0, end: end ?? 0 };
      });
      return { kind: "span", id, line, label, fragments, quote: tail === "" ? null : tail };
    }
    case "R":
    case "X": {
      const [type = "", ...args] = data.trim().split(/ +/);
      const given = argumentsIn(args);
      if (type === "" || given?.length !== 2) return null;
      return { kind: "relation", id, line, type, args: given };
    }
    case "E": {
      const given = argumentsIn(data.trim().split(/ +/));
      const [trigger] = given ?? [];
      if (!given || !trigger) return null;
      return { kind: "event", id, line, type: trigger.role, args: given };
    }
    case "*": {
      const [type = "", ...ids] = data.trim().split(/ +/);
      return ids.length < 2 ? null : { kind: "equivalence", id, line, type, ids };
    }
    case "A":
    case "M": {
      const [, name = "", target = "", value] = /^(\S+) (\S+)(?: (.*))?$/.exec(data) ?? [];
      if (target === "") return null;
      return { kind: "attribute", id, line, name, target, value: value ?? null, remark: null };
    }
    case "N": {
      const [, name = "", target = "", value] = /^(\S+) (\S+) (\S+)$/.exec(data) ?? [];
      const remark = tail === "" ? null : tail;
      return value ? { kind: "attribute", id, line, name, target, value, remark } : null;
    }
    case "#": {
      const [type = "", target = null] = data.trim().split(/ +/);
      return { kind: "note", id, line, type, target, text: tail };
    }
    default:
      return null;
  }
}

function argumentsIn(args: readonly string[]): { role: string; id: string }[] | null {
  const found = args.map((arg) => {
    const colon = arg.lastIndexOf(":");
    return { role: arg.slice(0, Math.max(0, colon)), id: arg.slice(colon + 1) };
  });
  return found.every(({ role, id }) => role !== "" && id !== "") ? found : null;
}

/** What the lines say of a text. */
function marksIn(
  lines: readonly StandoffLine[],
  text: ArticleText,
  { scheme, mapping }: ReadContext,
  warnings: Warnings,
): {
  spans: ForeignSpan[];
  relations: ForeignRelation[];
  annotators: ForeignAnnotator[];
} {
  const triggers = new Map<string, string>();
  for (const one of lines) {
    if (one.kind === "event") triggers.set(one.id, one.args[0]?.id ?? "");
  }
  const heldBy = (id: string) => triggers.get(id) ?? id;
  /** Which event said first that something has a role of a trigger. */
  const saidBy = new Map<string, string>();
  const isAttribute = attributesKnown(scheme, mapping);
  const attributes = new Map<string, Map<string, string[]>>();
  const notes = new Map<string, string[]>();
  const remarks: string[] = [];
  const targets = new Map<string, StandoffLine>();
  for (const one of lines) {
    if (one.kind === "span" || one.kind === "relation") targets.set(one.id, one);
  }
  const give = (target: string, name: string, value: string | null) => {
    const given = attributes.get(target) ?? new Map<string, string[]>();
    attributes.set(target, given);
    const values = given.get(name) ?? [];
    given.set(name, values);
    if (value !== null) values.push(value);
  };
  const note = (target: string, said: string) => {
    const all = notes.get(target) ?? [];
    notes.set(target, all);
    all.push(said);
  };
  for (const one of lines) {
    if (one.kind === "attribute") {
      const target = heldBy(one.target);
      if (targets.has(target)) {
        give(target, one.name, one.value);
        if (one.remark !== null && targets.get(target)?.kind === "span") {
          note(target, `${one.name}: ${one.remark}`);
        }
      } else leaveOut(one, `"${one.name}" is said of ${one.target}, which is not there.`);
    } else if (one.kind === "note") {
      const target = one.target === null ? null : heldBy(one.target);
      const of = target === null ? undefined : targets.get(target);
      const said = one.type === NOTE || one.type === "" ? one.text : `${one.type}: ${one.text}`;
      if (of && isAttribute(one.type)) give(of.id, one.type, one.text);
      else if (of?.kind === "span") note(of.id, said);
      else if (!isBlank(one.text)) remarks.push(one.target ? `${one.target}: ${said}` : said);
    }
  }
  const attributesOf = (id: string) =>
    Object.fromEntries(
      [...(attributes.get(id) ?? [])].map(([name, [only = true, ...more]]) => [
        name,
        more.length > 0 ? [only, ...more] : only,
      ]),
    );
  const spans: ForeignSpan[] = [];
  const relations: ForeignRelation[] = [];
  for (const one of lines) {
    const { id, line } = one;
    const place = `line ${line}`;
    if (one.kind === "span") {
      const { label, quote } = one;
      const fragments = acrossLines(one.fragments, text);
      const note = notes.get(id)?.join("\n") ?? null;
      spans.push({ id, label, fragments, quote, attributes: attributesOf(id), note, place });
    } else if (one.kind === "relation") {
      const [from, to] = one.args.map((arg) => heldBy(arg.id));
      if (from === undefined || to === undefined) continue; // there are two: see lineFrom
      relations.push({ id, type: one.type, from, to, attributes: attributesOf(id), place });
    } else if (one.kind === "event") {
      const [trigger, ...roles] = one.args;
      for (const [index, role] of roles.entries()) {
        // The second of a role has a number behind its name.
        const type = role.role.replace(/(?<=\D)\d+$/, "");
        const [from, to] = [trigger?.id ?? "", heldBy(role.id)];
        const said = JSON.stringify([from, type, to]);
        // What several events of a trigger have in common is one relation.
        if ((saidBy.get(said) ?? id) !== id) continue;
        saidBy.set(said, id);
        relations.push({ id: `${id}-${index}`, type, from, to, place });
      }
    } else if (one.kind === "equivalence") {
      for (const [index, to] of one.ids.slice(1).entries()) {
        const from = one.ids[index] ?? "";
        relations.push({ id: `${id}${line}-${index}`, type: one.type, from, to, place });
      }
    }
  }
  const events = Map.groupBy(triggers, ([, trigger]) => trigger);
  const several = [...events.values()].filter(({ length }) => length > 1).length;
  if (several > 0) {
    const message = `${several} triggers have several events: which of their roles are of one event has no place here, and what is said of one is said of the trigger.`;
    warnings.add("detail_left_out", message);
  }
  const annotators = remarks.length > 0 ? [{ annotator: null, note: remarks.join("\n") }] : [];
  return { spans, relations, annotators };

  function leaveOut({ line }: StandoffLine, message: string) {
    const place = `line ${line}`;
    warnings.add("detail_left_out", message, { line, place, field: place });
  }
}

/** Whether a name is that of an attribute, by the scheme or the mapping. */
function attributesKnown(scheme: Scheme, mapping: NameMapping | undefined) {
  const names = new Set(Object.keys(mapping?.attribute ?? {}));
  for (const { attributes } of [...scheme.labels, ...scheme.relations]) {
    for (const { name } of attributes) names.add(name);
  }
  return (name: string) => names.has(name);
}

/** brat divides what goes over the end of a line; here that is one piece. */
function acrossLines(fragments: readonly Range[], text: ArticleText): Range[] {
  const joined: Range[] = [];
  for (const range of fragments) {
    const last = joined.at(-1);
    const isThere = last && range.start > last.end && range.start <= text.length;
    if (isThere && /^[\r\n]+$/.test(text.slice({ start: last.end, end: range.start }))) {
      joined[joined.length - 1] = { start: last.start, end: range.end };
    } else joined.push(range);
  }
  return joined;
}

/** The configuration that brat needs to show the files of a dataset. */
export function writeBratCommon({ scheme }: DatasetAbout): readonly WrittenFile[] {
  const lines = ["[entities]", ...scheme.labels.map(({ name }) => name), "", "[relations]"];
  for (const { name, from, to, symmetric } of scheme.relations) {
    const kind = symmetric ? ", <REL-TYPE>:symmetric" : "";
    lines.push(`${name}\tArg1:${from.join("|")}, Arg2:${to.join("|")}${kind}`);
  }
  lines.push("<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "");
  lines.push("[attributes]");
  for (const [name, { holders, values }] of declared(scheme)) {
    const choices = values.length > 0 ? `, Value:${values.join("|")}` : "";
    lines.push(`${name}\tArg:${holders.join("|")}${choices}`);
  }
  return [{ path: "annotation.conf", text: `${lines.join("\n")}\n` }];
}

/** Attributes that brat can offer: of the same name there is one, with the values of all. */
function declared(scheme: Scheme) {
  const found = new Map<string, { holders: string[]; values: string[] }>();
  for (const { name: holder, attributes } of [...scheme.labels, ...scheme.relations]) {
    for (const rule of attributes) {
      if (!isOffered(rule)) continue;
      const { holders, values } = found.get(rule.name) ?? { holders: [], values: [] };
      const more = rule.type === "choice" || rule.type === "choices" ? rule.values : [];
      const all = [...new Set([...values, ...more])];
      found.set(rule.name, { holders: [...holders, holder], values: all });
    }
  }
  return found;
}

const isOffered = ({ type }: AttributeRule) =>
  type === "choice" || type === "choices" || type === "boolean";

/** What of a record has no place in it. */
export const bratLoses = [
  "metadata",
  "title",
  "blocks",
  "notes",
  "article_attributes",
] as const satisfies readonly RecordPart[];

/** A text, and what is marked in it; of several annotators each has a folder. */
export function writeBrat(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): readonly WrittenFile[] {
  losePartsOf(record, bratLoses, lost);
  const isOffered = offeredBy(scheme);
  return byAnnotator(record, lost, (own, folder) =>
    filesOf(own, { stem: folder + stemOf(record), isOffered, lost }),
  );
}

/** Whether brat can offer what a label or a relation has under a name. */
function offeredBy({ labels, relations }: Scheme) {
  const offered = new Set<string>();
  for (const { name: holder, attributes } of [...labels, ...relations]) {
    for (const rule of attributes) if (isOffered(rule)) offered.add(`${holder} ${rule.name}`);
  }
  return (holder: string, name: string) => offered.has(`${holder} ${name}`);
}

type Writing = {
  readonly stem: string;
  readonly isOffered: ReturnType<typeof offeredBy>;
  readonly lost: LostInWriting;
};

function filesOf(record: ArticleRecord, { stem, isOffered, lost }: Writing): WrittenFile[] {
  const text = new ArticleText(record.text);
  const ids = new Map<string, string>();
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const next = (kind: string) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return kind + count;
  };
  const marks = [...record.spans, ...record.relations];
  for (const span of record.spans) {
    const id = next("T");
    ids.set(span.id, id);
    const pieces = span.fragments.flatMap((fragment) => withinLines(fragment, text));
    if (!isSame(acrossLines(pieces, text), span.fragments)) {
      lost.add("line ends at the edges of spans and pieces");
    }
    const offsets = pieces.map(({ start, end }) => `${start} ${end}`).join(";");
    const words = onOneLine(pieces.map((piece) => text.slice(piece)).join(" "));
    lines.push(`${id}\t${span.label} ${offsets}\t${words}`);
  }
  for (const relation of record.relations) {
    const [from, to] = [ids.get(relation.from), ids.get(relation.to)];
    if (from === undefined || to === undefined) continue; // a relation is between spans of its record
    const id = next("R");
    ids.set(relation.id, id);
    lines.push(`${id}\t${relation.type} Arg1:${from} Arg2:${to}\t`);
  }
  for (const one of marks) {
    const target = ids.get(one.id);
    for (const [name, value] of Object.entries(one.attributes)) {
      const isFlag = value === true;
      // What may be any text is a remark: brat's attributes have values of a list.
      const isListed = value !== false && isOffered("label" in one ? one.label : one.type, name);
      for (const said of typeof value === "object" ? value : [String(value)]) {
        const text = onOneLine(said);
        if (text !== said) lost.add("line ends and tabs within values");
        if (!isListed) lines.push(`${next("#")}\t${name} ${target}\t${text}`);
        else lines.push(`${next("A")}\t${name} ${target}${isFlag ? "" : ` ${text}`}`);
      }
    }
  }
  const marked = lines.map((line) => `${line}\n`).join("");
  return [
    { path: `${stem}.txt`, text: record.text },
    { path: `${stem}.ann`, text: marked },
  ];
}

/** Whether ranges are the same, one by one. */
export function isSame(some: readonly Range[], others: readonly Range[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ start, end }, at) => start === others[at]?.start && end === others[at]?.end)
  );
}

/** The lines of a piece of text, without those that are empty. */
export function withinLines({ start, end }: Range, text: ArticleText): Range[] {
  const pieces: Range[] = [];
  let at = start;
  for (const part of text.slice({ start, end }).split(/([\r\n]+)/)) {
    const length = [...part].length;
    if (length > 0 && !/^[\r\n]/.test(part)) pieces.push({ start: at, end: at + length });
    at += length;
  }
  return pieces;
}

/** What would end a line for whoever reads it becomes a space; nothing moves. */
function onOneLine(text: string): string {
  return text.replaceAll(LINE_END, " ");
}

/** What ends a line for somebody, tabs among it. */
const LINE_END = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
