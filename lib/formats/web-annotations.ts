import { z } from "zod";
import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText, codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import { companionOf, nameIn } from "./brat";
import { readAll } from "./bytes";
import { readDate } from "./dates";
import {
  type ForeignAnnotator,
  type ForeignRelation,
  type ForeignSpan,
  isObject,
  type JsonObject,
  wholeFileArticle,
} from "./foreign";
import { jsonValuesIn } from "./json";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { type Conversion, conversionOf, type OffsetUnit } from "./units";
import { extensionOf } from "./unread";
import { Warnings } from "./warnings";
import {
  type LostInWriting,
  losePartsOf,
  metadataOf,
  type RecordPart,
  stemOf,
  type WrittenFile,
} from "./writing";

const ENDING = ".jsonld";
const TEXT_ENDINGS = [".txt", ".text"] as const;

const stemIn = (path: string) => path.slice(0, path.length - extensionOf(path).length);

/** The file that would say what is marked in a text. */
export const annotationsBeside = (path: string): readonly string[] => [stemIn(path) + ENDING];

/** The texts that a file of annotations would belong to. */
export const textsOfAnnotations = (path: string): readonly string[] =>
  extensionOf(path) === ENDING ? TEXT_ENDINGS.map((ending) => stemIn(path) + ending) : [];

/** Reads a text with the annotations beside it; those belong to the text and are no article. */
export async function* readWebAnnotations(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const stem = stemIn(file.path);
  if (!TEXT_ENDINGS.some((ending) => file.path.endsWith(ending))) {
    yield await companionOf(
      file,
      TEXT_ENDINGS.map((ending) => stem + ending),
    );
    return;
  }
  const text = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const bytes = (await file.beside?.(stem + ENDING)) ?? (await file.beside?.(`${stem}.json`));
  if (!bytes) {
    const message = `There is no file ${nameIn(stem)}${ENDING} beside it: nothing is marked.`;
    warnings.add("annotations_left_out", message);
  }
  const gathered = new Gathered(nameIn(stem), new ArticleText(text), context, warnings);
  for (const { value } of jsonValuesIn(bytes ? decodeUtf8(bytes) : "")) gathered.take(value, 0);
  yield wholeFileArticle(file, { text, ...gathered.all() }, context, warnings);
}

/** One or several are written alike. */
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

const textOf = (value: unknown): string | null =>
  typeof value === "string" && !isBlank(value) ? value : null;

const Position = z.looseObject({ start: z.int().min(0), end: z.int().min(0) });
const Quote = z.looseObject({
  exact: z.string().min(1),
  prefix: z.string().optional(),
  suffix: z.string().optional(),
});
type Quote = z.infer<typeof Quote>;

/** Of a text, as RFC 5147 has it: `char=2,7`. */
const Fragment = z.looseObject({
  type: z.literal("FragmentSelector"),
  value: z.string().regex(/^char=\d{1,15},\d{1,15}(?:;.*)?$/s),
});

/** What positions may count; code points by the standard. */
const UNITS = ["code_point", "utf16"] as const;

/** More of a text than this is not looked through for quotes: a file may have any number of them. */
const MOST_LOOKED_THROUGH = 2_000_000_000;

/** What an annotation is of; several in one are several. */
function targetsOf({ target }: JsonObject): readonly unknown[] {
  return listOf(target).flatMap((one) =>
    isObject(one) && one.selector === undefined && Array.isArray(one.items) ? one.items : [one],
  );
}

/** Where something is, as far as that is said. */
type Way = { readonly position?: Range; readonly quote?: Quote };

/** How many selectors may refine one another. */
const MAX_REFINED = 6;

/** Where a target is, in each way that is said. */
function selectorsOf(target: unknown): Way {
  const selectors = isObject(target) ? listOf(target.selector) : [];
  const all = [...selectors.flatMap((one) => waysOf(one, 0)), wayOf(fragmentOf(target))];
  const position = all.find((one) => one.position)?.position;
  const quote = all.find((one) => one.quote)?.quote;
  return { ...(position && { position }), ...(quote && { quote }) };
}

