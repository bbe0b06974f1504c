import { type Node, type NodeSpec, Schema } from "@tiptap/pm/model";
import { EditorState, Plugin, PluginKey, TextSelection, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, EditorView } from "@tiptap/pm/view";
import type { Segmentation } from "@/lib/domain/segmentation";
import type { BlockKind, Range } from "@/lib/domain/text";
import type { LabelDrawing, LabelMark, Lying, Redraw } from "./label-drawing";
import { type Ends, selectByPointer } from "./pointer-selection";
import { elementsOf, estimatedLines, type Positions } from "./positions";
import { spanRange } from "./selection";

function block(kind: BlockKind): NodeSpec {
  return {
    content: "text*",
    marks: "",
    group: "block",
    whitespace: "pre",
    attrs: { element: { default: "p" } },
    toDOM: ({ attrs }) => [String(attrs.element), { "data-block": kind, dir: "auto" }, 0],
  };
}

/** The document of an article: `doc > section+ > block+`, plain words in each block. */
const schema = new Schema({
  nodes: {
    doc: { content: "section+" },
    text: {},
    section: {
      content: "block+",
      attrs: { lines: { default: 1 } },
      toDOM: ({ attrs }) => [
        "div",
        { class: "reading-section", style: `--lines: ${Number(attrs.lines)}` },
        0,
      ],
    },
    title: block("title"),
    heading: block("heading"),
    paragraph: block("paragraph"),
    list_item: block("list_item"),
    quote: block("quote"),
  } satisfies Record<BlockKind | "doc" | "text" | "section", NodeSpec>,
});

/** The article as the editor's document; {@link Positions} knows where everything in it is. */
export function toDocument(positions: Positions): Node {
  const elements = elementsOf(positions);
  const sections = positions.sections.map(({ first, end }, section) => {
    const blocks = positions.blocks.slice(first, end).map(({ kind }, index) => {
      const words = positions.words(first + index);
      const element = elements[first + index] ?? "p";
      return schema.node(kind, { element }, words === "" ? [] : [schema.text(words)]);
    });
    return schema.node("section", { lines: estimatedLines(positions, section) }, blocks);
  });
  return schema.node("doc", null, sections);
}

/** Where a stretch of the text is on the screen, in pixels of the window. */
export type ScreenBox = { readonly left: number; readonly top: number; readonly bottom: number };

/** What is selected, in positions of the editor's own: to be compared, not to be counted with. */
export type EditorSelection = {
  readonly empty: boolean;
  readonly anchor: number;
  readonly head: number;
};

/** Taps of keys that come sooner after each other than this belong together, in milliseconds. */
const TAPPING = 1000;

/** What has become of what a gesture selected. */
type Settled = {
  /** The words that are selected now. */
  readonly range: Range;
  readonly exact: boolean;
  /** What had been selected by a mere tap of keys; otherwise those words, too. */
  readonly selected: Range;
  /** When that tap was, as events say it, and what it had selected in the editor's positions. */
  readonly tap: { readonly anchor: number; readonly head: number; readonly at: number } | null;
};

/** Whether a range is a part of another, and not all of it. */
function isWithin(range: Range, other: Range): boolean {
  const isIn = other.start <= range.start && range.end <= other.end;
  return isIn && (other.start < range.start || range.end < other.end);
}

type Page = {
  readonly attributes: Readonly<Record<string, string>>;
  readonly inNextFrame: (work: () => void) => void;
  readonly words: () => Segmentation;
};

/** The labels, as far as the editor knows them. */
type Drawing = Pick<LabelDrawing<Lying>, "positions" | "marks" | "isBehind" | "proceed">;

/**
 * An article on the page: with a caret and selections, though nobody can write in it, and with its
 * labels drawn on it. Offsets are code points of its text.
 */
export class ArticleEditor {
  readonly #view: EditorView;
  readonly #drawing: Drawing;
  readonly #inNextFrame: Page["inNextFrame"];
  readonly #words: Page["words"];
  readonly #listeners = new Set<() => void>();
  readonly #gestures = new Set<() => void>();
  readonly #stop: () => void;
  #isPressed = false;
  /** The selection as a gesture has left it; another one is not settled yet. */
  #settled: Settled | null = null;
  /** How many keys have moved the selection since Shift went down. */
  #moves = 0;
  /** Where the selection is to collapse to with the next drawing. */
  #caret: number | null = null;

