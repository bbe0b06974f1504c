import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse, parseFragment } from "parse5";
import { inFigures } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText, type Block, codePointLength, type Range } from "@/lib/domain/text";
import { BLOCKS, HIDDEN, INLINE, isHiddenBy, KINDS } from "./rendered";

/** The most elements that a text may have, those counted that a parser makes by itself; and how deep they may lie. */
const MOST_ELEMENTS = 100_000;
const MOST_DEPTH = 1_000;

/** Elements whose text a program that marks pages takes out before it counts. */
const TAKEN_OUT: ReadonlySet<string> = new Set(["script", "iframe"]);

/**
 * An HTML text as a browser shows it, of which it is known where each character stood in the document. Programs that
 * mark words in pages count the characters of all text nodes one after another, and a `<br>` as one.
 */
export class Hypertext {
  /** All text nodes one after another, with a line end for each `<br>`. */
  readonly flat: ArticleText;
  /** What is shown: blocks, with an empty line between two. */
  readonly text: string;
  /** In code points of {@link text}. */
  readonly blocks: readonly Block[];
  /** For each code point of {@link flat} where it is shown; -1 if it is not. */
  readonly #shownAt: readonly number[];
  readonly #root: Parent;
  /** Where each text node begins, in UTF-16 units of {@link flat}. */
  readonly #starts: ReadonlyMap<Node, number>;

