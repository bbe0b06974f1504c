import { TextSelection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/** How near to the upper and lower edge of the view a drag scrolls it, in pixels … */
const EDGE = 24;
/** … and by how much in a frame at most. */
const FASTEST = 24;

/**
 * Lets a drag that begins beside the text, above or below it or between two paragraphs select from
 * the nearest place in the text, as in a word processor: browsers select nothing then. One that begins
 * on words is the browser's own. A mere press puts the caret there; with Shift, it goes on selecting.
 *
 * @param pane what the text scrolls in, margins included
 * @param inNextFrame does work once there is another frame
 * @returns stops it
 */
export function selectFromMargins(
  view: EditorView,
  pane: HTMLElement,
  inNextFrame: (work: () => void) => void,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let dragging: AbortController | null = null;
  const pressed = (event: MouseEvent) => {
    if (event.button !== 0 || !view.editable || !isMargin(event, view, pane)) return;
    const start = nearestPosition(view, pane, event);
    if (start === null) return;
    event.preventDefault(); // the browser would take the focus away
    view.focus();
    const anchor = event.shiftKey ? view.state.selection.anchor : start;
    select(view, anchor, start);
    dragging?.abort();
    dragging = drag(view, pane, anchor, inNextFrame);
  };
  // Before the editor sees it, which leaves alone what is prevented.
  pane.addEventListener("mousedown", pressed, { capture: true, signal });
  return () => {
    listening.abort();
    dragging?.abort();
  };
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
  anchor: number,
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
    if (head !== null) select(view, anchor, head);
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
  const ended = () => {
    follow();
    dragging.abort();
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