  /**
   * @param frame gets the article's element as its last child
   * @param page the attributes of that element, what does work once there is another frame, and the
   *   words of the text, which are asked for when something is first selected
   */
  constructor(frame: HTMLElement, drawing: Drawing, { attributes, inNextFrame, words }: Page) {
    // Selecting on touch screens is native; an editable text would open the keyboard.
    const isEditable = !isTouch();
    this.#drawing = drawing;
    this.#inNextFrame = inNextFrame;
    this.#words = words;
    this.#view = new EditorView(frame, {
      state: EditorState.create({
        doc: toDocument(drawing.positions),
        plugins: [labels(drawing), reading(), telling(this.#listeners)],
      }),
      attributes,
      editable: () => isEditable,
    });
    keepMarksTheirs(this.#view);
    const pane = frame.closest<HTMLElement>(".reading-pane");
    const gestures = {
      pressed: (isDown: boolean) => {
        this.#isPressed = isDown;
        for (const changed of this.#listeners) changed();
      },
      unitAt: (position: number, presses: number) => this.#unitAt(position, presses),
      ended: (how: { readonly exact: boolean }) => this.#end(how),
      collapse: () => {
        if (this.selected()) this.collapse();
      },
    };
    this.#stop = pane ? selectByPointer(this.#view, pane, gestures, inNextFrame) : () => undefined;
    // Shift is what selects by keys: with it the gesture ends.
    this.element.addEventListener("keyup", ({ key: up, altKey, timeStamp }) => {
      if (up === "Shift" && isEditable) this.#end({ exact: altKey, at: timeStamp });
    });
    // Before the browser and the editor take the key.
    this.element.addEventListener("keydown", (event) => this.#unsettle(event), { capture: true });
    this.subscribe(() => {
      if (this.selection.empty) this.#settled = null;
    });
  }

  get element(): HTMLElement {
    return this.#view.dom;
  }

  destroy(): void {
    this.#stop();
    this.#view.destroy();
  }

  /**
   * Shows a change of the drawing, in one transaction that touches only what differs; what that leaves
   * for later follows while the page is idle.
   *
   * @param change works it out; it gets what is in view, for where that matters
   */
  draw(change: (inView: () => Range) => Redraw): void {
    const redraw = change(() => this.inView());
    if (redraw.add.length + redraw.remove.length === 0 && !this.#drawing.isBehind) return;
    // Setting the caret afterwards would have the browser lay the text out twice.
    show(this.#view, redraw, this.#caret);
  }

  /** From the first block that can be seen to the last. */
  inView(): Range {
    return inView(this.#view, this.#positions);
  }

  /** Does what may draw on the selected text; if it draws, the selection collapses with it. */
  drawing<T>(work: () => T): T {
    this.#caret = this.#head();
    try {
      return work();
    } finally {
      this.#caret = null;
      if (!this.#view.editable) getSelection()?.removeAllRanges();
    }
  }

  /** The same object as long as it is the same selection. */
  get selection(): EditorSelection {
    return this.#view.state.selection;
  }

  /** Tells of each change of the selection, and sometimes where there was none. */
  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => {
      this.#listeners.delete(changed);
    };
  }

  /** Whether the pointer is down in the text: what took the focus now would take the selection with it. */
  get isPressed(): boolean {
    return this.#isPressed;
  }

  /** Tells of the end of each gesture that selects, once the page has taken it: a press still has its click to come. */
  followGestures(ended: () => void): () => void {
    this.#gestures.add(ended);
    return () => {
      this.#gestures.delete(ended);
    };
  }

  #end(how: { readonly exact: boolean; readonly at?: number }): void {
    this.#settle(how);
    this.#inNextFrame(() => {
      for (const ended of this.#gestures) ended();
    });
  }

  /** The line at the end of the selection that was moved last. */
  headBox(): ScreenBox {
    const { anchor, head } = this.selection;
    return this.#view.coordsAtPos(head, head < anchor ? 1 : -1);
  }

  /** The first and the last line of a range, where it starts and where it ends. */
  linesOf({ start, end }: Range): { readonly first: ScreenBox; readonly last: ScreenBox } {
    return {
      first: this.#view.coordsAtPos(this.#positions.toPosition(start, 1), 1),
      last: this.#view.coordsAtPos(this.#positions.toPosition(end, -1), -1),
    };
  }

  /** The offset nearest to a point of the window; null beside the text. */
  offsetAt({ x, y }: { readonly x: number; readonly y: number }): number | null {
    const at = this.#view.posAtCoords({ left: x, top: y });
    return at && this.#positions.toOffset(at.pos, 1);
  }

  /** What is selected, as the reader selected it; null for a mere caret. */
  selected(): Range | null {
    // A tap beside the text may take the page's selection away before it is used.
    const { editable, state } = this.#view;
    const { anchor, head } =
      endsOnPage(this.#view) ?? (editable ? { anchor: 0, head: 0 } : state.selection);
    const start = this.#positions.toOffset(Math.min(anchor, head), 1);
    const end = this.#positions.toOffset(Math.max(anchor, head), -1);
    return start < end ? { start, end } : null;
  }

  /** See {@link TextView.pieces}. */
  pieces(): readonly Range[] {
    const range = this.selected();
    if (!range) return [];
    const { text } = this.#positions;
    if (this.#isSettled(range)) {
      const ranges = this.#settled?.exact ? [range] : this.#words().withinBlocks(range);
      return ranges.flatMap((one) => spanRange(text, one) ?? []);
    }
    return this.#words().pieces(range);
  }

  caret(): number {
    return this.#positions.toOffset(this.#head(), 1);
  }

  /** Takes the selection back to a caret at its end. */
  collapse(): void {
    setCaret(this.#view, this.#head());
    if (!this.#view.editable) getSelection()?.removeAllRanges();
  }

  /** Puts the caret there, and scrolls nowhere. */
  putCaret(offset: number): void {
    const { text } = this.#positions;
    setCaret(this.#view, this.#positions.toPosition(Math.min(offset, text.length), 1));
  }

  /** Puts the caret there and scrolls there if it is out of sight. */
  reveal(offset: number): void {
    setCaret(this.#view, this.#positions.toPosition(offset, 1));
    this.#scrollTo(offset);
  }

  /**
   * Selects a range of the text, the caret at its end, and scrolls there if it is out of sight.
   *
   * @param exact whether it is one piece, over how many paragraphs it may go
   */
  select(range: Range, { exact = false } = {}): void {
    const { from, to } = this.#ends(range);
    this.#select(from, to);
    this.#settled = { range, exact, selected: range, tap: null };
    this.#scrollTo(range.start);
  }

  /** Where a range is on the page, for highlights; it is of no use any more once labels change there. */
  pageRange({ start, end }: Range): globalThis.Range {
    const range = document.createRange();
    const first = this.#view.domAtPos(this.#positions.toPosition(start, 1), 1);
    const last = this.#view.domAtPos(this.#positions.toPosition(end, -1), -1);
    range.setStart(first.node, first.offset);
    range.setEnd(last.node, last.offset);
    return range;
  }

  #scrollTo(offset: number): void {
    this.show(offset, 48);
    // Sections on the way have only now got their real height.
    this.#inNextFrame(() => this.show(offset, 48));
  }

  /**
   * Scrolls there if it is out of sight, and leaves the caret where it is: the whole block is shown, or
   * of one that is too high for that the line.
   *
   * @param margin how near to an edge of the view counts as out of it, in pixels
   */
  show(offset: number, margin = 0): void {
    const element = this.#elementAt(offset);
    const pane = element?.closest(".reading-pane");
    if (!element || !pane) return;
    const view = pane.getBoundingClientRect();
    const { scrollPaddingBottom } = getComputedStyle(pane);
    const covered = Number.parseFloat(scrollPaddingBottom) || 0;
    const block = element.closest("[data-block]") ?? element;
    const box = block.getBoundingClientRect();
    const fits = box.height < view.height - covered - 2 * margin;
    const { top, bottom } = fits
      ? box
      : this.#view.coordsAtPos(this.#positions.toPosition(offset, 1), 1);
    if (top < view.top + margin || bottom > view.bottom - covered - margin) {
      pane.scrollBy({ top: top - view.top - view.height / 3 });
    }
  }

  /** Takes the focus, and scrolls nowhere. */
  focus(): void {
    // By itself, the element would take the caret to its beginning.
    if (this.#view.editable) this.#view.focus();
    else this.element.focus({ preventScroll: true });
  }

  /** Which way the words at an offset run. */
  directionAt(offset: number): "ltr" | "rtl" {
    const element = this.#elementAt(offset);
    return element && getComputedStyle(element).direction === "rtl" ? "rtl" : "ltr";
  }

  /** The offset of what is at the top of the view. */
  top(): number {
    const pane = this.element.closest(".reading-pane")?.getBoundingClientRect();
    const { left, right } = this.element.getBoundingClientRect();
    if (!pane) return 0;
    const at = this.#view.posAtCoords({ left: (left + right) / 2, top: pane.top + 8 });
    return at ? this.#positions.toOffset(at.pos, 1) : 0;
  }

  /**
   * The end of a gesture that selects: what is selected visibly becomes the words that it means. One that
   * is settled stays as it is, and one without a word does, too. What keys take back of it goes by whole words.
   *
   * @param how whether it stays exactly as it is, and when keys have ended it, as events say it
   */
  #settle({ exact, at }: { readonly exact: boolean; readonly at?: number }): void {
    const range = this.selected();
    if (!range || this.#isSettled(range)) return;
    const last = at === undefined ? null : this.#settled;
    const isTakenBack = last !== null && isWithin(range, last.selected);
    const words = this.#words();
    const meant = exact ? range : isTakenBack ? words.shrunk(range, last.range) : words.snap(range);
    if (!meant) {
      if (isTakenBack) this.collapse();
      return;
    }
    const { anchor, head } = endsOnPage(this.#view) ?? this.selection;
    const isTap = at !== undefined && this.#moves === 1 && !isTakenBack;
    this.#settled = {
      range: meant,
      exact,
      selected: isTap ? range : meant,
      tap: isTap ? { anchor, head, at } : null,
    };
    const { from, to } = this.#ends(meant);
    const isBackward = head < anchor;
    this.#select(isBackward ? to : from, isBackward ? from : to);
  }

  /**
   * Who taps Shift and an arrow again and again, too quickly to look, goes on letter by letter: from
   * what the tap before had selected, not from the words that it has become.
   */
  #unsettle({ key: pressed, shiftKey, timeStamp }: KeyboardEvent): void {
    if (pressed === "Shift") this.#moves = 0;
    if (!shiftKey || !/^(?:Arrow|Home|End|Page)/.test(pressed)) return;
    this.#moves += 1;
    const tap = this.#settled?.tap;
    if (!tap || this.#moves > 1 || timeStamp - tap.at > TAPPING) return;
    const range = this.selected();
    if (range && this.#isSettled(range)) this.#select(tap.anchor, tap.head);
  }

  /** The word, sentence or paragraph at a position, by how often it has been pressed. */
  #unitAt(position: number, presses: number): Ends | null {
    const words = this.#words();
    const offset = this.#positions.toOffset(position, 1);
    if (presses === 2) {
      const word = words.wordAt(offset);
      return word && this.#ends(word);
    }
    const around = presses === 3 ? words.sentenceAt(offset) : words.blockAt(offset);
    const meant = around && words.snap(around);
    return meant && this.#ends(meant);
  }

  #ends({ start, end }: Range): Ends {
    return { from: this.#positions.toPosition(start, 1), to: this.#positions.toPosition(end, -1) };
  }

  #select(anchor: number, head: number): void {
    const { tr, doc } = this.#view.state;
    const selection = TextSelection.between(doc.resolve(anchor), doc.resolve(head));
    this.#view.dispatch(tr.setSelection(selection));
  }

  #isSettled({ start, end }: Range): boolean {
    return this.#settled?.range.start === start && this.#settled.range.end === end;
  }

  get #positions(): Positions {
    return this.#drawing.positions;
  }

  #head(): number {
    return endsOnPage(this.#view)?.head ?? this.selection.head;
  }

  #elementAt(offset: number): Element | null {
    const { node, offset: child } = this.#view.domAtPos(this.#positions.toPosition(offset, 1));
    const found = node instanceof Element ? (node.childNodes[child] ?? node) : node;
    return found instanceof Element ? found : found.parentElement;
  }
}

function isTouch(): boolean {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}

/**
 * The page's own selection, not the editor's: the editor hears of it a moment later, and a key
 * pressed at once is about what the reader sees. Null where it is not in the text.
 */
function endsOnPage(view: EditorView): { anchor: number; head: number } | null {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection() ?? {};
  if (!anchorNode || !focusNode || !view.dom.contains(anchorNode)) return null;
  if (!view.dom.contains(focusNode)) return null;
  return {
    anchor: view.posAtDOM(anchorNode, anchorOffset ?? 0),
    head: view.posAtDOM(focusNode, focusOffset ?? 0),
  };
}

function setCaret(view: EditorView, position: number): void {
  const { tr } = view.state;
  view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(position))));
}

/** Tells whenever the editor has another state. */
function telling(listeners: ReadonlySet<() => void>): Plugin {
  return new Plugin({
    view: () => ({
      update: () => {
        for (const changed of listeners) changed();
      },
    }),
  });
}

/**
 * A document that cannot be changed, yet has a caret and every way of selecting by keyboard:
 * an editor that is not editable would lose those.
 */
function reading(): Plugin {
  return new Plugin({
    filterTransaction: (transaction) => !transaction.docChanged,
    props: {
      handleDOMEvents: {
        beforeinput: refuse,
        paste: refuse,
        drop: refuse,
        cut: refuse,
        dragstart: refuse,
        compositionstart: breakOff,
        blur: collapseOnLeaving,
      },
      handleTextInput: () => true,
      handlePaste: () => true,
      handleDrop: () => true,
    },
  });
}

function refuse(_view: unknown, event: Event): boolean {
  event.preventDefault();
  return true;
}

/**
 * Input methods write into an editable text and cannot be refused: leaving it for a moment breaks
 * off what they began, and the editor puts the text back as it was.
 */
function breakOff(view: EditorView): boolean {
  const { dom } = view;
  dom.blur();
  setTimeout(() => dom.focus({ preventScroll: true }));
  return true;
}

/** What is selected ends with the focus, unless that goes to what is about the selection: its bar, or a dialog. */
function collapseOnLeaving(view: EditorView, { relatedTarget }: FocusEvent): boolean {
  if (relatedTarget instanceof Element && !relatedTarget.closest("[role=toolbar], [role=dialog]")) {
    setCaret(view, view.state.selection.head);
  }
  return false;
}

const key = new PluginKey<DecorationSet>("highlights");

/** How long drawing goes on in one idle period, in milliseconds: a key pressed meanwhile waits for it. */
const LONGEST_TURN = 10;

/** How much of an idle period one step of drawing may take, in milliseconds. */
const STEP = 4;

/**
 * Draws the spans on the document as one decoration a mark. A change of one span adds and removes
 * its own decorations; nothing is rebuilt.
 */
function labels(drawing: Drawing): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_config, { doc }) => DecorationSet.create(doc, drawing.marks().map(decoration)),
      apply: applied,
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => drawTheRest(view, drawing),
  });
}