/**
 * What a selector says. A position that refines another counts from where that begins; in an element of a page, whose
 * place in the text nobody knows, it leads nowhere, and a quote does.
 */
function waysOf(selector: unknown, depth: number): readonly Way[] {
  if (!isObject(selector) || depth > MAX_REFINED) return [];
  const own = wayOf(selector);
  const inner = listOf(selector.refinedBy);
  if (inner.length === 0) return [own];
  const from = own.position?.start;
  return inner.flatMap((one) =>
    waysOf(one, depth + 1).map(({ position, quote }) => ({
      ...(quote && { quote }),
      ...(position &&
        from !== undefined && {
          position: { start: from + position.start, end: from + position.end },
        }),
    })),
  );
}

/** What a selector says by itself. */
function wayOf(selector: unknown): Way {
  const { data: fragment } = Fragment.safeParse(selector);
  if (fragment) {
    const [start = 0, end = 0] = (fragment.value.match(/\d+/g) ?? []).map(Number);
    return { position: { start, end } };
  }
  const { data: position } = Position.safeParse(selector);
  if (position) return { position };
  const { data: quote } = Quote.safeParse(selector);
  return quote ? { quote } : {};
}

/** The part of a text that an address ends in (`port.txt#char=2,7`), as a selector. */
function fragmentOf(target: unknown): unknown {
  const address = isObject(target) ? addressOf(target) : target;
  const value = typeof address === "string" ? /#(char=.*)$/s.exec(address)?.[1] : undefined;
  return value === undefined ? null : { type: "FragmentSelector", value };
}

/** The address of what a target is in; null if none is said. */
function addressOf(target: unknown): string | null {
  if (!isObject(target)) return typeof target === "string" ? target : null;
  const source = target.source ?? (target.selector === undefined ? target.id : undefined);
  return textOf(isObject(source) ? source.id : source);
}

