import { validate as isUuid, v5 as uuidv5 } from "uuid";
import { z } from "zod";
import type { AnnotationsAbout, IncomingAnnotations } from "@/lib/domain/article";
import type { WarningCode } from "@/lib/domain/imports";
import { RangeSet } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { checkAttributes, checkRelation, labelRule, type Scheme } from "@/lib/domain/scheme";
import {
  checkFragments,
  excerpt,
  type Fragment,
  hull,
  quoteOf,
  type Relation,
  type Span,
  setKinds,
} from "@/lib/domain/span";
import { type ArticleText, checkStorable, codePointLength } from "@/lib/domain/text";
import { Warnings } from "./warnings";

/** Ids in a file that are no UUIDs get one made from them, so that reading it again gives the same. */
const NAMESPACE = "6f1d2a3e-93b4-5c0e-8c57-0c8a4f1f7c21";

/** The longest pseudonym a file may give an annotator, in UTF-16 units. */
const MAX_ANNOTATOR = 200;

const Offset = z.int({ error: ({ input }) => `must be a whole number, but is ${shown(input)}` });
const Id = z.union([z.string().min(1).max(200), z.int()]);
const Name = z.string().min(1);
const Annotator = z.string().min(1).max(MAX_ANNOTATOR).nullish();
const Attributes = z.record(z.string(), z.string().nullable()).nullish();

const FileSpan = z.strictObject({
  id: Id.nullish(),
  label: Name,
  start: Offset.optional(),
  end: Offset.optional(),
  fragments: z.array(z.strictObject({ start: Offset, end: Offset })).optional(),
  text: z.string().nullish(),
  quote: z.string().nullish(),
  attributes: Attributes,
  annotator: Annotator,
});
type FileSpan = z.infer<typeof FileSpan>;

const FileRelation = z.strictObject({
  id: Id.nullish(),
  type: Name,
  from: Id,
  to: Id,
  attributes: Attributes,
  annotator: Annotator,
});
type FileRelation = z.infer<typeof FileRelation>;

/** The longest note about an article, in code points. */
const MAX_NOTE = 20_000;

/** What a record of ours says of an annotation set. Its kind and its place in a history are not ours to keep. */
const FileSet = z.strictObject({
  annotator: z.string().min(1).max(MAX_ANNOTATOR),
  kind: z.enum(setKinds).nullish(),
  scheme_version: z.int().nullish(),
  guideline_version: z.int().nullish(),
  revision: z.int().nullish(),
  submitted_at: z.iso.datetime().nullish(),
  updated_at: z.iso.datetime().nullish(),
  note: z.string().nullish(),
  attributes: Attributes,
});
type FileSet = z.infer<typeof FileSet>;

/** The spans and relations of one record, as they stand in the file. */
export type GivenAnnotations = {
  readonly spans: unknown;
  readonly relations: unknown;
  /** Annotators who may have marked nothing. */
  readonly annotators: unknown;
  /** The same, with what a record of ours says of their work. */
  readonly sets: unknown;
};

/**
 * Reads and checks the annotations of one article, one set for each annotator. A span or relation
 * that cannot be kept is left out with a warning, which says why, and so is a relation of such a span.
 *
 * @throws Refusal "unprocessable" if there are no lists where lists should be; and for the first that
 *   would be left out, if the warnings are strict
 */
