import { validate as isUuid, v5 as uuidv5 } from "uuid";
import { z } from "zod";
import type { AnnotationsAbout, IncomingAnnotations } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import type { NameKind, UnknownName, WarningCode } from "@/lib/domain/imports";
import { Annotations } from "@/lib/domain/operation";
import { RangeSet } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { AttributeValue, type NameMapping } from "@/lib/domain/schemas";
import {
  type AttributeHolder,
  type AttributeRule,
  articleHolder,
  checkedAttribute,
  checkRelation,
  labelRule,
  relationHolder,
  type Scheme,
} from "@/lib/domain/scheme";
import {
  type Attributes,
  checkFragments,
  excerpt,
  type Fragment,
  hull,
  quoteOf,
  type Relation,
  type Span,
} from "@/lib/domain/span";
import { type ArticleText, checkStorable, codePointLength } from "@/lib/domain/text";
import { nameOf } from "./metadata";
import { Warnings } from "./warnings";

/** Ids in a file that are no UUIDs get one made from them, so that reading it again gives the same. */
const NAMESPACE = "6f1d2a3e-93b4-5c0e-8c57-0c8a4f1f7c21";

/** The longest pseudonym a file may give an annotator, in UTF-16 units. */
const MAX_ANNOTATOR = 200;

const Offset = z.int({ error: ({ input }) => `must be a whole number, but is ${shown(input)}` });
const Id = z.union([z.string().min(1).max(200), z.int()]);
const Name = z.string().min(1);
const Annotator = z
  .string()
  .min(1)
  .max(MAX_ANNOTATOR)
  .refine((name) => !isBlank(name), { error: "has nothing in it that can be seen" });

// Keys that are not named here, and attributes one by one, are left out of what they belong to: see Losses.
const FileFragment = z.looseObject({ start: Offset, end: Offset });

const FileSpan = z.object({
  id: Id.nullish(),
  label: Name,
  start: Offset.optional(),
  end: Offset.optional(),
  fragments: z.array(FileFragment).optional(),
  text: z.string().nullish(),
  quote: z.string().nullish(),
  attributes: z.unknown().optional(),
  annotator: Annotator.nullish(),
});
type FileSpan = z.infer<typeof FileSpan>;

const FileRelation = z.object({
  id: Id.nullish(),
  type: Name,
  from: Id,
  to: Id,
  attributes: z.unknown().optional(),
  annotator: Annotator.nullish(),
});
type FileRelation = z.infer<typeof FileRelation>;

/** The longest note about an article, in code points. */
const MAX_NOTE = 20_000;

const Note = z.string().refine((note) => codePointLength(note) <= MAX_NOTE, {
  error: `has more than ${MAX_NOTE} characters`,
});
const Moment = z.iso.datetime({ error: "is no time like 2024-07-30T14:35:34Z" });

