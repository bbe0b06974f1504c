import type { Range } from "@/lib/domain/text";
import type { ForeignRelation, ForeignSpan } from "./foreign";
import { idIn, type TeiElement } from "./tei-header";
import type { LaidOutText, Placed } from "./tei-text";
import type { Warnings } from "./warnings";

/** Elements that say by their names what their words are. */
const NAMED: ReadonlySet<string> = new Set(
  "said quote name persName orgName placeName geogName rs term".split(" "),
);

/** An element apart from the text, and the words in it. */
type Apart = { readonly element: TeiElement; said: string };

/** A mark before its pieces are put together. */
type Loose = {
  readonly ids: string[];
  readonly label: string;
  readonly fragments: Range[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly note: string | null;
  readonly annotator: string | null;
  readonly place: string;
  readonly part: string;
  readonly next: string | null;
  readonly prev: string | null;
};

/** What is marked in a document, in its text and apart from it. */
export class TeiMarks {
  readonly #apart: Apart[] = [];
  readonly #open: Apart[] = [];
  readonly #features = new Features();

  open(element: TeiElement): void {
    this.#features.open(element);
    if (!/^(?:span|link|annotation|note|ptr|rs|respStmt|name|persName)$/.test(element.name)) return;
    const apart = { element, said: "" };
    this.#apart.push(apart);
    this.#open.push(apart);
  }

  text(text: string): void {
    const innermost = this.#open.at(-1);
    if (innermost) innermost.said += text;
    this.#features.text(text);
  }

  close(element: TeiElement): void {
    this.#features.close(element);
    if (this.#open.at(-1)?.element === element) this.#open.pop();
  }

  /**
   * @param people who is responsible, by id
   * @returns also the attributes of the article, by who gave them
   */
  read(
    text: LaidOutText,
    people: ReadonlyMap<string, string>,
    warnings: Warnings,
  ): {
    readonly spans: readonly ForeignSpan[];
    readonly relations: readonly ForeignRelation[];
    readonly sets: ReadonlyMap<string | null, Readonly<Record<string, unknown>>>;
  } {
    const whose = (element: TeiElement): string | null => {
      for (let one: TeiElement | null = element; one; one = one.parent) {
        const said = one.attributes.get("resp")?.split(/\s+/)[0];
        if (said) return people.get(idIn(said)) ?? (idIn(said).slice(0, 200) || null);
      }
      return null;
    };
    const loose = [...this.#inText(text, whose), ...this.#apartFrom(text, whose, warnings)];
    const spans = joinedParts(loose).map(({ ids, label, fragments, ...mark }): ForeignSpan => {
      const { attributes, note, annotator, place } = mark;
      return { id: ids[0] ?? null, label, fragments, attributes, note, annotator, place };
    });
    const known = new Map<string, string>();
    for (const { ids } of joinedParts(loose)) {
      for (const id of ids) known.set(id, ids[0] ?? id);
    }
    const makers = new Map(
      spans.map(({ id, annotator = null }) => [String(id), annotator] as const),
    );
    // Where nobody is named, a link is by who made what it begins with.
    const relations = this.#relations(known, whose, warnings).map((relation) => ({
      ...relation,
      annotator: relation.annotator ?? makers.get(String(relation.from)) ?? null,
    }));
    const sets = new Map<string | null, Readonly<Record<string, unknown>>>();
    for (const element of this.#features.ofArticle) {
      const annotator = whose(element);
      sets.set(annotator, { ...sets.get(annotator), ...this.#features.of(element) });
    }
    return { spans, relations, sets };
  }

  /** What an element is by `ana`, and what else that says of it. */
  #said(element: TeiElement): { labels: string[]; attributes: Record<string, unknown> } {
    const labels: string[] = [];
    const attributes: Record<string, unknown> = {};
    for (const pointer of listOf(element.attributes.get("ana"))) {
      const features = this.#features.byId(idIn(pointer));
      if (features) Object.assign(attributes, features);
      else labels.push(labelIn(idIn(pointer)));
    }
    return { labels, attributes };
  }

  #inText({ elements, rangeOf }: LaidOutText, whose: (of: TeiElement) => string | null): Loose[] {
    return elements.flatMap(({ element, start, end }): Loose[] => {
      const { name, attributes } = element;
      if (["from", "to", "target"].some((one) => attributes.has(one)) && name === "span") return [];
      if (/^(?:link|annotation|note|ptr|interp|fs|f|div|body)$/.test(name)) return [];
      const { labels: given, attributes: features } = this.#said(element);
      const labels = [...given];
      if (labels.length === 0) {
        const isTyped = /^(?:seg|span|name|rs)$/.test(name);
        const type = isTyped ? attributes.get("type") : undefined;
        if (type !== undefined) labels.push(type);
        else if (NAMED.has(name) && !isOfBlocks(element)) labels.push(name);
      }
      const range = labels.length > 0 ? rangeOf({ start, end }, true) : null;
      if (range === null) return [];
      const own = attributes.get("xml:id");
      const extra = ["cert", "who"].flatMap((one) => {
        const value = attributes.get(one);
        return value === undefined ? [] : [[one, value.replace(/^#/, "")] as const];
      });
      return labels.map((label, index) => ({
        ids: own === undefined ? [] : [index === 0 ? own : `${own}/${label}`],
        label,
        fragments: [range],
        attributes: { ...Object.fromEntries(extra), ...features },
        note: null,
        annotator: whose(element),
        place: own === undefined ? `<${name}>` : `<${name} xml:id="${own}">`,
        part: attributes.get("part") ?? "",
        next: idOrNull(attributes.get("next")),
        prev: idOrNull(attributes.get("prev")),
      }));
    });
  }

  #apartFrom(
    text: LaidOutText,
    whose: (of: TeiElement) => string | null,
    warnings: Warnings,
  ): Loose[] {
    const pointers = new Pointers(text);
    const inside = Map.groupBy(this.#apart, ({ element }) => {
      for (let one = element.parent; one; one = one.parent) {
        if (one.name === "span" || one.name === "annotation") return one;
      }
      return null;
    });
    return this.#apart.flatMap(({ element, said }): Loose[] => {
      const { name, attributes, parent } = element;
      const [from, to, target] = ["from", "to", "target"].map((one) => attributes.get(one));
      const isMark = name === "annotation" ? target !== undefined : name === "span";
      if (!isMark || (from === undefined && target === undefined)) return [];
      const id = attributes.get("xml:id");
      const place = `<${name}${id === undefined ? "" : ` xml:id="${id}"`}>`;
      const fragments =
        from === undefined ? pointers.all(target ?? "") : pointers.between(from, to ?? from);
      if (fragments === null || fragments.length === 0) {
        const message = `What it points at, ${(from ?? target ?? "").slice(0, 100)}, is not in the text, or pointed at in a way that is not read.`;
        warnings.add("span_left_out", message, { place, field: place });
        return [];
      }
      const within = inside.get(element) ?? [];
      const { labels: given, attributes: features } = this.#said(element);
      // Recogito's tags.
      const tags = within.flatMap((one) =>
        one.element.name === "rs" ? this.#said(one.element).labels : [],
      );
      const about = within.flatMap((one) => {
        const pointer = one.element.name === "ptr" ? one.element.attributes.get("target") : null;
        return pointer ? [labelIn(idIn(pointer))] : [];
      });
      const group = parent ? this.#said(parent).labels : [];
      const types = [attributes.get("type"), ...about, ...group, parent?.attributes.get("type")];
      const named = types.find((type) => type !== undefined && type !== "");
      const own = [...given, ...tags];
      const labels = own.length > 0 ? own : [named ?? attributes.get("motivation") ?? name];
      const notes = within.filter((one) => one.element.name === "note").map((one) => one.said);
      const words = name === "span" ? said : notes.join("\n");
      const person = within.find(({ element: { name } }) => /^(?:name|persName)$/.test(name));
      return labels.map((label, at) => ({
        ids: id === undefined ? [] : [at === 0 ? id : `${id}/${label}`],
        label,
        fragments,
        attributes: features,
        note: words.trim() === "" ? null : words,
        annotator: whose(element) ?? person?.said.trim() ?? null,
        place,
        part: "",
        next: null,
        prev: null,
      }));
    });
  }

  #relations(
    known: ReadonlyMap<string, string>,
    whose: (of: TeiElement) => string | null,
    warnings: Warnings,
  ): ForeignRelation[] {
    let others = 0;
    const relations = this.#apart.flatMap(({ element }): ForeignRelation[] => {
      const { name, attributes, parent } = element;
      if (name !== "link") return [];
      const ends = listOf(attributes.get("target")).map((one) => {
        const id = idIn(one);
        return known.get(ownId(id) ?? id);
      });
      const [from, to] = ends;
      if (ends.length !== 2 || from === undefined || to === undefined) {
        others += 1;
        return [];
      }
      const { labels, attributes: features } = this.#said(element);
      const type = attributes.get("type") ?? labels[0] ?? parent?.attributes.get("type") ?? "link";
      const id = attributes.get("xml:id") ?? null;
      const place = `<link${id === null ? "" : ` xml:id="${id}"`}>`;
      return [
        { id: ownId(id), type, from, to, attributes: features, annotator: whose(element), place },
      ];
    });
    if (others > 0) {
      const message = `${others} links are not between two marks that are read.`;
      warnings.add("annotations_left_out", message);
    }
    return relations;
  }
}