export function readAnnotations(
  given: GivenAnnotations,
  {
    text,
    scheme,
    warnings = new Warnings(),
  }: { text: ArticleText; scheme: Scheme; warnings?: Warnings | undefined },
): IncomingAnnotations[] {
  const spans = parse(z.array(z.unknown()), given.spans ?? [], "spans");
  const relations = parse(z.array(z.unknown()), given.relations ?? [], "relations");
  const annotators = parse(
    z.array(Annotator.unwrap().unwrap()),
    given.annotators ?? [],
    "annotators",
  );
  const sets = new Map<string | null, SetReader>();
  const setOf = (annotator: string | null) => {
    const known = sets.get(annotator);
    if (known) return known;
    if (annotator !== null) checkStorable(annotator, "annotator");
    const made = new SetReader(annotator, text, scheme);
    sets.set(annotator, made);
    return made;
  };
  for (const annotator of annotators) setOf(annotator);
  parse(z.array(FileSet), given.sets ?? [], "sets").forEach((set, index) => {
    at(`sets[${index}]`, () => setOf(set.annotator).describe(set));
  });
  const named = new Set(sets.values());
  for (const [index, value] of spans.entries()) {
    const place = `spans[${index}]`;
    orLeftOut(warnings, "span_left_out", place, () => {
      const span = parse(FileSpan, value, place);
      at(place, () => setOf(span.annotator ?? null).add(span));
    });
  }
  for (const [index, value] of relations.entries()) {
    const place = `relations[${index}]`;
    orLeftOut(warnings, "relation_left_out", place, () => {
      const relation = parse(FileRelation, value, place);
      at(place, () => holderOf(relation, sets).relate(relation));
    });
  }
  // Nobody has marked nothing only because nothing of theirs could be kept.
  return [...sets.values()]
    .filter((set) => named.has(set) || !set.isEmpty)
    .map((set) => set.done());
}

/** Does a piece of work; if that is refused, what it was about is left out. */
function orLeftOut(warnings: Warnings, code: WarningCode, field: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const part = typeof error.details.field === "string" ? error.details.field : field;
    warnings.add(code, error.message, { field: part });
  }
}

/**
 * The annotations that a relation is of. Without an annotator it is that of whoever has the span it
 * starts from, one without a name first.
 *
 * @throws Refusal "unprocessable" if nobody has it
 */
function holderOf(
  { from, annotator }: FileRelation,
  sets: ReadonlyMap<string | null, SetReader>,
): SetReader {
  const candidates = annotator == null ? [sets.get(null), ...sets.values()] : [sets.get(annotator)];
  const holder = candidates.find((set) => set?.has(String(from)));
  if (!holder) throw unknownSpan(String(from));
  return holder;
}

/** Gathers the annotations of one annotator. */
class SetReader {
  readonly #annotator: string | null;
  readonly #text: ArticleText;
  readonly #scheme: Scheme;
  /** By the id in the file. */
  readonly #spans = new Map<string, Span>();
  readonly #relations = new Map<string, Relation>();
  readonly #linked = new Set<string>();
  readonly #placed = new RangeSet<Span>();
  #about: AnnotationsAbout | null = null;
  /** How many spans and relations there were, those that could not be kept among them. */
  readonly #given = { spans: 0, relations: 0 };

  constructor(annotator: string | null, text: ArticleText, scheme: Scheme) {
    this.#annotator = annotator;
    this.#text = text;
    this.#scheme = scheme;
  }

  get isEmpty(): boolean {
    return this.#spans.size === 0;
  }

  /** Whether there is a span of this id, as the file has it. */
  has(id: string): boolean {
    return this.#spans.has(id);
  }

  /** Of two sets of one annotator, such as gold and a reviewer's, the first with a note is told of. */
  describe({ note, submitted_at: submitted, updated_at: updated, attributes }: FileSet): void {
    if (Object.keys(presentAttributes(attributes)).length > 0) {
      refuse("The scheme gives articles no attributes.");
    }
    checkStorable(note ?? "", "note");
    if (codePointLength(note ?? "") > MAX_NOTE) {
      refuse(`The note has more than ${MAX_NOTE} characters.`);
    }
    if (this.#about !== null && this.#about.note !== "") return;
    this.#about = {
      note: note ?? "",
      submittedAt: submitted == null ? null : new Date(submitted),
      updatedAt: updated == null ? null : new Date(updated),
    };
  }