/** What a record of ours says of an annotation set. Its kind and its place in a history are not ours to keep. */
const FileSet = z.object({
  annotator: Annotator.nullable(),
  kind: z.unknown().optional(),
  scheme_version: z.unknown().optional(),
  guideline_version: z.unknown().optional(),
  revision: z.unknown().optional(),
  submitted_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
  note: z.unknown().optional(),
  attributes: z.unknown().optional(),
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
 * Reads and checks the annotations of one article, one set for each annotator. What cannot be kept is
 * left out with a warning, which says why: a span or relation, with it a relation of such a span; of what
 * is kept, a key or an attribute that there is not here.
 *
 * @throws Refusal "unprocessable" for the first that would be left out, if the warnings are strict
 */
export function readAnnotations(
  given: GivenAnnotations,
  {
    text,
    scheme,
    warnings = new Warnings(),
    names = new Names(),
    placeOf = (list, index) => `${list}[${index}]`,
    foreign = false,
  }: {
    text: ArticleText;
    scheme: Scheme;
    warnings?: Warnings | undefined;
    names?: Names | undefined;
    placeOf?: (list: keyof GivenAnnotations, index: number) => string;
    /** Whether another program wrote it, in whose files values may be of other types: "2" for 2, ["x"] for "x". */
    foreign?: boolean;
  },
): IncomingAnnotations[] {
  const sets = new Map<string | null, SetReader>();
  const setOf = (annotator: string | null) => {
    const known = sets.get(annotator);
    if (known) return known;
    if (annotator !== null) checkStorable(annotator, "annotator");
    const made = new SetReader(annotator, { text, scheme, names, foreign });
    sets.set(annotator, made);
    return made;
  };
  /** Of a shape, each is kept; what is not of it, or cannot be kept, is left out. */
  const readEach = <T>(
    list: keyof GivenAnnotations,
    code: WarningCode,
    shape: z.ZodType<T>,
    keep: (one: T, losses: Losses, value: unknown) => void,
  ) => {
    for (const [index, value] of listIn(given, list, warnings).entries()) {
      const place = placeOf(list, index);
      const losses = new Losses(place);
      let isOfShape = false;
      try {
        const one = parse(shape, value, place);
        isOfShape = true;
        keep(one, losses, value);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // What is not of the shape is told with its place.
        if (isOfShape) warnings.add(code, `${place}: ${error.message}`, { field: place });
        else warnings.add(code, error.message, { field: partOf(error, place) });
        continue;
      }
      losses.tell(warnings);
    }
  };
  readEach("annotators", "annotations_left_out", Annotator, (annotator) => {
    setOf(annotator);
  });
  readEach("sets", "annotations_left_out", FileSet, (set, losses, value) => {
    losses.ofKeys("An annotation set", value, FileSet);
    setOf(set.annotator ?? null).describe(set, losses);
  });
  const named = new Set(sets.values());
  readEach("spans", "span_left_out", FileSpan, (span, losses, value) => {
    losses.ofKeys("A span", value, FileSpan);
    for (const [number, fragment] of (span.fragments ?? []).entries()) {
      losses.ofKeys("A fragment", fragment, FileFragment, `fragments[${number}]`);
    }
    setOf(span.annotator ?? null).add(span, losses);
  });
  readEach("relations", "relation_left_out", FileRelation, (relation, losses, value) => {
    losses.ofKeys("A relation", value, FileRelation);
    holderOf(relation, sets).relate(relation, losses);
  });
  // Nobody has marked nothing only because nothing of theirs could be kept.
  return [...sets.values()]
    .filter((set) => named.has(set) || !set.isEmpty)
    .map((set) => set.done());
}

/** What names of a file stand for here, and those that stand for nothing. */
export class Names {
  readonly #mapping: NameMapping | undefined;
  readonly #unknown = new Map<string, UnknownName>();

  constructor(mapping?: NameMapping) {
    this.#mapping = mapping;
  }

  /**
   * What a name stands for here: itself, where nothing else was said. One that the scheme has not is noted.
   *
   * @throws Refusal "unprocessable" if what has it is to be left out
   */
  meant(kind: NameKind, name: string, known: readonly { readonly name: string }[]): string {
    const meant = this.of(kind, name);
    if (meant == null) refuse(`What is called "${name.slice(0, 80)}" is left out, as was asked.`);
    if (!known.some((one) => one.name === meant)) {
      const key = JSON.stringify([kind, name]);
      this.#unknown.set(key, { kind, name, count: (this.#unknown.get(key)?.count ?? 0) + 1 });
    }
    return meant;
  }

  /** The same, whether it is known or not; null if what has it is to be left out. */
  of(kind: NameKind, name: string): string | null {
    const mapping = this.#mapping?.[kind] ?? {};
    return Object.hasOwn(mapping, name) ? (mapping[name] ?? null) : name;
  }

  get unknown(): readonly UnknownName[] {
    return [...this.#unknown.values()];
  }
}

/** One of the lists of a record; nothing, with a warning, where it is no list. */
export function listIn(
  given: Partial<GivenAnnotations>,
  name: keyof GivenAnnotations,
  warnings: Warnings,
): readonly unknown[] {
  const value = given[name] ?? [];
  if (Array.isArray(value)) return value;
  const message = `${name} must be a list, but is ${nameOf(value)}; it was left out.`;
  warnings.add("annotations_left_out", message, { field: name });
  return [];
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
  readonly #names: Names;
  readonly #foreign: boolean;
  /** By the id in the file. */
  readonly #spans = new Map<string, Span>();
  readonly #relations = new Map<string, Relation>();
  /** The spans with the relations so far; null until there is one. */
  #linked: Annotations | null = null;
  readonly #placed = new RangeSet<Span>();
  #about: AnnotationsAbout | null = null;
  /** How many spans and relations there were, those that could not be kept among them. */
  readonly #given = { spans: 0, relations: 0 };

  constructor(
    annotator: string | null,
    {
      text,
      scheme,
      names,
      foreign,
    }: { text: ArticleText; scheme: Scheme; names: Names; foreign: boolean },
  ) {
    this.#annotator = annotator;
    this.#foreign = foreign;
    this.#names = names;
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
  describe(given: FileSet, losses: Losses): void {
    const attributes = this.#keptAttributes(given.attributes, losses, articleHolder(this.#scheme));
    const note = losses.orNull("note", () => {
      const written = parse(Note.nullish(), given.note, "note") ?? "";
      checkStorable(written, "note");
      return written;
    });
    const [submittedAt = null, updatedAt = null] = (["submitted_at", "updated_at"] as const).map(
      (key) => {
        const time = losses.orNull(key, () => parse(Moment.nullish(), given[key], key));
        return time == null ? null : new Date(time);
      },
    );
    if (this.#about !== null && this.#about.note !== "") return;
    this.#about = { note: note ?? "", attributes, submittedAt, updatedAt };
  }

  add(given: FileSpan, losses: Losses): void {
    const count = this.#given.spans++;
    const name = given.id == null ? `#${count}` : String(given.id);
    if (this.#spans.has(name)) refuse(`The id ${JSON.stringify(name)} is there twice.`);
    const fragments = fragmentsOf(given);
    const label = this.#names.meant("label", given.label, this.#scheme.labels);
    const rule = labelRule(this.#scheme, label);
    checkFragments(this.#text, fragments);
    const quote = quoteOf(this.#text, fragments);
    for (const written of [given.quote, given.text]) {
      if (written != null && written !== quote) {
        const [one, other] = [written, quote].map((text) => JSON.stringify(excerpt(text)));
        refuse(`The quote ${one} is not the text at these offsets, ${other}.`);
      }
    }
    const [overlapped] = rule.overlap ? [] : this.#placed.overlapping(fragments, label);
    if (overlapped) refuse(`Two spans labelled ${label} cannot overlap.`);
    const attributes = this.#keptAttributes(given.attributes, losses, rule);
    const span = { id: this.#idOf("span", name), label, fragments, quote, attributes };
    this.#spans.set(name, span);
    this.#placed.add(span);
  }

  relate(
    { id: given, type: named, from: start, to: end, attributes }: FileRelation,
    losses: Losses,
  ): void {
    const count = this.#given.relations++;
    const type = this.#names.meant("relation", named, this.#scheme.relations);
    const from = this.#spans.get(String(start));
    const to = this.#spans.get(String(end));
    if (!from || !to) throw unknownSpan(String(from ? end : start));
    const rule = checkRelation(this.#scheme, type, from.label, to.label);
    const name = given == null ? `#${count}` : String(given);
    if (this.#relations.has(name)) refuse(`The id ${JSON.stringify(name)} is there twice.`);
    const relation: Relation = {
      id: this.#idOf("relation", name),
      type,
      from: from.id,
      to: to.id,
      attributes: this.#keptAttributes(attributes, losses, relationHolder(rule)),
    };
    // All spans have been read by then.
    this.#linked ??= new Annotations({ spans: this.#spans.values() });
    this.#linked.apply(
      { type: "add_relation", relation },
      { text: this.#text, scheme: this.#scheme },
    );
    this.#relations.set(name, relation);
  }

  done(): IncomingAnnotations {
    return {
      annotator: this.#annotator,
      spans: [...this.#spans.values()],
      relations: [...this.#relations.values()],
      about: this.#about,
    };
  }

  /**
   * The attributes of something in a file that can be kept. Those whose value is null are not there, and those
   * that are refused are noted and left out.
   */
  #keptAttributes(given: unknown, losses: Losses, holder: AttributeHolder): Attributes {
    if (given == null) return {};
    if (typeof given !== "object" || Array.isArray(given)) {
      const what = nameOf(given);
      losses.add(`attributes must be an object, but is ${what}; they were left out.`, "attributes");
      return {};
    }
    const kept = new Map<string, AttributeValue>();
    for (const [named, value] of Object.entries(given)) {
      if (value === null) continue;
      losses.orNull(`attributes.${named.slice(0, 80)}`, () => {
        const { data } = AttributeValue.safeParse(value);
        if (data === undefined) {
          refuse(`${named.slice(0, 80)} is ${nameOf(value)}, which no attribute can be.`);
        }
        const name = this.#names.meant("attribute", named, holder.attributes);
        if (kept.has(name)) refuse(`There is another value of ${name}.`);
        const rule = holder.attributes.find((one) => one.name === name);
        const meant = this.#foreign && rule ? inTypeOf(rule, data) : data;
        kept.set(name, checkedAttribute(holder, name, meant));
      });
    }
    return Object.fromEntries(kept);
  }

  #idOf(kind: string, name: string): string {
    if (name.length === UUID_LENGTH && isUuid(name)) return name.toLowerCase();
    return idNamed(JSON.stringify([kind, this.#annotator, name]));
  }
}

const UUID_LENGTH = 36;

/** Ids by what they were made from: the third span without an id is called the same in every article. */
const madeIds = new Map<string, string>();
const MOST_MADE = 10_000;

function idNamed(name: string): string {
  const known = madeIds.get(name);
  if (known !== undefined) return known;
  const made = uuidv5(name, NAMESPACE);
  if (madeIds.size >= MOST_MADE) madeIds.clear();
  madeIds.set(name, made);
  return made;
}

/** A value in the type that an attribute has, where it can be said in that; else as it is. */
function inTypeOf({ type }: AttributeRule, value: AttributeValue): AttributeValue {
  if (type === "choices") return typeof value === "object" ? value : String(value).split("|");
  const one = typeof value === "object" && value.length === 1 ? (value[0] ?? value) : value;
  if (typeof one === "object") return type === "text" ? one.join("\n") : one;
  if (type === "number") return typeof one === "string" ? (numberIn(one) ?? one) : one;
  if (type !== "boolean") return String(one);
  const said = String(one).trim().toLowerCase();
  return said === "true" || said === "yes" ? true : said === "false" || said === "no" ? false : one;
}

function numberIn(text: string): number | null {
  return /^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : null;
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
  return fragments.map(({ start, end }) => ({ start, end }));
}

/** What is left out of one span, relation, set or block, while that itself is in. */
export class Losses {
  readonly #place: string;
  readonly #found: { message: string; part: string }[] = [];

  /** @param place where it stands in its record, such as `spans[3]` */
  constructor(place: string) {
    this.#place = place;
  }

  /** @param part where in it the loss is, such as `attributes.cue` */
  add(message: string, part: string): void {
    this.#found.push({ message, part });
  }

  /**
   * Notes every key that a shape has not.
   *
   * @param what such as "A span"
   * @param part where in it the value stands; left out for the whole
   */
  ofKeys(what: string, value: unknown, shape: z.ZodObject, part?: string): void {
    for (const key of Object.keys(Object(value))) {
      if (Object.hasOwn(shape.shape, key)) continue;
      const named = key.slice(0, 80);
      this.add(
        `${what} has no "${named}" here; it was left out.`,
        part === undefined ? named : `${part}.${named}`,
      );
    }
  }

  /** What a piece of work gives; null, noted, if it is refused. */
  orNull<T>(part: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.add(`${error.message} It was left out.`, part);
      return null;
    }
  }

  tell(warnings: Warnings): void {
    const place = this.#place;
    for (const { message, part } of this.#found) {
      warnings.add("detail_left_out", message, { place, field: `${place}.${part}` });
    }
  }
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

/** Which part of something a refusal is about, where it says so; else the whole. */
export function partOf({ details }: Refusal, whole: string): string {
  return typeof details.field === "string" ? details.field : whole;
}

function unknownSpan(id: string): Refusal {
  return new Refusal(
    "unprocessable",
    `It links the span ${JSON.stringify(id.slice(0, 80))}, which this annotator has not in this article.`,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  // What is in it may nest without end.
  if (typeof value === "object") return nameOf(value);
  return JSON.stringify(value).slice(0, 40);
}

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}
