"use client";

import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ListedArticle } from "@/lib/api/articles";
import { ArticleRow } from "./article-row";
import type { ListLabel } from "./initial-list";
import { isSelectKey, isTyping, movementOf, stepOf } from "./list-navigation";
import type { Place } from "./remembered-lists";
import { useNearbyRows } from "./use-nearby-rows";

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
  selected,
  onSelect,
  onDelete,
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
  selected: ReadonlySet<string>;
  /** Null for who may do nothing with several. */
  onSelect: ((id: string, toHere: boolean) => void) | null;
  onDelete: (id: string) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(place.margin);
  const [cover, setCover] = useState(0);
  const [active, setActive] = useState(place.active);
  const [isInside, setInside] = useState(false);

  const ids = useMemo(() => articles.map(({ id }) => id), [articles]);
  const nearby = useNearbyRows(ids, { list, place, margin, cover });
  const { from, to } = nearby;
  const activeIndex = active === null ? -1 : ids.indexOf(active);

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
    if (!isDimmed) onReturn(from, Math.max(from, to - 1));
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
  const keepPlace = useEffectEvent(() => {
    place.scroll = window.scrollY + nearby.shift;
  });
  useLayoutEffect(() => {
    restorePlace();
    const keep = () => keepPlace();
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  }, []);
  useLayoutEffect(() => {
    place.active = active;
  });

  const goTo = (wanted: number) => {
    const index = Math.min(Math.max(wanted, 0), articles.length - 1);
    const id = ids[index];
    if (id === undefined) return;
    setActive(id);
    nearby.reveal(index);
    focusOn(list.current, id);
    if (index > articles.length - 20) onNearEnd();
  };
  const step = (by: 1 | -1) => {
    if (activeIndex < 0 || !nearby.isInView(activeIndex)) goTo(nearby.firstInView("now"));
    else if (activeIndex + by < 0) onLeave();
    else goTo(activeIndex + by);
  };

  const move = (event: KeyboardEvent) => {
    if (onSelect && active !== null && activeIndex >= 0) {
      if (event.key === "Delete") onDelete(active);
      if (isSelectKey(event)) onSelect(active, event.shiftKey);
    }
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
    rows.current = { enter: () => goTo(nearby.firstInView("now")) };
  });

  const isDrawn = (index: number) => index >= from && index < to;
  // The row with the focus stays, wherever the screen goes, or the focus would be lost with it.
  const away = isInside && activeIndex >= 0 && !isDrawn(activeIndex) ? activeIndex : null;
  const drawn = Array.from({ length: to - from }, (_, index) => from + index);
  if (away !== null) drawn.splice(away < from ? 0 : drawn.length, 0, away);
  const tabStop = away !== null || isDrawn(activeIndex) ? activeIndex : nearby.firstInView("drawn");
  const topOf = (index: number) => nearby.startOf(index) - nearby.shift;

  return (
    <ul
      ref={list}
      aria-label="Articles"
      aria-busy={isDimmed || undefined}
      onKeyDown={move}
      onFocus={({ target }) => {
        setInside(true);
        setActive(
          target.closest("li")?.querySelector<HTMLElement>("[data-article]")?.dataset.article ??
            null,
        );
      }}
      onBlur={() => setInside(false)}
      style={{
        paddingBlockStart: Math.max(0, topOf(from)),
        paddingBlockEnd: nearby.startOf(articles.length) - nearby.startOf(to),
      }}
      className={`relative list-none [overflow-anchor:none] transition-opacity ${isDimmed ? "opacity-55 delay-150" : ""}`}
    >
      {drawn.map((index) => {
        const article = articles[index];
        if (!article) return null;
        return (
          <ArticleRow
            key={article.id}
            article={article}
            href={`/projects/${project}/articles/${article.id}`}
            labels={labels}
            showsState={showsState}
            index={index}
            total={total}
            isTabStop={index === tabStop}
            isSelected={selected.has(article.id)}
            onSelect={onSelect}
            style={index === away ? { position: "absolute", top: topOf(index) } : undefined}
          />
        );
      })}
    </ul>
  );
}

/** Does nothing where the article's row is not drawn. */
function focusOn(list: HTMLElement | null, article: string | null): void {
  list?.querySelector<HTMLElement>(`[data-article="${article}"]`)?.focus({ preventScroll: true });
}

/** How much of the window's top lies under what sticks to it, in pixels. */
function coverOf(bar: HTMLElement | null): number {
  const header = document.querySelector("header")?.getBoundingClientRect().height ?? 0;
  if (!bar || getComputedStyle(bar).position !== "sticky") return header;
  return header + bar.getBoundingClientRect().height;
}