function applied(transaction: Transaction, shown: DecorationSet): DecorationSet {
  const redraw: Redraw | undefined = transaction.getMeta(key);
  if (!redraw) return shown;
  const { add, remove } = redraw;
  return shown.remove(remove.map(decoration)).add(transaction.doc, add.map(decoration));
}

/** What ProseMirror keeps for a piece of text in the page; not of its interface. */
type TextView = {
  readonly outerDeco: readonly Decoration[];
  update(node: Node, outerDeco: readonly Decoration[], ...rest: unknown[]): boolean;
};

/**
 * Where a mark comes into a block or goes, the elements behind it stay as they are. By itself the editor
 * makes each element into the next one, so that all marks of the rest of a block get other attributes, and
 * the browser works out their looks anew: for a label on a block with twenty, 70 elements instead of 5.
 */
function keepMarksTheirs({ dom }: EditorView): void {
  const walker = document.createTreeWalker(dom, NodeFilter.SHOW_TEXT);
  let known: TextView | undefined;
  // What is in marks is kept with the outermost of them.
  for (let node = walker.nextNode(); node && !known; node = node.parentNode) {
    known = (node as typeof node & { pmViewDesc?: TextView }).pmViewDesc;
  }
  const kind: TextView | null = known ? Object.getPrototypeOf(known) : null;
  if (!kind || typeof kind.update !== "function" || kept.has(kind)) return;
  kept.add(kind);
  const { update } = kind;
  kind.update = function (this: TextView, node, outerDeco, ...rest) {
    return isOfSame(this.outerDeco, outerDeco) && update.call(this, node, outerDeco, ...rest);
  };
}

