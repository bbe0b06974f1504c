import type { Block, BlockKind, Range } from "@/lib/domain/text";
import { isWithin, type TeiElement } from "./tei-header";

/** What stands between two blocks where it is not one blank line: our own documents have it written out. */
export const BETWEEN = "between";

/** Elements that are blocks of their own, with what they are. */
const BLOCKS = new Map<string, BlockKind>([
  ["head", "heading"],
  ["p", "paragraph"],
  ["ab", "paragraph"],
  ["u", "paragraph"],
  ["item", "list_item"],
  ["row", "paragraph"],
  ...[
    [
      "speaker",
      "stage",
      "trailer",
      "dateline",
      "byline",
      "salute",
      "signed",
      "docAuthor",
      "argument",
    ],
    ["epigraph", "figDesc", "desc", "label"],
  ]
    .flat()
    .map((name): [string, BlockKind] => [name, "paragraph"]),
]);

/** Elements that are quotes where they stand between blocks, and part of a block within one. */
const QUOTES: ReadonlySet<string> = new Set(["q", "quote", "cit", "said"]);

/** Elements whose words are not of the text. */
const ASIDE: ReadonlySet<string> = new Set(
  "spanGrp linkGrp link interpGrp interp fs fLib fvLib listAnnotation annotation standOff timeline respons certainty precision fw rdg witDetail index del metamark".split(
    " ",
  ),
);

/** Of two forms of a word the one that is not what an editor gives. */
const GIVEN_OTHERWISE: ReadonlySet<string> = new Set(["sic", "orig", "abbr"]);

/** A place in the text of the document as it is written, in code points; and what it is in. */
export type Placed = { readonly element: TeiElement; readonly start: number; end: number };

/** The text of a document as an article has it. */
export type LaidOutText = {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Every element of the text, in order. */
  readonly elements: readonly Placed[];
  /**
   * What of the article a range of the written text is; null if nothing of it is there.
   *
   * @param trimmed whether white space at its ends is left out
   */
  readonly rangeOf: (range: Range, trimmed: boolean) => Range | null;
  /** Where a place between two characters of an element is. */
  readonly pointIn: (placed: Placed, offset: number) => number | null;
};

/** Characters of a block, each with its place in the document as written; -1 if it is not written there. */
type Building = {
  readonly kind: BlockKind | typeof BETWEEN;
  readonly level: number | null;
  /** 0 for the text itself; each note has a number of its own. */
  readonly flow: number;
  readonly characters: string[];
  readonly places: number[];
};

/**
 * Lays the text of a document out in blocks. White space becomes one space, and none where a block begins and ends, but
 * under `xml:space="preserve"`. Notes come last. Of `front` and `back` nothing is read.
 */
export class TeiText {
  readonly #blocks: Building[] = [];
  readonly #notes: Building[] = [];
  readonly #elements: Placed[] = [];
  readonly #open: Placed[] = [];
  #written = 0;
  #current: Building | null = null;
  #pending = -1;
  #aside = 0;
  /** What each open note interrupts: the text goes on behind it as if it were not there. */
  readonly #interrupted: { current: Building | null; pending: number; isVerse: boolean }[] = [];
  #flows = 0;
  /** Whether lines of verse are open, which are one block. */
  #isVerse = false;

  /** Of what is written, in code points. */
  get length(): number {
    return this.#written;
  }