const listOf = (value: string | undefined) =>
  (value ?? "").split(/\s+/).filter((one) => one !== "");

const idOrNull = (value: string | undefined) => (value === undefined ? null : idIn(value));

/** What stands in front of the names and ids of ours that may begin with a figure, or be those of others. */
export const OWN = { label: "label.", span: "s-", relation: "r-" } as const;

const labelIn = (id: string) => (id.startsWith(OWN.label) ? id.slice(OWN.label.length) : id);

function ownId(id: string | null): string | null {
  return id?.replace(/^[sr]-(?=[0-9a-f]{8}-[0-9a-f-]{27}$)/, "") ?? null;
}

/** Whether a quote has paragraphs around its words rather than words around it: then it is a block. */
function isOfBlocks({ parent }: TeiElement): boolean {
  for (let above = parent; above && above.name !== "body"; above = above.parent) {
    if (/^(?:p|ab|l|u|head|item|cell|seg|label|note)$/.test(above.name)) return false;
  }
  return true;
}

/**
 * Marks whose pieces name each other (`next`, `prev`), or say which part they are (`part`: initial, middle, final), as
 * one, with the ids of all.
 */
function joinedParts(loose: readonly Loose[]): readonly Loose[] {
  const kept: Loose[] = [];
  const byId = new Map<string, Loose>();
  /** The mark that goes on, by what it is. */
  const unfinished = new Map<string, Loose>();
  const waiting = new Map<string, Loose>();
  for (const one of loose) {
    const what = `${one.label} ${one.annotator ?? ""}`;
    const [id] = one.ids;
    const before =
      (one.prev === null ? undefined : byId.get(one.prev)) ??
      (id === undefined ? undefined : waiting.get(id)) ??
      (/^[MF]$/.test(one.part) ? unfinished.get(what) : undefined);
    const whole: Loose = before ?? { ...one, ids: [...one.ids], fragments: [...one.fragments] };
    if (before) {
      before.fragments.push(...one.fragments);
      before.ids.push(...one.ids);
    } else kept.push(whole);
    if (id !== undefined) byId.set(id, whole);
    if (one.next !== null) waiting.set(one.next, whole);
    if (/^[IM]$/.test(one.part)) unfinished.set(what, whole);
    else if (one.part === "F") unfinished.delete(what);
  }
  return kept.map((one) => ({ ...one, ids: one.ids.map((id) => ownId(id) ?? id) }));
}

