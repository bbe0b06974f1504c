import { Extension } from "@tiptap/core";
import {
  type EditorState,
  Plugin,
  PluginKey,
  TextSelection,
  type Transaction,
} from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Drawing, Emphasis, Highlight, Mark, Redraw } from "./label-drawing";

type Shown = { readonly set: DecorationSet; readonly waiting: readonly Mark[] };

const key = new PluginKey<Shown>("highlights");

/** Sections whose marks are there with the editor; those of the others follow while it is idle. */
const FIRST_SECTIONS = 2;

/** Marks drawn in one idle slice: about 4 ms on a small laptop. */
const SLICE = 150;

/**
 * Draws the spans on the document as one decoration a mark. A change of one span adds and removes
 * its own decorations; nothing is rebuilt.
 */
export const Highlights = Extension.create<{ drawing: Drawing | null }>({
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
            const early = (mark: Mark) => drawing.positions.sectionOf(mark.block) < FIRST_SECTIONS;
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
const decorations = new WeakMap<Mark, Decoration>();

function decoration(mark: Mark): Decoration {
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
  drawing: Drawing,
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
