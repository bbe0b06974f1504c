"use client";

import {
  Fragment,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { classNames } from "@/components/ui/class-names";
import { Icon } from "@/components/ui/icons";
import { LabelBadge } from "@/components/ui/label-badge";
import { TextLink } from "@/components/ui/text-link";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { nothingMarked, summaryOf } from "@/lib/annotator/wording";
import { counting, mapping } from "@/lib/domain/list-changes";
import { indexInOrder } from "@/lib/domain/range-set";
import type { Scheme } from "@/lib/domain/scheme";
import { hull, type Span } from "@/lib/domain/span";
import { PRACTICE } from "./annotate-page-props";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

/**
 * The heights of rows of one and of two lines, in pixels. They follow from what is in a row, so that
 * none has to be measured: with hundreds of spans, measuring took longer than all else a key does.
 */
const ROWS = [38, 60] as const;

/** How many letters fit into a line of the list; those of Chinese, Japanese and Korean count twice. */
const LINE = 40;

const wide = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/gu;

function isTall({ quote, attributes }: Span): boolean {
  if (Object.keys(attributes).length > 0 || quote.length > LINE) return true;
  return quote.length + (quote.match(wide)?.length ?? 0) > LINE;
}

/** All spans in text order, in step with the text: the selected one, or what is at its top. */
export function SpanList({
  annotator,
  top,
  onPick,
  onStep,
}: {
  annotator: SyncedAnnotator;
  /** The offset at the top of the text's view. */
  top: number;
  onPick: (id: string) => void;
  onStep: (by: -1 | 1) => void;
}) {
  const { spans, selected, linking } = useAnnotatorState(annotator);
  const [filter, setFilter] = useState<string | null>(null);
  const shown = useMemo(
    () => (filter === null ? spans : spans.filter(({ label }) => label === filter)),
    [spans, filter],
  );
  const frame = useRef<HTMLDivElement>(null);
  const [heightsOf] = useState(() => mapping((span: Span) => ROWS[isTall(span) ? 1 : 0]));
  const heights = heightsOf(shown);
  const rows = useRowsInView(frame, heights);
  const current = linking?.target ?? selected;
  const at = placeOf(current === null ? undefined : annotator.set.spans.get(current), shown);
  useEffect(() => {
    if (at >= 0) rows.scrollTo(at, "nearest");
  }, [at, rows.scrollTo]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the text's scrolling moves the list, not what changes in the list
  useEffect(() => {
    const list = frame.current;
    if (!list || list.matches(":hover")) return;
    const next = shown.findIndex(({ fragments }) => hull(fragments).end > top);
    if (next >= 0) rows.scrollTo(next, "start");
  }, [top]);

  const step = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    onStep(event.key === "ArrowDown" ? 1 : -1);
  };
  return (
    <section
      aria-label="Spans"
      className={classNames(
        "span-list flex grow flex-col",
        // Words in place of the list are whole, and of the list some rows are seen: then the panel scrolls.
        shown.length === 0 ? "shrink-0" : "min-h-44",
      )}
    >
      <Legend annotator={annotator} spans={spans} filter={filter} onFilter={setFilter} />
      {shown.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">
          {spans.length === 0 ? nothingMarked(annotator.standing) : "No span has this label."}
          {spans.length === 0 && annotator.standing === "writable" && (
            <>
              {" "}
              <TextLink href={PRACTICE}>Practise for a minute</TextLink>
            </>
          )}
        </p>
      ) : (
        <div
          ref={frame}
          role="listbox"
          aria-label="Spans in text order"
          aria-activedescendant={at >= 0 ? `row-${shown[at]?.id}` : undefined}
          tabIndex={0}
          onKeyDown={step}
          className="min-h-0 grow overflow-y-auto focus-visible:-outline-offset-2"
        >
          <div className="relative" style={{ height: rows.tops.at(-1) }}>
            {shown.slice(rows.first, rows.end).map((span, offset) => {
              const index = rows.first + offset;
              return (
                <div
                  key={span.id}
                  className="absolute inset-x-0 top-0"
                  style={{ height: heights[index], transform: `translateY(${rows.tops[index]}px)` }}
                >
                  <Row
                    span={span}
                    scheme={annotator.scheme}
                    selected={span.id === current}
                    relations={annotator.set.relationsOf(span.id).length}
                    place={index + 1}
                    of={shown.length}
                    onPick={onPick}
                  />
                </div>
              );
            })}
          </div>
        </div>
      )}
    </section>
  );
}

/** The index of a span in a list in text order; -1 if it is not there. */
function placeOf(span: Span | undefined, spans: readonly Span[]): number {
  const at = span ? indexInOrder(spans, span) : -1;
  return spans[at] === span ? at : -1;
}

/** How many rows are drawn before and after those in view, so that scrolling shows no gaps. */
const OVERSCAN = 8;

/**
 * The rows of a long list that are in view of its frame or near it.
 *
 * @param heights of all rows, in pixels: they are known, so none has to be measured
 * @returns the rows from `first` on, without `end`; `tops` has one more than rows, the whole height
 */