  /**
   * @param isPart whether it is put into a page as a part of it; else it is a page of its own, with a head
   * @throws Refusal "unprocessable" if it has too many elements
   */
  constructor(html: string, isPart: boolean) {
    this.#root = isPart ? parseFragment(html, limited()) : bodyOf(parse(html, limited()));
    const laid = new Layout(this.#root);
    this.flat = new ArticleText(laid.flat);
    this.#shownAt = laid.shownAt;
    this.#starts = laid.starts;
    this.text = laid.text;
    this.blocks = laid.blocks;
  }

  /** What of a range of {@link flat} is shown, as a range of {@link text}; null if nothing of it is. */
  shown({ start, end }: Range): Range | null {
    let [first, last] = [start, end - 1];
    while (first <= last && (this.#shownAt[first] ?? -1) < 0) first += 1;
    while (last >= first && (this.#shownAt[last] ?? -1) < 0) last -= 1;
    if (first > last) return null;
    return { start: this.#shownAt[first] ?? 0, end: (this.#shownAt[last] ?? 0) + 1 };
  }

  /** The characters of a range of {@link flat} that are shown, without white space. */
  wordsIn({ start, end }: Range): string {
    let words = "";
    let at = start;
    for (const character of this.flat.slice({ start, end })) {
      if ((this.#shownAt[at] ?? -1) >= 0) words += character;
      at += 1;
    }
    return words.replaceAll(/\s+/gu, "");
  }

  /**
   * The code point of {@link flat} at an offset within the text node that a path leads to; null if there is none.
   *
   * @param path as of XPath, from the body on: `/article[1]/p[2]/text()[1]`
   */
  at(path: string, offset: number, unit: "utf16" | "code_point"): number | null {
    const node = this.#nodeAt(path);
    const start = node && this.#starts.get(node);
    if (start == null || !node || !("value" in node) || !Number.isInteger(offset) || offset < 0)
      return null;
    const before =
      unit === "utf16" ? node.value.slice(0, offset) : [...node.value].slice(0, offset).join("");
    const length = unit === "utf16" ? before.length : codePointLength(before);
    return length < offset ? null : this.flat.fromUtf16(start + before.length);
  }

  #nodeAt(path: string): Node | null {
    const steps = path.replace(/^\/html(?:\[1\])?\/body(?:\[1\])?(?=\/)/i, "").split("/");
    let node: Node | Parent | undefined = this.#root;
    for (const step of steps.slice(1)) {
      const [, name, number = "1"] = /^([\w:-]+|text\(\))(?:\[(\d+)\])?$/.exec(step) ?? [];
      if (name === undefined || !node || !("childNodes" in node)) return null;
      const called: string = name === "text()" ? "#text" : name.toLowerCase();
      node = node.childNodes.filter(({ nodeName }) => nodeName.toLowerCase() === called)[
        Number(number) - 1
      ];
    }
    return node === undefined || node === this.#root ? null : (node as Node); // a child of something
  }
}

/** Whether a text is HTML by its first and its last tag; one that has tags within is a text. */
export function isHypertext(text: string): boolean {
  const [, name = ""] =
    /^\s*(?:<!--[\s\S]*?-->\s*)*<(!doctype|[a-z][a-z0-9]*)(?:\s[^<>]*)?>/i.exec(text) ?? [];
  const first = name.toLowerCase();
  const isTag = first === "!doctype" || BLOCKS.has(first) || HIDDEN.has(first) || INLINE.has(first);
  return isTag && /<\/[a-z][a-z0-9]*\s*>\s*$/i.test(text);
}

type Node = DefaultTreeAdapterTypes.ChildNode;
type Parent = DefaultTreeAdapterTypes.ParentNode;

/** Builds a tree with a limit: a parser may make many times the elements that are written. */
function limited() {
  let [elements, depth] = [0, 0];
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement: (...given) => {
      elements += 1;
      if (elements > MOST_ELEMENTS) {
        refuse(`The text has more than ${inFigures(MOST_ELEMENTS)} elements.`);
      }
      return defaultTreeAdapter.createElement(...given);
    },
    onItemPush: () => {
      depth += 1;
      if (depth > MOST_DEPTH) {
        refuse(`The text nests more than ${inFigures(MOST_DEPTH)} elements deep.`);
      }
    },
    onItemPop: () => {
      depth -= 1;
    },
  };
  return { treeAdapter };
}

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}

function bodyOf(document: DefaultTreeAdapterTypes.Document): Parent {
  const html = document.childNodes.find(({ nodeName }) => nodeName === "html");
  const body = html && "childNodes" in html ? html.childNodes : [];
  const found = body.find(({ nodeName }) => nodeName === "body");
  // A parser makes one; of a page of frames there is none.
  return found && "childNodes" in found ? found : document;
}

/** Lays a tree out: what is counted of it, and what is shown. */
class Layout {
  flat = "";
  readonly shownAt: number[] = [];
  readonly starts = new Map<Node, number>();
  readonly blocks: Block[] = [];
  readonly #texts: string[] = [];
  /** The text of the block at hand, its last character, and where it begins and ends for now, in code points. */
  #block = "";
  #last = "";
  #start = 0;
  #end = 0;
  /** The first of the white space that is shown if a word follows it in the block: its place in {@link flat}. */
  #space: number | null = null;
  readonly #kinds: (typeof KINDS)[string][] = [];

  constructor(root: Parent) {
    this.#children(root, { isHidden: false, isPre: false });
    this.#endBlock();
  }

  get text(): string {
    return this.#texts.join("\n\n");
  }

  #children(parent: Parent, how: How): void {
    for (const node of parent.childNodes) {
      if (node.nodeName === "#text" && "value" in node) this.#words(node, how);
      else if ("tagName" in node) this.#element(node, how);
    }
  }

  #element(node: DefaultTreeAdapterTypes.Element, { isHidden, isPre }: How): void {
    const name = node.tagName;
    if (TAKEN_OUT.has(name)) return;
    const how = {
      isHidden: isHidden || HIDDEN.has(name) || isHiddenBy(node),
      isPre: isPre || name === "pre",
    };
    if (name === "br") {
      this.flat += "\n";
      this.#count(1, how.isHidden ? -1 : this.#breakLine());
      return;
    }
    const kind = KINDS[name];
    const isBlock = BLOCKS.has(name) && !how.isHidden;
    if (isBlock) this.#endBlock();
    if (kind) this.#kinds.push(kind);
    // The cells of a row stand side by side.
    if ((name === "td" || name === "th") && this.#block !== "") {
      this.#space = null;
      this.#put(" | ", 3);
    }
    this.#children(node, how);
    if (isBlock) this.#endBlock();
    if (kind) this.#kinds.pop();
  }

  #words(node: DefaultTreeAdapterTypes.TextNode, { isHidden, isPre }: How): void {
    this.starts.set(node, this.flat.length);
    this.flat += node.value;
    for (const [run] of node.value.matchAll(/[ \t\n\f\r]+|[^ \t\n\f\r]+/g)) {
      const isSpace = /^[ \t\n\f\r]/.test(run);
      const length = codePointLength(run);
      if (isHidden) this.#count(length, -1);
      else if (!isSpace) this.#show(run, length);
      else if (!isPre) {
        this.#space ??= this.shownAt.length;
        this.#count(length, -1);
      } else if (this.#block === "") this.#count(length, -1);
      else this.#show(run, length);
    }
  }

  /** Counts characters, which are shown from a place on, or not at all (-1). */
  #count(length: number, from: number): void {
    const { shownAt } = this;
    for (let at = 0; at < length; at += 1) shownAt.push(from < 0 ? -1 : from + at);
  }

  /** Shows characters, after the space before them. */
  #show(run: string, length: number): void {
    const space = this.#space;
    this.#space = null;
    if (space !== null && !/^[ \n]?$/.test(this.#last)) this.shownAt[space] = this.#put(" ", 1);
    this.#count(length, this.#put(run, length));
  }

  /** None at the beginning of a block. */
  #breakLine(): number {
    this.#space = null;
    return this.#block === "" ? -1 : this.#put("\n", 1);
  }

  #put(text: string, length: number): number {
    const at = this.#end;
    this.#block += text;
    this.#last = text.slice(-1);
    this.#end += length;
    return at;
  }

  #endBlock(): void {
    this.#space = null;
    if (this.#block === "") return;
    // Of a block without a word nothing is shown; no other has white space at its end.
    const text = this.#block.trim() === "" ? "" : this.#block.replace(/[ \t\n]+$/, "");
    const end = this.#start + codePointLength(text);
    for (let at = this.shownAt.length - 1; at >= 0 && end < this.#end; at -= 1) {
      const shown = this.shownAt[at] ?? -1;
      if (shown >= end) this.shownAt[at] = -1;
      else if (shown >= 0) break;
    }
    if (text !== "") {
      const { kind, level } = this.#kinds.at(-1) ?? { kind: "paragraph" };
      const range = { start: this.#start, end };
      this.blocks.push(level === undefined ? { kind, ...range } : { kind, ...range, level });
      this.#texts.push(text);
      this.#start = end + 2;
    }
    this.#end = this.#start;
    this.#block = "";
    this.#last = "";
  }
}

type How = { readonly isHidden: boolean; readonly isPre: boolean };