/** How many elements are looked at for all paths of a document: each of them may be any. */
const MOST_LOOKED_AT = 100_000_000;

/** `/TEI[1]/text[1]/body[1]/p[2]::14` */
const PLACE = /^(.*\/.*)::(\d{1,9})$/;

/** What pointers of the TEI schemes point at. Offsets count code points, from 0. */
class Pointers {
  readonly #text: LaidOutText;
  readonly #byId = new Map<string, Placed>();
  readonly #placed = new Map<TeiElement, Placed>();
  /** Of elements among those of their names in the same, from 1. */
  readonly #places = new Map<TeiElement, number>();
  #looked = 0;

  constructor(text: LaidOutText) {
    this.#text = text;
    const counts = new Map<TeiElement | null, Map<string, number>>();
    for (const placed of text.elements) {
      const { name, parent } = placed.element;
      const alike = counts.get(parent) ?? new Map<string, number>();
      const place = (alike.get(name) ?? 0) + 1;
      counts.set(parent, alike.set(name, place));
      this.#places.set(placed.element, place);
      this.#placed.set(placed.element, placed);
      const id = placed.element.attributes.get("xml:id");
      if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, placed);
    }
  }

  /** @returns null if one of them points at nothing */
  all(pointers: string): Range[] | null {
    const [first, last, ...more] = listOf(pointers);
    if (first && last && more.length === 0 && [first, last].every((one) => PLACE.test(one))) {
      const [start, end] = [this.#place(first), this.#place(last)];
      return start === null || end === null ? null : [{ start, end }];
    }
    const found = listOf(pointers).map((one) => this.#one(idIn(one)));
    return found.some((one) => one === null) ? null : found.flatMap((one) => one ?? []);
  }

  between(from: string, to: string): Range[] | null {
    const [first, last] = [this.#one(idIn(from)), this.#one(idIn(to))];
    const start = first?.[0]?.start;
    const end = last?.at(-1)?.end;
    return start === undefined || end === undefined ? null : [{ start, end }];
  }

  #one(pointer: string): Range[] | null {
    const [, scheme, inside = ""] = /^([a-z-]+)\((.*)\)$/s.exec(pointer) ?? [];
    if (scheme === "string-range") return this.#stringRange(inside);
    if (scheme === "range") {
      const [first, last, ...more] = argumentsIn(inside);
      const [start, end] = [this.#point(first ?? ""), this.#point(last ?? "")];
      if (start === null || end === null || more.length > 0) return null;
      return [{ start, end }];
    }
    if (scheme !== undefined && scheme !== "xpath") return null;
    const placed = this.#element(scheme === "xpath" ? inside : pointer);
    if (placed === null) return null;
    if (placed.start === placed.end) {
      const at = this.#anchor(placed);
      return at === null ? null : [{ start: at, end: at }];
    }
    const range = this.#text.rangeOf(placed, true);
    return range && [range];
  }

  /** A place as Recogito says it, by a path and how many characters come before it there. */
  #place(pointer: string): number | null {
    const [, path = "", offset = ""] = PLACE.exec(pointer) ?? [];
    const placed = this.#element(path);
    return placed && this.#text.pointIn(placed, Number(offset));
  }

  #stringRange(inside: string): Range[] | null {
    const [of = "", ...offsets] = argumentsIn(inside);
    const placed = this.#element(of);
    if (placed === null || offsets.length < 2 || offsets.length % 2 === 1) return null;
    const ranges: Range[] = [];
    for (let index = 0; index < offsets.length; index += 2) {
      const [from, length] = [Number(offsets[index]), Number(offsets[index + 1])];
      const isRange = Number.isInteger(from) && from >= 0 && Number.isInteger(length) && length > 0;
      if (!isRange || placed.start + from + length > placed.end) return null;
      const start = placed.start + from;
      const range = this.#text.rangeOf({ start, end: start + length }, false);
      if (range === null) return null;
      ranges.push(range);
    }
    return ranges;
  }

  /** A place: `string-index(a,3)`, or before an element. */
  #point(pointer: string): number | null {
    const [, inside] = /^string-index\((.*)\)$/s.exec(pointer) ?? [];
    const [of = "", offset = "0"] = inside === undefined ? [pointer] : argumentsIn(inside);
    const placed = this.#element(of);
    if (placed === null || !/^\d{1,9}$/.test(offset)) return null;
    return this.#text.pointIn(placed, Number(offset));
  }

  /** Where an empty element stands: before what comes after it in the element around it. */
  #anchor({ element, start }: Placed): number | null {
    const around = element.parent && this.#placed.get(element.parent);
    return around ? this.#text.pointIn(around, start - around.start) : null;
  }

  #element(pointer: string): Placed | null {
    const [, id] = /^(?:id\(['"]?([^'")]+)['"]?\)|\/\/\*\[@xml:id=['"]([^'"]+)['"]\])$/
      .exec(pointer)
      ?.filter((one) => one !== undefined) ?? [null, pointer];
    const named = this.#byId.get(idIn(id ?? ""));
    if (named) return named;
    return pointer.includes("/") ? this.#byPath(pointer) : null;
  }

  /** By names and places among others of the name: `//body/p[2]`, `/TEI/text[1]/body[1]/div[2]/p[1]`. */
  #byPath(path: string): Placed | null {
    this.#looked += this.#text.elements.length;
    if (this.#looked > MOST_LOOKED_AT) return null;
    const steps = path.split("/").filter((one) => one !== "");
    const last = steps.length - 1;
    const found = this.#text.elements.filter(({ element }) => {
      let one: TeiElement | null = element;
      for (let at = last; at >= 0; at -= 1) {
        const [, name, count, id] =
          /^(?:\w+:)?([\w*]+)(?:\[(\d+)\]|\[@xml:id=['"]([^'"]+)['"]\])?$/.exec(steps[at] ?? "") ??
          [];
        if (!one || name === undefined || (name !== "*" && one.name !== name)) return false;
        if (id !== undefined && one.attributes.get("xml:id") !== id) return false;
        if (count !== undefined && (this.#places.get(one) ?? 1) !== Number(count)) return false;
        one = one.parent;
      }
      return !path.startsWith("/") || path.startsWith("//") || one === null;
    });
    return found[0] ?? null;
  }
}