/** Whose pieces of text stay what they are already. */
const kept = new WeakSet<object>();

/** Whether two pieces of text are of the same spans, however those stand out. */
function isOfSame(one: readonly Decoration[], other: readonly Decoration[]): boolean {
  return (
    one.length === other.length &&
    one.every((drawn, index) => drawn.spec.span === other[index]?.spec.span)
  );
}

/** The same mark is the same decoration, so it can be found again to be removed. */
const decorations = new WeakMap<LabelMark, Decoration>();

function decoration(mark: LabelMark): Decoration {
  const known = decorations.get(mark);
  if (known) return known;
  // Without a node name ProseMirror merges overlapping decorations into one element.
  const look = { nodeName: "mark", ...mark.attributes };
  const made = Decoration.inline(mark.from, mark.to, look, { span: mark.id });
  decorations.set(mark, made);
  return made;
}

/** @param caret where the selection becomes a caret with it */
function show(view: EditorView, redraw: Redraw, caret: number | null): void {
  const { doc, selection, tr } = view.state;
  const transaction = tr.setMeta(key, redraw);
  // With a drawing the editor gives the page the selection that it knows: it would take back what keys
  // have selected since it heard of them.
  const { anchor, head } = caret === null ? (endsOnPage(view) ?? selection) : selection;
  if (caret !== null) transaction.setSelection(TextSelection.near(doc.resolve(caret)));
  else if (anchor !== selection.anchor || head !== selection.head) {
    transaction.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head)));
  }
  view.dispatch(transaction);
}

