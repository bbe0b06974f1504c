import { TextSelection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/** How near to the upper and lower edge of the view a drag scrolls it, in pixels … */
const EDGE = 24;
/** … and by how much in a frame at most. */
const FASTEST = 24;

/** A press that moves by less, in pixels, has selected nothing that anybody meant. */
const JITTER = 4;

/** What the editor makes of a gesture, in its positions. */
export type Gestures = {
  /** The pointer has gone down in the text or beside it, and later, that it is up again. */
  readonly pressed: (isDown: boolean) => void;
  /** What a press in the same place for the second time selects, or for a further one; null for nothing. */
  readonly unitAt: (position: number, presses: number) => Ends | null;
  /** The gesture is over; what it has selected is meant exactly, or means the words in it. */
  readonly ended: (how: { readonly exact: boolean }) => void;
  /** Takes the selection back to a caret. */
  readonly collapse: () => void;
};

/** Positions of the editor's. */
export type Ends = { readonly from: number; readonly to: number };

/**
 * Selecting by mouse. A drag that begins beside the text, above or below it or between two paragraphs
 * selects from the nearest place in the text, as in a word processor: browsers select nothing then. One
 * that begins on words is the browser's own. A mere press puts the caret there; with Shift, it goes on
 * selecting. A double press selects a word, a triple one a sentence, one more the paragraph, and dragged
 * on, whole ones of these. Whatever it was, its end is told.
 *
 * @param pane what the text scrolls in, margins included
 * @param inNextFrame does work once there is another frame
 * @returns stops it
 */
export function selectByPointer(
  view: EditorView,
  pane: HTMLElement,
  { pressed: told, unitAt, ended, collapse }: Gestures,
  inNextFrame: (work: () => void) => void,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let dragging: AbortController | null = null;
  const begin = (gesture: AbortController) => {
    dragging = gesture;
    told(true);
    gesture.signal.addEventListener("abort", () => told(false));
  };
  const follow = (anchor: Ends, unit: (position: number) => Ends) => {
    dragging?.abort();
    const selectTo = (position: number) => {
      const head = unit(position);
      const isBack = head.from < anchor.from;
      select(view, isBack ? anchor.to : anchor.from, isBack ? head.from : head.to);
    };
    begin(drag(view, pane, { selectTo, ended }, inNextFrame));
  };
  const caret = (position: number): Ends => ({ from: position, to: position });
  const pressed = (event: MouseEvent) => {
    if (event.button !== 0 || !view.editable || !(event.target instanceof Element)) return;
    if (isMargin(event, view, pane)) {
      const start = nearestPosition(view, pane, event);
      if (start === null) return;
      event.preventDefault(); // the browser would take the focus away
      view.focus();
      const anchor = event.shiftKey ? view.state.selection.anchor : start;
      select(view, anchor, start);
      follow(caret(anchor), caret);
      return;
    }
    if (!event.target.closest("[data-block]") || !view.dom.contains(event.target)) return;
    const presses = event.shiftKey ? 1 : event.detail;
    const under = presses > 1 ? positionUnder(view, event) : null;
    const unit = under === null ? null : unitAt(under, presses);
    if (unit) {
      event.preventDefault(); // browsers have other words, and no sentences
      view.focus();
      select(view, unit.from, unit.to);
      follow(unit, (position) => unitAt(position, presses) ?? caret(position));
      return;
    }
    // On what is selected a browser would begin to drag that away.
    if (presses === 1 && !event.shiftKey) collapse();
    const anchor = event.shiftKey ? null : nearestPosition(view, pane, event);
    dragging?.abort();
    begin(release(view, pane, { pressed: event, anchor }, { ended, collapse }));
  };
  // Before the editor sees it, which leaves alone what is prevented.
  pane.addEventListener("mousedown", pressed, { capture: true, signal });
  return () => {
    listening.abort();
    dragging?.abort();
  };
}

/**
 * Waits for the end of a press that is the browser's own.
 *
 * @param press its event and where it begins to select; null for where that had begun before
 */
function release(
  view: EditorView,
  pane: HTMLElement,
  { pressed, anchor }: { readonly pressed: MouseEvent; readonly anchor: number | null },
  { ended, collapse }: Pick<Gestures, "ended" | "collapse">,
): AbortController {
  const waiting = new AbortController();
  const { signal } = waiting;
  const released = (event: MouseEvent) => {
    waiting.abort();
    const { clientX: x, clientY: y } = event;
    const isStill = Math.hypot(x - pressed.clientX, y - pressed.clientY) < JITTER;
    if (isStill && !pressed.shiftKey && pressed.detail === 1) {
      collapse();
      return;
    }
    // A busy browser may not have followed the pointer to where it was let go.
    const head = isStill ? null : nearestPosition(view, pane, event);
    // What came up meanwhile may have taken it: nothing would be selected on the page.
    if (!view.hasFocus()) view.focus();
    if (head !== null) select(view, anchor ?? view.state.selection.anchor, head);
    ended({ exact: event.altKey });
  };
  const moved = ({ buttons }: MouseEvent) => {
    if (buttons === 0) waiting.abort(); // let go outside the window
  };
  addEventListener("mousemove", moved, { signal });
  // After the editor, which takes the selection from the page then.
  addEventListener("mouseup", released, { signal });
  return waiting;
}

/** The position before the character under the pointer; the nearest gap between two is behind it half the time. */
function positionUnder(view: EditorView, { clientX, clientY }: MouseEvent): number | null {
  const at = view.posAtCoords({ left: clientX, top: clientY });
  if (!at) return null;
  const { left, top } = view.coordsAtPos(at.pos, 1);
  const { node } = view.domAtPos(at.pos);
  const element = node instanceof Element ? node : node.parentElement;
  const isBefore =
    element && getComputedStyle(element).direction === "rtl" ? clientX > left : clientX < left;
  const isFirst = view.state.doc.resolve(at.pos).parentOffset === 0;
  return !isFirst && (isBefore || clientY < top) ? at.pos - 1 : at.pos;
}

/**
 * Whether a press is beside the words: on nothing but what surrounds the text's blocks, or on what says
 * by `data-margin` that it lies in a margin and is not there to be pressed.
 */
function isMargin(
  { target, clientX }: MouseEvent,
  { dom }: EditorView,
  pane: HTMLElement,
): boolean {
  if (!(target instanceof Element) || target.closest("[data-block]")) return false;
  const { left } = pane.getBoundingClientRect();
  const isScrollBar = clientX - left - pane.clientLeft >= pane.clientWidth;
  const isAround = target.contains(dom) || dom.contains(target);
  return !isScrollBar && (isAround || target.hasAttribute("data-margin"));
}

function drag(
  view: EditorView,
  pane: HTMLElement,
  { selectTo, ended: over }: Pick<Gestures, "ended"> & { selectTo: (position: number) => void },
  inNextFrame: (work: () => void) => void,
): AbortController {
  const dragging = new AbortController();
  const { signal } = dragging;
  let pointer: { readonly clientX: number; readonly clientY: number } | null = null;
  let isWaiting = false;
  const follow = () => {
    isWaiting = false;
    if (signal.aborted || pointer === null) return;
    const by = scrollingBy(pane, pointer.clientY);
    const before = pane.scrollTop;
    if (by !== 0) pane.scrollBy({ top: by, behavior: "instant" });
    const head = nearestPosition(view, pane, pointer);
    if (head !== null) selectTo(head);
    if (pane.scrollTop !== before) later();
  };
  const later = () => {
    if (isWaiting) return;
    isWaiting = true;
    inNextFrame(follow);
  };
  const moved = (event: MouseEvent) => {
    if (event.buttons === 0) {
      dragging.abort(); // let go outside the window
      return;
    }
    pointer = event;
    later();
  };
  const ended = (event: Event) => {
    follow();
    dragging.abort();
    over({ exact: event instanceof MouseEvent && event.altKey });
  };
  addEventListener("mousemove", moved, { signal });
  addEventListener("mouseup", ended, { signal });
  addEventListener("blur", ended, { signal });
  return dragging;
}

/** How far a drag scrolls in this frame, in pixels: the further beyond the edge, the faster. */
function scrollingBy(pane: HTMLElement, y: number): number {
  const { top, bottom } = pane.getBoundingClientRect();
  const beyond = Math.min(0, y - top - EDGE) + Math.max(0, y - bottom + EDGE);
  return Math.max(-FASTEST, Math.min(FASTEST, beyond / 2));
}

function select(view: EditorView, anchor: number, head: number): void {
  const { tr, selection } = view.state;
  if (selection.anchor === anchor && selection.head === head) return;
  const { doc } = tr;
  view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head))));
}

/** The position in the text nearest to a point: that in the nearest line, at its beginning or end beside it. */
function nearestPosition(
  view: EditorView,
  pane: HTMLElement,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): number | null {
  const { top, bottom } = pane.getBoundingClientRect();
  const y = Math.max(top + 1, Math.min(clientY, bottom - 1));
  const block = nearest(view.dom.children, y);
  const found = block && nearest(block.children, y);
  if (!found) return null;
  const box = found.getBoundingClientRect();
  const left = Math.max(box.left + 1, Math.min(clientX, box.right - 1));
  return (
    view.posAtCoords({ left, top: Math.max(box.top + 1, Math.min(y, box.bottom - 1)) })?.pos ?? null
  );
}

/** The element nearest to a height on the screen; the earlier of two. They come one below the other. */
function nearest(elements: Iterable<Element>, y: number): Element | undefined {
  let found: Element | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const element of elements) {
    const { top, bottom } = element.getBoundingClientRect();
    const distance = Math.max(0, top - y, y - bottom);
    if (distance < least) [found, least] = [element, distance];
  }
  return found;
}
