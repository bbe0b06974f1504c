import { Extension, type Extensions, type JSONContent, Node } from "@tiptap/core";
import {
  type EditorState,
  Plugin,
  PluginKey,
  TextSelection,
  type Transaction,
} from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { BlockKind } from "@/lib/domain/text";
import type { Emphasis, Highlight, LabelDrawing, LabelMark, Redraw } from "./label-drawing";
import { blockElement, estimatedLines, type Positions } from "./positions";

const Doc = Node.create({ name: "doc", topNode: true, content: "section+" });

const Words = Node.create({ name: "text", group: "inline" });

const Section = Node.create({
  name: "section",
  content: "block+",
  addAttributes: () => ({ lines: { default: 1, rendered: false } }),
  renderHTML: ({ node }) => [
    "div",
    { class: "reading-section", style: `--lines: ${Number(node.attrs.lines)}` },
    0,
  ],
});

function block(kind: BlockKind) {
  return Node.create({
    name: kind,
    group: "block",
    content: "text*",
    marks: "",
    whitespace: "pre",
    ...(kind === "heading"
      ? { addAttributes: () => ({ level: { default: 2, rendered: false } }) }
      : {}),
    renderHTML: ({ node }) => [
      blockElement(kind, kind === "heading" ? Number(node.attrs.level) : undefined).tag,
      { "data-block": kind, dir: "auto" },
      0,
    ],
  });
}

/** The document of an article: `doc > section+ > block+`, plain words in each block. */
export const articleSchema: Extensions = [
  Doc,
  Words,
  Section,
  block("title"),
  block("heading"),
  block("paragraph"),
  block("list_item"),
  block("quote"),
];

/** All that an article's editor consists of: its document, that nobody writes in it, its labels. */
export function articleExtensions(drawing: LabelDrawing): Extensions {
  return [...articleSchema, ReadOnly, Highlights.configure({ drawing })];
}

/** The article as the editor's document; {@link Positions} knows where everything in it is. */
export function toDocument(positions: Positions): JSONContent {
  return {
    type: "doc",
    content: positions.sections.map(({ first, end }, section) => ({
      type: "section",
      attrs: { lines: estimatedLines(positions, section) },
      content: positions.blocks.slice(first, end).map(({ kind, level }, index) => {
        const words = positions.words(first + index);
        return {
          type: kind,
          ...(kind === "heading" ? { attrs: { level: level ?? 2 } } : {}),
          ...(words === "" ? {} : { content: [{ type: "text", text: words }] }),
        };
      }),
    })),
  };
}

/**
 * A document that cannot be changed, yet has a caret and every way of selecting by keyboard:
 * an editor that is not editable would lose those.
 */
const ReadOnly = Extension.create({
  name: "readOnly",
  addProseMirrorPlugins: () => [
    new Plugin({
      filterTransaction: (transaction) => !transaction.docChanged,
      props: {
        handleDOMEvents: {
          beforeinput: refuse,
          paste: refuse,
          drop: refuse,
          cut: refuse,
          dragstart: refuse,
          compositionstart: breakOff,
        },
        handleTextInput: () => true,
        handlePaste: () => true,
        handleDrop: () => true,
      },
    }),
  ],
});

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

type Shown = { readonly set: DecorationSet; readonly waiting: readonly LabelMark[] };

const key = new PluginKey<Shown>("highlights");

/** Sections whose marks are there with the editor; those of the others follow while it is idle. */
const FIRST_SECTIONS = 2;

/** Marks drawn in one idle slice: about 4 ms on a small laptop. */
const SLICE = 150;

/**
 * Draws the spans on the document as one decoration a mark. A change of one span adds and removes
 * its own decorations; nothing is rebuilt.
 */
const Highlights = Extension.create<{ drawing: LabelDrawing | null }>({
  name: "highlights",
  addOptions: () => ({ drawing: null }),
  addProseMirrorPlugins() {
    const { drawing } = this.options;
    if (!drawing) return [];
    return [
      new Plugin<Shown>({
        key,
        state: {
          init: (_config, state) => {
            const marks = drawing.marks();
            const early = (mark: LabelMark) =>
              drawing.positions.sectionOf(mark.block) < FIRST_SECTIONS;
            return {
              set: DecorationSet.create(state.doc, marks.filter(early).map(decoration)),
              waiting: marks.filter((mark) => !early(mark)).sort((a, b) => a.from - b.from),
            };
          },
          apply: applied,
        },
        props: { decorations: (state) => key.getState(state)?.set },
        view: drawTheRest,
      }),
    ];
  },
});

function applied(transaction: Transaction, shown: Shown): Shown {
  const redraw: Redraw | undefined = transaction.getMeta(key);
  if (!redraw) return shown;
  const gone = new Set(redraw.remove);
  const slice = new Set(redraw.add);
  return {
    set: shown.set
      .remove(redraw.remove.map(decoration))
      .add(transaction.doc, redraw.add.map(decoration)),
    waiting:
      shown.waiting.length === 0
        ? shown.waiting
        : shown.waiting.filter((mark) => !gone.has(mark) && !slice.has(mark)),
  };
}

/** The same mark is the same decoration, so it can be found again to be removed. */
const decorations = new WeakMap<LabelMark, Decoration>();

function decoration(mark: LabelMark): Decoration {
  const known = decorations.get(mark);
  if (known) return known;
  // Without a node name ProseMirror merges overlapping decorations into one element.
  const made = Decoration.inline(mark.from, mark.to, { nodeName: "mark", ...mark.attributes });
  decorations.set(mark, made);
  return made;
}

function show(view: EditorView, redraw: Redraw, caret: number | null = null): void {
  if (redraw.add.length === 0 && redraw.remove.length === 0) return;
  const transaction = view.state.tr.setMeta(key, redraw);
  if (caret !== null) {
    transaction.setSelection(TextSelection.near(transaction.doc.resolve(caret)));
  }
  view.dispatch(transaction);
}

/**
 * Shows the spans as they are now, in one transaction that touches only what differs.
 *
 * @param caret where the selection becomes a caret with it, if anything is drawn: setting it
 *   afterwards would have the browser lay the text out twice
 */
export function showHighlights(
  view: EditorView,
  drawing: LabelDrawing,
  highlights: ReadonlyMap<string, Highlight>,
  emphasis: Emphasis,
  caret: number | null = null,
): void {
  show(view, drawing.update(highlights, emphasis), caret);
}

function drawTheRest(view: EditorView) {
  const idle: (work: () => void) => number =
    typeof requestIdleCallback === "function"
      ? (work) => requestIdleCallback(work, { timeout: 500 })
      : (work) => window.setTimeout(work, 30);
  const cancel = typeof cancelIdleCallback === "function" ? cancelIdleCallback : clearTimeout;
  let next = 0;
  const slice = () => {
    next = 0;
    const add = key.getState(view.state)?.waiting.slice(0, SLICE) ?? [];
    show(view, { add, remove: [] });
    wait(view.state);
  };
  const wait = (state: EditorState) => {
    if (next === 0 && (key.getState(state)?.waiting.length ?? 0) > 0) next = idle(slice);
  };
  wait(view.state);
  return { destroy: () => cancel(next) };
}