  add(given: FileSpan): void {
    const count = this.#given.spans++;
    const name = given.id == null ? `#${count}` : String(given.id);
    if (this.#spans.has(name)) refuse(`The id ${JSON.stringify(name)} is there twice.`);
    const fragments = fragmentsOf(given);
    const attributes = presentAttributes(given.attributes);
    const rule = labelRule(this.#scheme, given.label);
    checkAttributes(rule, attributes);
    checkFragments(this.#text, fragments);
    const quote = quoteOf(this.#text, fragments);
    for (const written of [given.quote, given.text]) {
      if (written != null && written !== quote) {
        const [one, other] = [written, quote].map((text) => JSON.stringify(excerpt(text)));
        refuse(`The quote ${one} is not the text at these offsets, ${other}.`);
      }
    }
    const [overlapped] = rule.overlap ? [] : this.#placed.overlapping(fragments, given.label);
    if (overlapped) refuse(`Two spans labelled ${given.label} cannot overlap.`);
    const span = { id: this.#idOf("span", name), label: given.label, fragments, quote, attributes };
    this.#spans.set(name, span);
    this.#placed.add(span);
  }

  relate({ id: given, type, from: start, to: end, attributes }: FileRelation): void {
    const count = this.#given.relations++;
    const from = this.#spans.get(String(start));
    const to = this.#spans.get(String(end));
    if (!from || !to) throw unknownSpan(String(from ? end : start));
    if (from === to) refuse("A span cannot be related to itself.");
    checkRelation(this.#scheme, type, from.label, to.label);
    if (Object.keys(presentAttributes(attributes)).length > 0) {
      refuse("The scheme gives relations no attributes.");
    }
    const pair = [type, ...[from.id, to.id].sort()].join(" ");
    if (this.#linked.has(pair)) refuse(`These two spans are linked by "${type}" already.`);
    const name = given == null ? `#${count}` : String(given);
    if (this.#relations.has(name)) refuse(`The id ${JSON.stringify(name)} is there twice.`);
    this.#linked.add(pair);
    const id = this.#idOf("relation", name);
    this.#relations.set(name, { id, type, from: from.id, to: to.id, attributes: {} });
  }

  done(): IncomingAnnotations {
    return {
      annotator: this.#annotator,
      spans: [...this.#spans.values()],
      relations: [...this.#relations.values()],
      about: this.#about,
    };
  }

  #idOf(kind: string, name: string): string {
    if (isUuid(name)) return name.toLowerCase();
    return uuidv5(JSON.stringify([kind, this.#annotator, name]), NAMESPACE);
  }
}

function fragmentsOf({ start, end, fragments }: FileSpan): readonly Fragment[] {
  if (fragments === undefined) {
    if (start === undefined || end === undefined)
      refuse("It has neither start and end nor fragments.");
    return [{ start: start ?? 0, end: end ?? 0 }];
  }
  if (fragments.length > 0) {
    const range = hull(fragments);
    if ((start ?? range.start) !== range.start || (end ?? range.end) !== range.end) {
      refuse(
        `start and end are ${start}-${end}, but its fragments reach ${range.start}-${range.end}.`,
      );
    }
  }
  return fragments;
}

/** Attributes that have a value: null says that there is none. */
function presentAttributes(
  attributes: Readonly<Record<string, string | null>> | null | undefined,
): Record<string, string> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null) present[name] = value;
  }
  return present;
}

/** Parses a shape; the first thing wrong becomes a refusal such as "spans[3].start must be …". */
export function parse<T>(shape: z.ZodType<T>, value: unknown, name: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  // What is not of the shape has an issue at least.
  const { path, message } = result.error.issues[0] as z.core.$ZodIssue;
  const field = path.reduce<string>(
    (before, key) => before + (typeof key === "number" ? `[${key}]` : `.${String(key)}`),
    name,
  );
  throw new Refusal("unprocessable", `${field}: ${message.replace("Invalid input: ", "")}.`, {
    field,
  });
}

/** Does a piece of work, and names its place in front of a refusal. */
function at(place: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, `${place}: ${error.message}`, { ...error.details, field: place });
  }
}

function unknownSpan(id: string): Refusal {
  return new Refusal(
    "unprocessable",
    `It links the span ${JSON.stringify(id.slice(0, 80))}, which this annotator has not in this article.`,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return (JSON.stringify(value) ?? String(value)).slice(0, 40);
}

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}
