"use client";

import { type RefObject, useEffect, useId, useState } from "react";
import type { Link } from "@/lib/annotator/linking";
import {
  type Box,
  type Column,
  type Focus,
  isOf,
  type RelationCurve,
  relationCurves,
  relationNames,
} from "@/lib/annotator/relation-curves";
import type { Relation } from "@/lib/domain/span";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";
import { wheneverLaidOut } from "./whenever-laid-out";

/** Most arrows that are drawn at once; more would hide the text they are about. */
const MOST = 200;

type Drawn = { readonly curves: readonly RelationCurve[]; readonly column: Column };

/** The id of the curve of a link that is not made yet; no relation has it. */
const TENTATIVE = "tentative";

/**
 * The relations of the selected span, or all, as curves around the words, and the one that is being
 * made. Named, in the margins, are those of what the reader points at, or else of the selected span.
 */
export function RelationArrows({
  annotator,
  frame,
}: {
  annotator: SyncedAnnotator;
  frame: RefObject<HTMLElement | null>;
}) {
  const { relations, selected, allRelations, spans, linking } = useAnnotatorState(annotator);
  const link = linking?.links[linking.choice];
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [pointed, setPointed] = useState<Focus | null>(null);
  const marker = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `spans` is no input of the curves but moves the marks they start from
  useEffect(() => {
    const around = frame.current;
    const made = relations
      .filter(({ from, to }) => allRelations || from === selected || to === selected)
      .slice(0, MOST);
    const shown = link ? [...made, tentative(link)] : made;
    if (!around || shown.length === 0) {
      setDrawn(null);
      return;
    }
    return wheneverLaidOut(around, () => {
      const column = columnOf(around);
      const { scheme } = annotator;
      const curves = relationCurves(shown, { scheme, column, boxOf: (id) => boxOf(around, id) });
      setDrawn({ curves, column });
    });
  }, [relations, selected, allRelations, spans, link, annotator, frame]);
  useEffect(() => {
    const around = frame.current;
    if (!around || !allRelations) return;
    const listening = new AbortController();
    const { signal } = listening;
    const over = (event: PointerEvent) => {
      if (event.pointerType === "mouse") setPointed(focusAt(event, around));
    };
    around.addEventListener("pointerover", over, { signal });
    around.addEventListener("pointerleave", () => setPointed(null), { signal });
    return () => {
      listening.abort();
      setPointed(null);
    };
  }, [frame, allRelations]);
  if (drawn === null) return null;
  const { curves, column } = drawn;
  const focus = pointed ?? (selected === null ? null : ({ kind: "span", id: selected } as const));
  const isAside = (curve: RelationCurve) => focus !== null && !isOf(curve, focus);
  return (
    <>
      <svg
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 size-full overflow-visible"
      >
        <defs>
          <marker
            id={marker}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="6"
            markerHeight="6"
            orient="auto-start-reverse"
          >
            <path d="M0 0 8 4 0 8z" className="relation-head" />
          </marker>
        </defs>
        {curves.map((curve) => (
          <path
            key={curve.id}
            d={curve.path}
            className="relation-line"
            data-aside={isAside(curve) || undefined}
            data-tentative={curve.id === TENTATIVE || undefined}
            markerEnd={`url(#${marker})`}
            markerStart={curve.symmetric ? `url(#${marker})` : undefined}
          />
        ))}
        {allRelations &&
          curves.map(
            ({ id, inMargin }) =>
              inMargin &&
              id !== TENTATIVE && (
                <path
                  key={id}
                  d={inMargin}
                  className="relation-hit"
                  data-relation={id}
                  data-margin=""
                />
              ),
          )}
      </svg>
      {focus &&
        relationNames(curves, focus, column).map(({ id, words, ...place }) => (
          <span key={id} aria-hidden="true" className="relation-name" style={place}>
            {words}
          </span>
        ))}
    </>
  );
}

function tentative({ rule, from, to }: Link): Relation {
  return { id: TENTATIVE, type: rule.name, from, to, attributes: {} };
}

/** The span or the line in a margin that is under the pointer; null for neither. */
function focusAt({ target, clientY }: PointerEvent, frame: HTMLElement): Focus | null {
  if (!(target instanceof Element)) return null;
  const relation = target.getAttribute("data-relation");
  if (relation !== null) {
    return { kind: "relation", id: relation, y: clientY - frame.getBoundingClientRect().top };
  }
  const span = target.closest<HTMLElement>("mark[data-span]")?.dataset.span;
  return span === undefined ? null : { kind: "span", id: span };
}

/** Where the text stands in its frame; in the whole of it as long as there is none. */
function columnOf(frame: HTMLElement): Column {
  const around = frame.getBoundingClientRect();
  const article = frame.querySelector(".article")?.getBoundingClientRect() ?? around;
  const pane = frame.closest(".reading-pane")?.clientWidth ?? around.width;
  return {
    left: article.left - around.left,
    right: article.right - around.left,
    frame: around.width,
    beyond: Math.max(0, (pane - around.width) / 2),
  };
}

/** What a span takes of its first line, relative to the frame. */
function boxOf(frame: HTMLElement, id: string): Box | null {
  const marks = frame.querySelectorAll(`mark[data-span="${CSS.escape(id)}"]`);
  const rects = [...marks].flatMap((mark) => [...mark.getClientRects()]);
  const first = rects[0];
  if (!first) return null;
  const line = rects.filter(({ top, bottom }) => top < first.bottom && bottom > first.top);
  const { left, top } = frame.getBoundingClientRect();
  return {
    left: Math.min(...line.map((rect) => rect.left)) - left,
    right: Math.max(...line.map((rect) => rect.right)) - left,
    top: first.top - top,
  };
}