  open(element: TeiElement): void {
    if (!this.#isText(element)) return;
    const placed = { element, start: this.#written, end: this.#written };
    this.#elements.push(placed);
    this.#open.push(placed);
    const { name, attributes } = element;
    if (isAside(element)) this.#aside += 1;
    if (this.#aside > 0) return;
    if (name === "note") {
      this.#interrupted.push({
        current: this.#current,
        pending: this.#pending,
        isVerse: this.#isVerse,
      });
      this.#end();
      this.#flows += 1;
    } else if (name === "lb" || name === "l" || name === "cell") this.#break(element);
    else if (isBlock(element)) this.#end();
    if (name === "lg" || name === "sp") this.#end();
    if (name === "ab" && attributes.get("type") === BETWEEN) this.#begin(element);
  }

  text(text: string): void {
    const placed = this.#open.at(-1);
    if (!placed) return;
    const keeps = this.#open.findLast(({ element }) => element.attributes.has("xml:space"));
    const isKept = keeps?.element.attributes.get("xml:space") === "preserve";
    for (const character of text) {
      const at = this.#written;
      this.#written += 1;
      if (this.#aside > 0) continue;
      if (!isKept && /^[ \t\r\n]$/.test(character)) {
        // A line begins with no space.
        const isBegun = this.#current !== null && this.#current.places.at(-1) !== -1;
        if (isBegun && this.#pending < 0) this.#pending = at;
        continue;
      }
      this.#current ??= this.#begin(placed.element);
      this.#space();
      this.#current.characters.push(character);
      this.#current.places.push(at);
    }
  }

  close(element: TeiElement): void {
    const placed = this.#open.at(-1);
    if (placed?.element !== element) return;
    this.#open.pop();
    placed.end = this.#written;
    if (isAside(element)) {
      this.#aside -= 1;
      return;
    }
    if (this.#aside > 0) return;
    const { name } = element;
    if (name === "note") {
      const before = this.#interrupted.pop();
      this.#current = before?.current ?? null;
      this.#pending = before?.pending ?? -1;
      this.#isVerse = before?.isVerse ?? false;
    } else if (isBlock(element) || name === "lg" || name === "sp" || name === "body") this.#end();
  }

  #isText(element: TeiElement): boolean {
    if (this.#open.length > 0) return true;
    return element.name === "body" && isWithin(element, "text");
  }

  #begin(element: TeiElement): Building {
    const { kind, level } = this.#kindOf(element);
    const flow = this.#interrupted.length > 0 ? this.#flows : 0;
    this.#current = { kind, level, flow, characters: [], places: [] };
    this.#pending = -1;
    (flow === 0 ? this.#blocks : this.#notes).push(this.#current);
    return this.#current;
  }

  #end(): void {
    this.#current = null;
    this.#pending = -1;
    this.#isVerse = false;
  }

  #space(): void {
    if (this.#pending < 0) return;
    this.#current?.characters.push(" ");
    this.#current?.places.push(this.#pending);
    this.#pending = -1;
  }

  /** What begins a line, or a cell of a row, within a block. */
  #break({ name, attributes }: TeiElement): void {
    if (name === "l") {
      if (!this.#isVerse) this.#end();
      this.#isVerse = true;
    }
    this.#pending = -1;
    if (!this.#current || attributes.get("break") === "no") return;
    this.#current.characters.push(name === "cell" ? "\t" : "\n");
    this.#current.places.push(-1);
  }

  /** What a block is that begins in an element: of those around it, the nearest that says. */
  #kindOf(element: TeiElement): { kind: Building["kind"]; level: number | null } {
    if (this.#interrupted.length > 0) return { kind: "list_item", level: null };
    let isQuoted = false;
    let found: BlockKind | null = null;
    for (let one: TeiElement | null = element; one && one.name !== "body"; one = one.parent) {
      const { name, attributes } = one;
      if (name === "ab" && attributes.get("type") === BETWEEN)
        return { kind: BETWEEN, level: null };
      if (name === "head") {
        if (attributes.get("type") === "title") return { kind: "title", level: null };
        return { kind: "heading", level: levelOf(one) };
      }
      if (name === "item") return { kind: "list_item", level: null };
      if (QUOTES.has(name) && isBlock(one)) isQuoted = true;
      found ??= BLOCKS.get(name) ?? null;
    }
    return { kind: isQuoted ? "quote" : (found ?? "paragraph"), level: null };
  }

  /** @param title what the document is called: its first heading, if it says the same, is the title */
  laidOut(title: unknown): LaidOutText {
    const filled = [...this.#blocks, ...this.#notes].filter(
      ({ kind, characters }) => kind === BETWEEN || characters.length > 0,
    );
    const text: string[] = [];
    const outOf = new Int32Array(this.#written).fill(-1);
    const flowOf = new Int32Array(this.#written);
    const blocks: Block[] = [];
    for (const [index, { kind, level, flow, characters, places }] of filled.entries()) {
      const before = filled[index - 1];
      if (before && before.kind !== BETWEEN && kind !== BETWEEN) text.push("\n", "\n");
      const start = text.length;
      for (const [at, character] of characters.entries()) {
        const place = places[at] ?? -1;
        if (place >= 0) {
          outOf[place] = text.length;
          flowOf[place] = flow;
        }
        text.push(character);
      }
      if (kind === BETWEEN) continue;
      const range = { start, end: text.length };
      const isTitle =
        blocks.length === 0 && kind === "heading" && text.slice(start).join("") === title;
      if (isTitle) blocks.push({ kind: "title", ...range });
      else blocks.push({ kind, ...range, ...(level === null ? {} : { level }) });
    }
    const rangeOf = ({ start, end }: Range, trimmed: boolean): Range | null => {
      const isThere = (at: number) => (outOf[at] ?? -1) >= 0;
      const isSeen = (at: number) => isThere(at) && !(trimmed && isSpace(text[outOf[at] ?? -1]));
      let first = start;
      while (first < end && !isSeen(first)) first += 1;
      let last = end - 1;
      const flow = flowOf[first];
      while (last > first && !(isSeen(last) && flowOf[last] === flow)) last -= 1;
      if (first >= end) return null;
      return { start: outOf[first] ?? 0, end: (outOf[last] ?? 0) + 1 };
    };
    const pointIn = ({ start, end }: Placed, offset: number): number | null => {
      const at = start + offset;
      if (at > end) return null;
      for (let next = at; next < end; next += 1) {
        const out = outOf[next] ?? -1;
        if (out >= 0) return out;
      }
      for (let last = at - 1; last >= start; last -= 1) {
        const out = outOf[last] ?? -1;
        if (out >= 0) return out + 1;
      }
      return null;
    };
    return { text: text.join(""), blocks, elements: this.#elements, rangeOf, pointIn };
  }
}

const isSpace = (character: string | undefined) =>
  character !== undefined && /^\s$/u.test(character);

function isAside(element: TeiElement): boolean {
  const { name, parent, attributes } = element;
  if (name.startsWith("{") || ASIDE.has(name)) return true;
  if (name === "span") return ["from", "to", "target"].some((one) => attributes.has(one));
  return GIVEN_OTHERWISE.has(name) && parent?.name === "choice";
}

/** Whether an element begins and ends a block. A quote within a paragraph does not. */
function isBlock({ name, parent }: TeiElement): boolean {
  if (BLOCKS.has(name)) return true;
  if (!QUOTES.has(name)) return false;
  for (let above = parent; above && above.name !== "body"; above = above.parent) {
    if (BLOCKS.has(above.name) || above.name === "l") return false;
  }
  return true;
}

/** As it says itself, else as deep as it lies; null for 0, which says that it has none. */
function levelOf(head: TeiElement): number | null {
  const said = /^[0-6]$/.exec(head.attributes.get("n") ?? "")?.[0];
  if (said !== undefined) return Number(said) || null;
  let depth = 0;
  for (let above = head.parent; above; above = above.parent) {
    if (/^div\d?$/.test(above.name)) depth += 1;
  }
  return Math.min(6, Math.max(1, depth));
}
