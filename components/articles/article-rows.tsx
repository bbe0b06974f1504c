"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { ListedArticle } from "@/lib/api/articles";
import { ArticleRow } from "./article-row";
import type { ListLabel } from "./initial-list";
import { isTyping, movementOf, stepOf } from "./list-navigation";
import type { Place } from "./remembered-lists";

/** A row of title and facts, in pixels; rows are measured once they are drawn. */
const USUAL_HEIGHT = 76;
const OVERSCAN = 8;
/** The window that the server draws for, in pixels: it does not know the real one. */
const FIRST_WINDOW = { width: 1024, height: 1000 };
/** What was read longer ago is read again when the reader comes back to it, in milliseconds. */
const STALE_AFTER = 10_000;

export type Rows = {
  /** Goes to the first row on the screen. */
  readonly enter: () => void;
};

/** The rows of a list that are near the screen, in a list that is as long as all of them. */
export function ArticleRows({
  project,
  articles,
  total,
  labels,
  showsState,
  place,
  isDimmed,
  bar,
  rows,
  onNearEnd,
  onLeave,
  onReturn,
}: {
  project: string;
  articles: readonly ListedArticle[];
  /** -1 where it is not known. */
  total: number;
  labels: readonly ListLabel[];
  showsState: boolean;
  place: Place;
  isDimmed: boolean;
  /** What may stick to the top of the window, over the list. */
  bar: RefObject<HTMLElement | null>;
  rows: RefObject<Rows | null>;
  onNearEnd: () => void;
  /** Up from the first row. */
  onLeave: () => void;
  /** The reader is back at these rows, which may have changed. */
  onReturn: (from: number, to: number) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(place.margin);
  const [cover, setCover] = useState(0);
  const [active, setActive] = useState(place.active);
  const [isInside, setInside] = useState(false);
  const focusWanted = useRef(false);

  const virtualizer = useWindowVirtualizer<HTMLLIElement>({
    count: articles.length,
    estimateSize: () => USUAL_HEIGHT,
    getItemKey: useCallback((index: number) => articles[index]?.id ?? index, [articles]),
    overscan: OVERSCAN,
    initialRect: FIRST_WINDOW,
    initialOffset: place.scroll ?? 0,
    initialMeasurementsCache: place.heights,
    scrollMargin: margin,
    scrollPaddingStart: cover,
    scrollPaddingEnd: 16,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const activeIndex = active === null ? -1 : articles.findIndex(({ id }) => id === active);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const top = element.getBoundingClientRect().top + window.scrollY;
    if (Math.abs(top - margin) > 0.5) setMargin(top);
    const covered = coverOf(bar.current);
    if (covered !== cover) setCover(covered);
    place.margin = top;
  });

  const comeBack = useEffectEvent(() => {
    if (!isDimmed) onReturn(first?.index ?? 0, last?.index ?? 0);
  });
  const restorePlace = useEffectEvent(() => {
    if (place.scroll === null) {
      place.scroll = window.scrollY;
      return;
    }
    if (isDimmed) return; // another list is about to take its place
    window.scrollTo({ top: place.scroll, behavior: "instant" });
    if (document.activeElement === document.body) focusOn(list.current, place.active);
    comeBack();
  });
  useLayoutEffect(() => {
    restorePlace();
    const keep = () => {
      place.scroll = window.scrollY;
    };
    window.addEventListener("scroll", keep, { passive: true });
    return () => {
      window.removeEventListener("scroll", keep);
      place.heights = virtualizer.takeSnapshot();
    };
  }, [place, virtualizer]);

  useLayoutEffect(() => {
    place.active = active;
    if (!focusWanted.current || active === null) return;
    focusWanted.current = !focusOn(list.current, active);
  });

  const firstBelow = (offset: number) =>
    items.find(({ start }) => start >= offset + cover - 1)?.index ?? first?.index ?? 0;
  const isInView = (index: number) => {
    const item = virtualizer.measurementsCache[index];
    const { scrollY, innerHeight } = window;
    return item !== undefined && item.end > scrollY + cover && item.start < scrollY + innerHeight;
  };
  const goTo = (index: number) => {
    const article = articles[Math.min(Math.max(index, 0), articles.length - 1)];
    if (!article) return;
    const at = articles.indexOf(article);
    setActive(article.id);
    // A row that is not drawn yet gets it once it is.
    focusWanted.current = !focusOn(list.current, article.id);
    if (at === 0) window.scrollTo({ top: 0, behavior: "instant" });
    else virtualizer.scrollToIndex(at, { align: "auto" });
    if (at > articles.length - 20) onNearEnd();
  };
  const step = (by: 1 | -1) => {
    if (activeIndex < 0 || !isInView(activeIndex)) goTo(firstBelow(window.scrollY));
    else if (activeIndex + by < 0) onLeave();
    else goTo(activeIndex + by);
  };

  const move = (event: KeyboardEvent) => {
    const to = movementOf(event);
    if (to === null) return;
    event.preventDefault();
    if (to === "first") goTo(0);
    else if (to === "last") goTo(articles.length - 1);
    else step(to === "next" ? 1 : -1);
  };
  const walk = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const by = isTyping(event) ? null : stepOf(event);
    if (by === null) return;
    event.preventDefault();
    step(by);
  });
  useEffect(() => {
    let left = Date.now();
    const look = () => {
      if (document.visibilityState === "hidden") left = Date.now();
      else if (Date.now() - left > STALE_AFTER) comeBack();
    };
    const press = (event: globalThis.KeyboardEvent) => walk(event);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("visibilitychange", look);
      document.removeEventListener("keydown", press);
    };
  }, []);
  useEffect(() => {
    rows.current = { enter: () => goTo(firstBelow(window.scrollY)) };
  });

  // The row with the focus stays, wherever the screen goes, or the focus would be lost with it.
  const away =
    isInside && activeIndex >= 0 && !items.some(({ index }) => index === activeIndex)
      ? virtualizer.measurementsCache[activeIndex]
      : undefined;
  const drawn = away ? [...items, away].sort((a, b) => a.index - b.index) : items;
  const tabStop =
    activeIndex >= 0 && drawn.some(({ index }) => index === activeIndex)
      ? activeIndex
      : firstBelow(virtualizer.scrollOffset ?? 0);

  return (
    <ul
      ref={list}
      aria-label="Articles"
      aria-busy={isDimmed || undefined}
      onKeyDown={move}
      onFocus={({ target }) => {
        setInside(true);
        setActive(target.dataset.article ?? null);
      }}
      onBlur={() => setInside(false)}
      style={{
        paddingBlockStart: (first?.start ?? margin) - margin,
        paddingBlockEnd: Math.max(0, margin + virtualizer.getTotalSize() - (last?.end ?? margin)),
      }}
      className={`relative list-none [overflow-anchor:none] transition-opacity ${isDimmed ? "opacity-55 delay-150" : ""}`}
    >
      {drawn.map((item) => {
        const article = articles[item.index];
        if (!article) return null;
        return (
          <ArticleRow
            key={item.key}
            article={article}
            href={`/projects/${project}/articles/${article.id}`}
            labels={labels}
            showsState={showsState}
            index={item.index}
            total={total}
            isTabStop={item.index === tabStop}
            style={item === away ? { position: "absolute", top: item.start - margin } : undefined}
            measure={virtualizer.measureElement}
          />
        );
      })}
    </ul>
  );
}

/** @returns false if the article's row is not drawn */
function focusOn(list: HTMLElement | null, article: string | null): boolean {
  const link = list?.querySelector<HTMLElement>(`[data-article="${article}"]`);
  link?.focus({ preventScroll: true });
  return link != null;
}

/** How much of the window's top lies under what sticks to it, in pixels. */
function coverOf(bar: HTMLElement | null): number {
  const header = document.querySelector("header")?.getBoundingClientRect().height ?? 0;
  if (!bar || getComputedStyle(bar).position !== "sticky") return header;
  return header + bar.getBoundingClientRect().height;
}
