import {
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import type { Place } from "./remembered-lists";

/** A row of title and facts, in pixels; rows are measured once they are drawn. */
const USUAL_HEIGHT = 76;
/** Rows drawn on either side of the window. */
const OVERSCAN = 8;
/** The height of the window that the server draws for, in pixels: it does not know the real one. */
const FIRST_WINDOW = 1000;
/** Scrolling is over when the window has not moved for this time, in milliseconds. */
const AT_REST = 150;
/** How near to the lower edge of the window a row may come that is gone to, in pixels. */
const MARGIN_BELOW = 16;

/** What the window shows, in pixels. */
type View = {
  readonly scroll: number;
  readonly height: number;
  /**
   * How much lower the rows would be if those above them had always had the heights they turned
   * out to have. A window that is being scrolled cannot be moved (on iOS it would stop), so until it
   * rests they are drawn this much higher.
   */
  readonly shift: number;
};

/** Rows by their indexes, 0-based; `to` is the first that is not among them. */
type RowRange = { readonly from: number; readonly to: number };

/**
 * Which rows of a list as high as all its rows are near the window, and so are to be drawn.
 * What is on the screen stays where it is while rows above it turn out to be higher or lower than
 * was thought. Each row that is drawn is a child of `list` with its index in `data-index`; one that
 * is positioned absolutely counts for nothing.
 *
 * @param ids in order; the heights that have been measured are kept in `place` by them
 * @param margin where the list begins on the page, in pixels
 * @param cover how much of the window's top lies under what sticks to it, in pixels
 */
export function useNearbyRows(
  ids: readonly string[],
  {
    list,
    place,
    margin,
    cover,
  }: { list: RefObject<HTMLElement | null>; place: Place; margin: number; cover: number },
) {
  const { heights } = place;
  const [measured, setMeasured] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `heights` is changed in place
  const starts = useMemo(() => {
    const starts = [0];
    for (const id of ids) starts.push((starts.at(-1) ?? 0) + (heights.get(id) ?? USUAL_HEIGHT));
    return starts;
  }, [ids, heights, measured]);
  const startOf = (index: number) => starts[Math.min(index, ids.length)] ?? 0;

  const [view, setView] = useState<View>({
    scroll: place.scroll ?? 0,
    height: FIRST_WINDOW,
    shift: 0,
  });
  const rowsIn = ({ scroll, height, shift }: View): RowRange => {
    const top = scroll + shift - margin;
    const first = firstFrom(starts, top) - 1;
    const last = firstFrom(starts, top + height);
    return {
      from: Math.max(0, Math.min(first, ids.length - 1) - OVERSCAN),
      to: Math.min(ids.length, Math.max(last, 0) + OVERSCAN),
    };
  };
  const drawn = rowsIn(view);

  const now = (): View => ({ ...view, scroll: window.scrollY, height: window.innerHeight });
  const isElsewhere = useEffectEvent(() => {
    const next = rowsIn(now());
    return next.from !== drawn.from || next.to !== drawn.to;
  });
  const look = useEffectEvent(() => setView(now()));
  const measure = useEffectEvent(() => {
    const fold = window.scrollY + view.shift - margin + cover;
    let grown = 0;
    let isNew = false;
    for (const row of list.current?.children ?? []) {
      const index = Number((row as HTMLElement).dataset.index);
      const id = ids[index];
      if (id === undefined || (row as HTMLElement).style.position === "absolute") continue;
      const height = row.getBoundingClientRect().height;
      const known = heights.get(id);
      if (known === height) continue;
      heights.set(id, height);
      isNew = true;
      const thought = known ?? USUAL_HEIGHT;
      if (startOf(index) + thought <= fold) grown += height - thought;
    }
    if (!isNew) return;
    setMeasured((count) => count + 1);
    setView({ ...now(), shift: view.shift + grown });
  });
  /** The window moves by what the rows have been drawn too high. */
  const settle = useEffectEvent(() => {
    if (view.shift === 0) return;
    const to = window.scrollY + view.shift;
    flushSync(() => setView({ ...now(), scroll: to, shift: 0 }));
    window.scrollTo({ top: to, behavior: "instant" });
  });

  const isHeld = useRef(false);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const settleSoon = useEffectEvent(() => {
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      if (!isHeld.current) settle();
    }, AT_REST);
  });
  useLayoutEffect(() => {
    measure();
    if (view.shift !== 0) settleSoon();
  });
  useEffect(() => {
    const held = ({ touches }: TouchEvent) => {
      isHeld.current = touches.length > 0;
      settleSoon();
    };
    const moved = () => {
      // At once, or a fast scroll would show what is not drawn.
      if (isElsewhere()) flushSync(look);
      settleSoon();
    };
    look();
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true, capture: true };
    for (const kind of ["touchstart", "touchend", "touchcancel"] as const) {
      addEventListener(kind, held, options);
    }
    addEventListener("scroll", moved, options);
    addEventListener("resize", moved, options);
    // Any row that changes its height changes the list's.
    const sizes = new ResizeObserver(() => measure());
    if (list.current) sizes.observe(list.current);
    return () => {
      clearTimeout(resting.current);
      stop.abort();
      sizes.disconnect();
    };
  }, [list]);

  return {
    ...drawn,
    /** The height of all rows above one, in pixels; of all rows for their number. */
    startOf,
    /** In pixels. */
    shift: view.shift,
    /**
     * The first row that begins below what covers the top of the window; the last where none does.
     * @param at where the window was when rows were drawn, or where it is now
     */
    firstInView: (at: "drawn" | "now") => {
      const { scroll, shift } = at === "drawn" ? view : now();
      const first = firstFrom(starts, scroll + shift - margin + cover - 1);
      return Math.max(0, Math.min(first, ids.length - 1));
    },
    isInView: (index: number) => {
      const { scroll, height, shift } = now();
      const top = scroll + shift - margin;
      return startOf(index + 1) > top + cover && startOf(index) < top + height;
    },
    /** Scrolls as little as it takes for a row to be seen whole, and draws it. */
    reveal: (index: number) => {
      const row = () => list.current?.querySelector(`[data-index="${index}"]`);
      const scrollTo = (top: number) => window.scrollTo({ top, behavior: "instant" });
      if (index === 0) scrollTo(0);
      else if (!row()) scrollTo(margin + startOf(index) - view.shift - cover);
      if (!row()) flushSync(() => setView(now()));
      const { top = cover, bottom = 0 } = row()?.getBoundingClientRect() ?? {};
      const below = bottom - window.innerHeight + MARGIN_BELOW;
      if (index === 0) return;
      if (top < cover) scrollTo(window.scrollY + top - cover);
      else if (below > 0) scrollTo(window.scrollY + below);
    },
  };
}

/** The first place whose value is at least this, among those that only grow. */
function firstFrom(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
