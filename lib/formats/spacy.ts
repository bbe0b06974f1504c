import { z } from "zod";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import type { ForeignSpan, JsonDialect, JsonObject } from "./foreign";
import type { Warnings } from "./warnings";
import { type LostInWriting, losePartsOf, recordParts } from "./writing";

const Offset = z.int().min(0);

/** As examples to train with have them: `[0, 2, "ORG"]`. */
const Triple = z
  .tuple([Offset, Offset, z.string()])
  .rest(z.unknown())
  .transform(([start, end, label]) => ({ start, end, label, rest: {} }));

/** As documents in JSON have them; what else there is of one may be an id in a knowledge base. */
const Entity = z
  .looseObject({ id: z.unknown(), start: Offset, end: Offset, label: z.string() })
  .partial({ id: true })
  .transform(({ start, end, label, id: _, ...rest }) => ({ start, end, label, rest }));

const Mark = z.union([Triple, Entity]);

/** Documents and training examples of spaCy. */
export const spacy: JsonDialect = {
  recognises: (record) =>
    typeof record.text === "string" &&
    !("_task_hash" in record || "_input_hash" in record || "Comments" in record) &&
    !Array.isArray(record.cats) &&
    (isMarks(record.ents) || isMarks(record.entities) || isGroups(record)),
  reading: () => ({ read: articleIn }),
};

const isMarks = (value: unknown) =>
  Array.isArray(value) && value.some((one) => Mark.safeParse(one).success);

/** Named groups of spans, which may overlap, or a document in which nothing was found. */
const isGroups = ({ ents, spans, tokens }: JsonObject) =>
  (typeof spans === "object" && spans !== null && !Array.isArray(spans)) ||
  (Array.isArray(ents) && Array.isArray(tokens));

/** What of a document is its text and its division into words, which is not kept. */
const STRUCTURE: ReadonlySet<string> = new Set(
  "text ents entities spans tokens sents links".split(" "),
);

function articleIn(record: JsonObject, warnings: Warnings) {
  const { text } = record;
  if (typeof text !== "string") throw new Refusal("unprocessable", "text must be text.");
  const groups = typeof record.spans === "object" && record.spans !== null ? record.spans : {};
  const lists = new Map<string, unknown>([
    ["ents", record.ents],
    ["entities", record.entities],
  ]);
  for (const [name, list] of Object.entries(Array.isArray(groups) ? { "": groups } : groups)) {
    lists.set(name === "" ? "spans" : `spans.${name}`, list);
  }
  // Groups repeat what is an entity too.
  const spans = new Map<string, ForeignSpan>();
  for (const [list, given] of lists) {
    for (const [index, one] of (Array.isArray(given) ? given : []).entries()) {
      const place = `${list}[${index}]`;
      const { data: mark } = Mark.safeParse(one);
      if (!mark) {
        const message = "It is not of a form that is read as a span.";
        warnings.add("span_left_out", message, { place, field: place });
        continue;
      }
      const { start, end, label, rest } = mark;
      const key = JSON.stringify([start, end, label]);
      const said = Object.entries(rest).filter(([, value]) => value !== "" && value !== null);
      const attributes = { ...spans.get(key)?.attributes, ...Object.fromEntries(said) };
      spans.set(key, {
        label,
        fragments: [{ start, end }],
        attributes,
        place: spans.get(key)?.place ?? place,
      });
    }
  }
  tellOfTokens(record.tokens, warnings);
  if (Array.isArray(record.links) ? record.links.length > 0 : record.links != null) {
    const message = "Links into a knowledge base have no place here.";
    warnings.add("annotations_left_out", message, { field: "links" });
  }
  const { id } = record;
  return {
    text,
    unit: "code_point" as const,
    metadata: new Map(
      Object.entries(record).filter(([name]) => !STRUCTURE.has(name) && name !== "id"),
    ),
    recordId: typeof id === "string" || Number.isInteger(id) ? String(id) : null,
    spans: [...spans.values()],
  };
}

/** Words are not kept; where more is said of them than where they are, that is told. */
function tellOfTokens(tokens: unknown, warnings: Warnings): void {
  const more = (Array.isArray(tokens) ? tokens : []).filter((token) =>
    Object.entries(Object(token)).some(
      ([name, value]) => !["id", "start", "end", "text"].includes(name) && value !== "",
    ),
  ).length;
  if (more === 0) return;
  const message = `What is said of each of ${more} words, such as parts of speech, has no place here.`;
  warnings.add("annotations_left_out", message, { field: "tokens" });
}

/**
 * One training example a line: all spans in the group `sc`, which may overlap, and as entities those that do not,
 * the longest first.
 */
export function writeSpacy(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, recordParts, lost);
  const pieces = record.spans.flatMap(({ label, fragments }) =>
    fragments.map(({ start, end }) => [start, end, label] as const),
  );
  const byLength = pieces.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]) || a[0] - b[0]);
  const taken: (readonly [number, number, string])[] = [];
  const held = new Intervals();
  for (const piece of byLength) if (held.take(piece[0], piece[1])) taken.push(piece);
  const entities = taken.toSorted((a, b) => a[0] - b[0]);
  return `${JSON.stringify([record.text, { entities, spans: { sc: pieces } }])}\n`;
}

/** Ranges that do not overlap, in their order. */
class Intervals {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Takes a range, unless it overlaps one that is there. */
  take(start: number, end: number): boolean {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    if ((this.#ends[low - 1] ?? 0) > start || (this.#starts[low] ?? end) < end) return false;
    this.#starts.splice(low, 0, start);
    this.#ends.splice(low, 0, end);
    return true;
  }
}
