"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { Fragment, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { Icon } from "@/components/ui/icons";
import { LabelBadge } from "@/components/ui/label";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { summaryOf } from "@/lib/annotator/wording";
import type { Scheme } from "@/lib/domain/scheme";
import { hull, type Span } from "@/lib/domain/span";
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
  const { spans, relations, selected, linking } = useAnnotatorState(annotator);
  const [filter, setFilter] = useState<string | null>(null);
  const shown = useMemo(
    () => (filter === null ? spans : spans.filter(({ label }) => label === filter)),
    [spans, filter],
  );
  const linked = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { from, to } of relations) {
      for (const id of [from, to]) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }, [relations]);
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: (index) => ROWS[shown[index] && isTall(shown[index]) ? 1 : 0],
    overscan: 8,
    // Rendering while scrolling must not hold up the text's next frame.
    useFlushSync: false,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  // Rows grow and shrink with their spans' attributes.
  const tall = useMemo(() => shown.map((span) => (isTall(span) ? "1" : "0")).join(""), [shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tall` is what the sizes follow from
  useEffect(() => rows.measure(), [tall, rows]);
  const current = linking?.target ?? selected;
  const at = shown.findIndex(({ id }) => id === current);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
  }, [at, rows]);
  // Only the text's scrolling moves the list, not what changes in the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const list = frame.current;
    if (!list || list.matches(":hover")) return;
    const next = shown.findIndex(({ fragments }) => hull(fragments).end > top);
    if (next >= 0) rows.scrollToIndex(next, { align: "start" });
  }, [top]);

  const step = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    onStep(event.key === "ArrowDown" ? 1 : -1);
  };
  return (
    <section aria-label="Spans" className="span-list flex min-h-0 grow flex-col">
      <Filter annotator={annotator} spans={spans} filter={filter} onFilter={setFilter} />
      {shown.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">
          {spans.length === 0
            ? "No spans yet. Select some text and press a label's key."
            : "No span has this label."}
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
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start, size, key }) => {
              const span = shown[index];
              return span ? (
                <div
                  key={key}
                  className="absolute inset-x-0 top-0"
                  style={{ height: size, transform: `translateY(${start}px)` }}
                >
                  <Row
                    span={span}
                    scheme={annotator.scheme}
                    selected={span.id === current}
                    relations={linked.get(span.id) ?? 0}
                    place={index + 1}
                    of={shown.length}
                    onPick={onPick}
                  />
                </div>
              ) : null;
            })}
          </div>
        </div>
      )}
    </section>
  );
}

function Filter({
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
  return (
    <fieldset className="flex flex-wrap gap-1 border-b border-line px-3 py-2">
      <legend className="sr-only">Show only one label</legend>
      {annotator.scheme.labels.map(({ name }) => {
        const appearance = appearanceOf(annotator.scheme, name);
        return (
          <button
            key={name}
            type="button"
            aria-pressed={filter === name}
            onClick={() => onFilter(filter === name ? null : name)}
            className="rounded-md border border-transparent px-1.5 py-0.5 text-sm hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <LabelBadge
              style={appearance.style}
              letter={appearance.letter}
              name={appearance.name}
              count={spans.filter(({ label }) => label === name).length}
            />
          </button>
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
    // The list has the focus and moves by arrow keys; a row is only pressed.
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
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
              // No two attributes need differ.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
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