function useRowsInView(frame: RefObject<HTMLElement | null>, heights: readonly number[]) {
  const tops = useMemo(() => {
    const all = new Uint32Array(heights.length + 1);
    let top = 0;
    for (const [index, height] of heights.entries()) {
      top += height;
      all[index + 1] = top;
    }
    return all;
  }, [heights]);
  const [view, setView] = useState({ first: 0, end: OVERSCAN });
  const latest = useRef(tops);
  latest.current = tops;
  const look = useCallback(() => {
    const { scrollTop, clientHeight } = frame.current ?? { scrollTop: 0, clientHeight: 0 };
    const first = Math.max(0, rowAt(latest.current, scrollTop) - OVERSCAN);
    const end = rowAt(latest.current, scrollTop + clientHeight) + 1 + OVERSCAN;
    setView((was) => (was.first === first && was.end === end ? was : { first, end }));
  }, [frame]);
  const isEmpty = heights.length === 0;
  // An empty list has no frame.
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || isEmpty) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [frame, isEmpty, look]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` reads `tops` by a ref; with other heights other rows are in view
  useLayoutEffect(look, [look, tops]);
  const scrollTo = useCallback(
    (row: number, how: "nearest" | "start") => {
      const element = frame.current;
      const [top = 0, bottom = 0] = latest.current.slice(row, row + 2);
      if (!element) return;
      const { scrollTop, clientHeight } = element;
      if (how === "start" || top < scrollTop) element.scrollTop = top;
      else if (bottom > scrollTop + clientHeight) element.scrollTop = bottom - clientHeight;
    },
    [frame],
  );
  return { ...view, tops, scrollTo };
}

/** The row at a place; the last one below all. */
function rowAt(tops: Uint32Array, place: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A label without a key is in the legend once it is used, and so many in any case. */
const IN_LEGEND = 9;

/** The labels: a press on one makes every selection such a span, one on its count shows only those. */
function Legend({
  annotator,
  spans,
  filter,
  onFilter,
}: {
  annotator: SyncedAnnotator;
  spans: readonly Span[];
  filter: string | null;
  onFilter: (label: string | null) => void;
}) {
  const { sticky, writable } = useAnnotatorState(annotator);
  const [countsOf] = useState(() => counting(({ label }: Span) => label));
  const counts = countsOf(spans);
  const labels = annotator.scheme.labels.filter(
    ({ name }, index) => index < IN_LEGEND || counts.has(name),
  );
  return (
    <fieldset className="flex flex-wrap gap-x-2 gap-y-1 border-b border-line px-3 py-2">
      <legend className="sr-only">Labels</legend>
      {labels.map(({ name }) => {
        const appearance = appearanceOf(annotator.scheme, name);
        const badge = (
          <LabelBadge style={appearance.style} letter={appearance.letter} name={appearance.name} />
        );
        const count = counts.get(name) ?? 0;
        return (
          <span key={name} className="flex items-center">
            {writable ? (
              <button
                type="button"
                aria-pressed={sticky === name}
                title={`Label each selection ${appearance.name}${appearance.key === "" ? "" : ` (Shift+${appearance.key})`}`}
                onClick={() => annotator.stick(name)}
                className="legend-part"
              >
                {badge}
              </button>
            ) : (
              <span className="legend-part">{badge}</span>
            )}
            <button
              type="button"
              aria-pressed={filter === name}
              aria-label={`${count} ${appearance.name}: show only these`}
              title="Show only these"
              onClick={() => onFilter(filter === name ? null : name)}
              className="legend-part figures text-muted"
            >
              {count}
            </button>
          </span>
        );
      })}
    </fieldset>
  );
}

function Row({
  span,
  scheme,
  selected,
  relations,
  place,
  of,
  onPick,
}: {
  span: Span;
  scheme: Scheme;
  selected: boolean;
  relations: number;
  place: number;
  of: number;
  onPick: (id: string) => void;
}) {
  const appearance = appearanceOf(scheme, span.label);
  const attributes = summaryOf(scheme, span);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and moves by arrow keys; a row is only pressed
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and moves by arrow keys; a row is only pressed
    <div
      id={`row-${span.id}`}
      role="option"
      aria-selected={selected}
      aria-posinset={place}
      aria-setsize={of}
      onClick={() => onPick(span.id)}
      className={classNames(
        "flex h-full cursor-pointer items-baseline gap-2.5 overflow-hidden border-s-3 px-3 py-2",
        selected ? "border-accent bg-accent-soft" : "border-transparent hover:bg-sunken",
      )}
    >
      <span className="shrink-0">
        <LabelBadge
          style={appearance.style}
          letter={appearance.letter}
          name={appearance.name}
          compact
        />
      </span>
      <span className="min-w-0 grow">
        <span
          className={classNames(
            "leading-snug",
            attributes.length > 0 || !isTall(span) ? "line-clamp-1" : "line-clamp-2",
          )}
          dir="auto"
        >
          {span.quote.slice(0, 300)}
        </span>
        {attributes.length > 0 && (
          <span className="block truncate text-sm text-muted">
            {attributes.map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: no two attributes need differ
              <Fragment key={index}>
                {index > 0 && " · "}
                <bdi>{value}</bdi>
              </Fragment>
            ))}
          </span>
        )}
      </span>
      {relations > 0 && (
        <span className="figures flex shrink-0 items-center gap-0.5 text-sm text-muted">
          <Icon name="link" size={14} />
          <span className="sr-only">Relations:</span>
          {relations}
        </span>
      )}
    </div>
  );
}