/** Divided by commas, but not within parentheses. */
function argumentsIn(inside: string): string[] {
  const found = [""];
  let depth = 0;
  for (const character of inside) {
    if (character === "(" || character === "[") depth += 1;
    if (character === ")" || character === "]") depth -= 1;
    if (character === "," && depth === 0) found.push("");
    else found[found.length - 1] += character;
  }
  return found.map((one) => one.trim());
}

/** Feature structures: what is said of marks, by names. */
class Features {
  readonly #byId = new Map<string, TeiElement>();
  readonly #values = new Map<TeiElement, Record<string, unknown>>();
  /** Those that are of the article as a whole. */
  readonly ofArticle: TeiElement[] = [];
  #open: {
    readonly structure: TeiElement;
    name: string;
    list: unknown[] | null;
    said: string;
  } | null = null;

  byId(id: string): Readonly<Record<string, unknown>> | null {
    const element = this.#byId.get(id);
    return element ? this.of(element) : null;
  }

  of(element: TeiElement): Readonly<Record<string, unknown>> {
    return this.#values.get(element) ?? {};
  }

  open(element: TeiElement): void {
    const { name, attributes } = element;
    if (name === "fs" && this.#open === null) {
      this.#open = { structure: element, name: "", list: null, said: "" };
      this.#values.set(element, {});
      const id = attributes.get("xml:id");
      if (id !== undefined) this.#byId.set(id, element);
      if (attributes.get("type") === "article") this.ofArticle.push(element);
      return;
    }
    if (this.#open === null) return;
    if (name === "f") this.#open.name = attributes.get("name") ?? "";
    else if (name === "vColl") this.#open.list = [];
    else if (name === "string") this.#open.said = "";
    else if (name === "binary") this.#put(/^(?:true|1)$/.test(attributes.get("value") ?? ""));
    else if (name === "numeric") this.#put(Number(attributes.get("value")));
    else if (name === "symbol") this.#put(attributes.get("value") ?? "");
  }

  text(text: string): void {
    if (this.#open) this.#open.said += text;
  }

  close(element: TeiElement): void {
    if (this.#open === null) return;
    if (element === this.#open.structure) this.#open = null;
    else if (element.name === "string") this.#put(this.#open.said);
    else if (element.name === "vColl") {
      const { list } = this.#open;
      this.#open.list = null;
      this.#put(list ?? []);
    }
  }

  #put(value: unknown): void {
    if (this.#open === null) return;
    const { structure, name, list } = this.#open;
    if (list) list.push(value);
    else if (name !== "") {
      const before = this.#values.get(structure) ?? {};
      this.#values.set(structure, { ...before, [name]: value });
    }
  }
}