/** Where there is no telling how much time is left, that is a step at a time. */
const noDeadline: Pick<IdleDeadline, "timeRemaining"> = { timeRemaining: () => 0 };

function drawTheRest(view: EditorView, drawing: Drawing) {
  const idle: (work: (deadline: typeof noDeadline) => void) => number =
    typeof requestIdleCallback === "function"
      ? (work) => requestIdleCallback(work, { timeout: 500 })
      : (work) => window.setTimeout(() => work(noDeadline), 30);
  const cancel = typeof cancelIdleCallback === "function" ? cancelIdleCallback : clearTimeout;
  let next = 0;
  /** How far the text was scrolled when what is in view was last drawn before the rest. */
  let place: number | null = null;
  const turn = (deadline: typeof noDeadline) => {
    const began = performance.now();
    // Asked before anything is drawn, or the browser would have to lay that out first.
    const top = view.dom.closest(".reading-pane")?.scrollTop ?? 0;
    let seen = top === place ? null : inView(view, drawing.positions);
    place = top;
    do {
      show(view, drawing.proceed(seen), null);
      seen = null;
    } while (
      drawing.isBehind &&
      deadline.timeRemaining() > STEP &&
      performance.now() - began < LONGEST_TURN
    );
    next = 0;
    wait();
  };
  const wait = () => {
    if (next === 0 && drawing.isBehind) next = idle(turn);
  };
  wait();
  return { update: wait, destroy: () => cancel(next) };
}

/** From the first block that can be seen to the last. */
function inView({ dom }: EditorView, { sections, blocks }: Positions): Range {
  const pane = (dom.closest(".reading-pane") ?? document.documentElement).getBoundingClientRect();
  const seen = [...dom.children].flatMap((section, index) => {
    if (!isBetween(section, pane)) return [];
    const first = sections[index]?.first ?? 0;
    return [...section.children].flatMap((block, at) =>
      isBetween(block, pane) ? [first + at] : [],
    );
  });
  const [first, last] = [blocks[seen[0] ?? 0], blocks[seen.at(-1) ?? 0]];
  return { start: first?.start ?? 0, end: last?.end ?? 0 };
}

function isBetween(element: Element, { top, bottom }: DOMRect): boolean {
  const box = element.getBoundingClientRect();
  return box.bottom >= top && box.top <= bottom;
}