/** A page, however its address is written; null if it is not of the web. */
function pageOf(target: unknown): string | null {
  const [, page] = /^https?:\/\/(?:www\.)?([^#?]*)/i.exec(addressOf(target) ?? "") ?? [];
  return page === undefined ? null : page.replace(/\/+$/, "").toLowerCase();
}

/** What an annotation says, whatever it is of. */
type Said = {
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly note: string | null;
  /** Ids of annotations that it links to. */
  readonly links: readonly string[];
};

/** How many collections may lie in each other. */
const MAX_DEPTH = 6;

/** Gathers the annotations of a file that are of one text. */
class Gathered {
  readonly #stem: string;
  readonly #text: ArticleText;
  readonly #conversions: ReadonlyMap<OffsetUnit, Conversion>;
  /** What somebody said that positions count. */
  readonly #said: OffsetUnit | undefined;
  #unit: OffsetUnit = "code_point";
  readonly #warnings: Warnings;
  readonly #metadata = new Map<string, unknown>();
  readonly #annotators = new Map<string | null, ForeignAnnotator>();
  readonly #spans: ForeignSpan[] = [];
  readonly #relations: ForeignRelation[] = [];
  readonly #found: JsonObject[] = [];
  /** Pages that the file has annotations of, and that this text is not. */
  #otherPages: ReadonlySet<string> = new Set();
  #count = 0;
  /** How much of the text was looked through for quotes, in UTF-16 units. */
  #looked = 0;

  constructor(stem: string, text: ArticleText, { offsets }: ReadContext, warnings: Warnings) {
    this.#stem = stem;
    this.#text = text;
    this.#said = offsets;
    const units = offsets === undefined ? UNITS : [offsets];
    this.#conversions = new Map(units.map((unit) => [unit, conversionOf(text, unit)]));
    this.#warnings = warnings;
  }

  /** What all annotations say that were taken. */
  all() {
    this.#otherPages = this.#pagesOfOthers();
    this.#unit = this.#said ?? this.#likeliest();
    for (const one of this.#found) this.#annotation(one);
    return {
      unit: this.#unit,
      metadata: this.#metadata,
      annotators: [...this.#annotators.values()],
      spans: this.#spans,
      relations: this.#relations,
    };
  }

  /** Takes an annotation, a page, a collection, what Hypothesis answers, or a list of any. */
  take(value: unknown, depth: number): void {
    if (Array.isArray(value)) {
      for (const one of value) this.take(one, depth + 1);
      return;
    }
    if (!isObject(value) || depth > MAX_DEPTH) {
      this.#leaveOut("It is no annotation.");
      return;
    }
    const inner = [value.items, value.rows, value.first].filter((one) => one !== undefined);
    if (inner.length === 0) {
      this.#found.push(value);
      return;
    }
    const label = textOf(value.label);
    if (label !== null && !this.#metadata.has("title")) this.#metadata.set("title", label);
    for (const [key, said] of Object.entries(isObject(value.metadata) ? value.metadata : {})) {
      this.#metadata.set(key, said);
    }
    for (const one of inner) {
      if (typeof one === "string") this.#leaveOut("A page of it lies elsewhere.");
      else this.take(one, depth + 1);
    }
    if (isObject(value.next) || typeof value.next === "string")
      this.#leaveOut("A page of it lies elsewhere.");
  }

  /** Of several pages those of which no quote is in this text, where some of another are. */
  #pagesOfOthers(): ReadonlySet<string> {
    const quotes = new Map<string, boolean>();
    for (const target of this.#found.flatMap(targetsOf)) {
      const page = pageOf(target);
      if (page === null || quotes.get(page) === true) continue;
      const { quote } = selectorsOf(target);
      quotes.set(page, quote !== undefined && this.#isSomewhere(quote));
    }
    const isKnown = [...quotes.values()].includes(true);
    return new Set([...quotes].flatMap(([page, isHere]) => (isKnown && !isHere ? [page] : [])));
  }

  #isSomewhere({ exact }: Quote): boolean {
    this.#looked += this.#text.value.length;
    return this.#looked <= MOST_LOOKED_THROUGH && this.#text.value.includes(exact);
  }

  /**
   * What positions count: code points, as they should, but for a file in which more quotes are where UTF-16 units put
   * them, as programs in browsers count. A position without a quote tells only where it is no range in one of the two;
   * where nothing tells, and it makes a difference, that is told.
   */
  #likeliest(): OffsetUnit {
    const fits = { code_point: 0, utf16: 0 };
    let quotes = 0;
    let unsure = 0;
    for (const found of this.#found) {
      for (const target of targetsOf(found).filter((one) => this.#isOfText(one))) {
        const { position, quote } = selectorsOf(target);
        if (!position) continue;
        const ranges = UNITS.map((unit) => ({ unit, range: this.#rangeAt(position, quote, unit) }));
        const able = ranges.filter(({ range }) => range !== null);
        if (quote) quotes += able.length > 0 ? 1 : 0;
        else if (able.length === 2) {
          const [one, other] = able;
          const isSame =
            one?.range?.start === other?.range?.start && one?.range?.end === other?.range?.end;
          unsure += isSame ? 0 : 1;
        }
        if (quote || able.length === 1) for (const { unit } of able) fits[unit] += 1;
      }
    }
    if (fits.utf16 > fits.code_point) {
      const what = quotes > 0 ? "quotes are where they should be" : "positions are within the text";
      const message = `Positions were taken for UTF-16 units: so ${fits.utf16} ${what}, ${fits.code_point} as characters.`;
      this.#warnings.add("offsets_in_doubt", message);
      return "utf16";
    }
    if (unsure > 0 && fits.code_point === fits.utf16) {
      const message = `Whether positions count characters or UTF-16 units, the file does not say, and ${unsure} of them, without a quote, differ by that. They were taken for characters; --offsets (offsets=) says otherwise.`;
      this.#warnings.add("offsets_in_doubt", message);
    }
    return "code_point";
  }

  /** The range of a position, in code points, if it is one and its quote is there. */
  #rangeAt({ start, end }: Range, quote: Quote | undefined, unit: OffsetUnit): Range | null {
    const conversion = this.#conversions.get(unit);
    const [from, to] = [start, end].map((offset) => conversion?.toCodePoints(offset) ?? null);
    if (from == null || to == null || from >= to) return null;
    const range = { start: from, end: to };
    const words = (text: string) => text.replaceAll(/\s+/gu, "");
    if (!quote) return range;
    // What is so much longer is something else, and need not be compared.
    if (to - from > 2 * quote.exact.length + 1000) return null;
    return words(this.#text.slice(range)) === words(quote.exact) ? range : null;
  }

  #leaveOut(message: string): void {
    this.#warnings.add("annotations_left_out", message, { place: `annotation ${this.#count}` });
  }

  #annotation(found: JsonObject): void {
    this.#count += 1;
    const place = `annotation ${this.#count}`;
    const said = saidIn(found);
    const annotator = personIn(found);
    const id = idIn(found.id) ?? `#${this.#count}`;
    const targets = targetsOf(found);
    const linked = targets.flatMap((target) => (typeof target === "string" ? [target] : []));
    if (targets.length === 0 && !("body" in found || "bodyValue" in found)) {
      this.#leaveOut("It is no annotation.");
      return;
    }
    if (said.links.length > 0) {
      const type = said.tags[0] ?? "relation";
      for (const from of linked.length > 0 ? linked : []) {
        for (const to of said.links) {
          const ends = { from: idIn(from) ?? from, to: idIn(to) ?? to };
          const { attributes } = said;
          this.#relations.push({ id, type, ...ends, attributes, annotator, place });
        }
      }
      if (linked.length === 0) this.#leaveOut("It links nothing.");
      return;
    }
    const own = targets.filter((target) => this.#isOfText(target));
    if (own.length === 0 && targets.length > 0) {
      this.#leaveOut("It is of another text.");
      return;
    }
    const marked = own.filter(
      (target) =>
        (isObject(target) && target.selector != null) || wayOf(fragmentOf(target)).position,
    );
    if (marked.length === 0) {
      this.#ofWhole(found, said, annotator);
      return;
    }
    this.#learn(found, marked[0]);
    const pieces = marked.map((target) => this.#pieceOf(target, place));
    const fragments = pieces.flatMap((piece) => piece?.range ?? []);
    if (fragments.length < pieces.length) return;
    const quotes = pieces.flatMap((piece) => piece?.quote ?? []);
    const quote = quotes.length === pieces.length ? quotes.join(" ") : null;
    const labels =
      said.tags.length > 0 ? said.tags : [textOf(listOf(found.motivation)[0]) ?? "annotation"];
    for (const [index, label] of labels.entries()) {
      const { attributes } = said;
      // What is written of the words is written once.
      const note = index === 0 ? said.note : null;
      const name = index === 0 ? id : `${id}/${label}`;
      this.#spans.push({ id: name, label, fragments, quote, attributes, note, annotator, place });
    }
  }

  /** The file's only text, or one of the name of several. */
  #isOfText(target: unknown): boolean {
    const address = addressOf(target)?.replace(/#.*$/s, "");
    const page = pageOf(target);
    if (page !== null && this.#otherPages.has(page)) return false;
    if (address === undefined || !/\.te?xt$/.test(address)) return true;
    return nameIn(address).replace(/\.te?xt$/, "") === this.#stem || !address.includes("/");
  }

  /** Where the text is from, and what its page is called. */
  #learn(found: JsonObject, target: unknown): void {
    const source = isObject(target) ? target.source : null;
    if (typeof source === "string" && /^https?:/.test(source) && !this.#metadata.has("url")) {
      this.#metadata.set("url", source);
    }
    const page = isObject(found.document) ? textOf(listOf(found.document.title)[0]) : null;
    if (page !== null && !this.#metadata.has("title")) this.#metadata.set("title", page);
  }

  #ofWhole(found: JsonObject, { tags, attributes, note }: Said, annotator: string | null): void {
    if (tags.length > 0) {
      const before = listOf(this.#metadata.get("tags"));
      this.#metadata.set("tags", [...before, ...tags.filter((tag) => !before.includes(tag))]);
    }
    const time = textOf(found.modified ?? found.updated ?? found.created);
    const updatedAt = time === null ? null : readDate(time);
    const before = this.#annotators.get(annotator);
    const notes = [before?.note, note].filter((one) => one != null && one !== "").join("\n");
    this.#annotators.set(annotator, {
      annotator,
      note: notes,
      attributes: { ...before?.attributes, ...attributes },
      submittedAt: updatedAt,
      updatedAt,
    });
  }

  /** Where a target is: at its position, if its quote is there, else where the quote is. */
  #pieceOf(target: unknown, place: string) {
    const { position, quote } = selectorsOf(target);
    const inUnit = (range: Range) => {
      const conversion = this.#conversions.get(this.#unit);
      const [start = 0, end = 0] = [range.start, range.end].map(
        (offset) => conversion?.fromCodePoints(offset) ?? offset,
      );
      return { start, end };
    };
    if (position) {
      // The unit of the file first, then any in which its quote is there.
      const units = quote ? [this.#unit, ...this.#conversions.keys()] : [this.#unit];
      for (const unit of units) {
        const range = this.#rangeAt(position, quote, unit);
        if (range) return { range: inUnit(range), quote: quote?.exact ?? null };
      }
    }
    const found = quote ? this.#find(quote) : null;
    if (!quote || found === null) {
      const message = quote
        ? "Its quote is not in the text, or not once, and its position is of something else."
        : "It has neither a position in the text nor a quote of it.";
      this.#warnings.add("span_left_out", message, { place, field: place });
      return null;
    }
    if (position) {
      const message =
        "Its position is of something else than its quote, which was found elsewhere.";
      this.#warnings.add("detail_left_out", message, { place, field: place });
    }
    return { range: inUnit(found), quote: quote.exact };
  }

  /** The only place of a quote with what stands around it, in code points. */
  #find({ exact, prefix = "", suffix = "" }: Quote): Range | null {
    this.#looked += 2 * this.#text.value.length;
    if (this.#looked > MOST_LOOKED_THROUGH) return null;
    for (const [before, after] of [
      [prefix, suffix],
      ["", ""],
    ] as const) {
      const whole = before + exact + after;
      const at = this.#text.value.indexOf(whole);
      if (at < 0 || this.#text.value.indexOf(whole, at + 1) >= 0) continue;
      const start = this.#text.fromUtf16(at + before.length);
      return { start, end: start + codePointLength(exact) };
    }
    return null;
  }
}

/** What is said in the bodies of an annotation, and, with Hypothesis, beside them. */
function saidIn(found: JsonObject): Said {
  const tags: string[] = listOf(found.tags).flatMap((tag) => textOf(tag) ?? []);
  const attributes = new Map<string, unknown>();
  const notes: string[] = listOf(found.text).flatMap((text) => textOf(text) ?? []);
  const links: string[] = [];
  const [motivation] = listOf(found.motivation);
  for (const body of [...listOf(found.body), ...listOf(found.bodyValue)]) {
    const value = isObject(body) ? textOf(body.value) : textOf(body);
    const purpose = isObject(body) ? (listOf(body.purpose)[0] ?? motivation) : motivation;
    const isTag = purpose === "tagging" || purpose === "classifying" || purpose === "identifying";
    if (isObject(body) && value === null && isTag) tags.push(...tagIn(body));
    else if (isObject(body) && value === null) {
      const link = textOf(body.source ?? body.id);
      if (link !== null) links.push(link);
    } else if (value === null) continue;
    else if (purpose === "classifying" && /^[^=\s]+=/.test(value)) {
      const at = value.indexOf("=");
      attributes.set(value.slice(0, at), value.slice(at + 1));
    } else if (purpose === "linking") links.push(value);
    else if (isTag) tags.push(value);
    else notes.push(value);
  }
  const note = notes.length > 0 ? notes.join("\n") : null;
  return { tags, attributes: Object.fromEntries(attributes), note, links };
}

/** A tag that is something in the web: what it is called, else its address. */
function tagIn({ source, id }: JsonObject): readonly string[] {
  const { label, id: address } = isObject(source) ? source : { label: null, id: source };
  const tag = textOf(label) ?? textOf(address) ?? textOf(id);
  return tag === null ? [] : [tag];
}

/** Who made it, as the file calls them. */
function personIn(found: JsonObject): string | null {
  const [creator] = listOf(found.creator ?? found.user);
  const named = isObject(creator)
    ? (textOf(creator.name) ?? textOf(creator.nickname) ?? textOf(creator.id))
    : textOf(creator);
  return (
    named
      ?.replaceAll(/\s+/g, " ")
      .trim()
      .replace(/^acct:/, "")
      .slice(0, 200) ?? null
  );
}

const URN = "urn:uuid:";

function idIn(value: unknown): string | null {
  const id = textOf(value);
  if (id === null) return null;
  // What is longer is an address, whose end tells it apart.
  return (id.startsWith(URN) ? id.slice(URN.length) : id).slice(-200);
}

/** How much of the text before and after a quote goes with it, in code points. */
const AROUND = 32;

/** What of a record has no place in it. */
export const webAnnotationLoses = ["blocks"] as const satisfies readonly RecordPart[];

/** A text, and beside it a collection of annotations. */
export function writeWebAnnotations(
  record: ArticleRecord,
  lost: LostInWriting,
): readonly WrittenFile[] {
  losePartsOf(record, webAnnotationLoses, lost);
  const text = new ArticleText(record.text);
  const stem = stemOf(record);
  const source = `${stem}.txt`;
  const { title, ...metadata } = metadataOf(record, lost);
  const person = (name: string) => ({ creator: { type: "Person", name } });
  const classes = (attributes: Readonly<Record<string, unknown>>) =>
    Object.entries(attributes).map(([name, value]) => ({
      type: "TextualBody",
      value: `${name}=${Array.isArray(value) ? value.join("|") : value}`,
      purpose: "classifying",
    }));
  const tag = (value: string) => ({ type: "TextualBody", value, purpose: "tagging" });
  const sets = record.sets.map(({ annotator, note, attributes, updated_at }, index) => ({
    id: `${URN}${record.id}#set-${index + 1}`,
    type: "Annotation",
    motivation: "commenting",
    ...person(annotator),
    modified: updated_at,
    body: [
      ...classes(attributes),
      ...(note === "" ? [] : [{ type: "TextualBody", value: note, purpose: "commenting" }]),
    ],
    target: { source },
  }));
  const spans = record.spans.map(({ id, label, fragments, attributes, annotator }) => {
    const targets = fragments.map(({ start, end }) => ({
      type: "SpecificResource",
      source,
      selector: [
        {
          type: "TextQuoteSelector",
          exact: text.slice({ start, end }),
          prefix: text.slice({ start: Math.max(0, start - AROUND), end: start }),
          suffix: text.slice({ start: end, end: Math.min(text.length, end + AROUND) }),
        },
        { type: "TextPositionSelector", start, end },
      ],
    }));
    const body = [tag(label), ...classes(attributes)];
    const common = {
      id: URN + id,
      type: "Annotation",
      motivation: "tagging",
      ...person(annotator),
    };
    return { ...common, body, target: targets.length === 1 ? targets[0] : targets };
  });
  const relations = record.relations.map(({ id, type, from, to, attributes, annotator }) => ({
    id: URN + id,
    type: "Annotation",
    motivation: "linking",
    ...person(annotator),
    body: [
      tag(type),
      ...classes(attributes),
      { type: "SpecificResource", source: URN + to, purpose: "linking" },
    ],
    target: URN + from,
  }));
  const items = [...sets, ...spans, ...relations];
  const collection = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    id: URN + record.id,
    type: "AnnotationCollection",
    label: title,
    total: items.length,
    metadata,
    first: { type: "AnnotationPage", startIndex: 0, items },
  };
  return [
    { path: source, text: record.text },
    { path: stem + ENDING, text: `${JSON.stringify(collection, null, 1)}\n` },
  ];
}
