"use client";

import { type RefObject, useEffect, useId, useState } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import {
  type Box,
  type Column,
  type RelationCurve,
  relationCurves,
} from "@/lib/annotator/relation-curves";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

/** Most arrows that are drawn at once; more would hide the text they are about. */
const MOST = 200;

/** The relations of the selected span, or all, as curves over the text. */
export function RelationArrows({
  annotator,
  frame,
}: {
  annotator: SyncedAnnotator;
  frame: RefObject<HTMLElement | null>;
}) {
  const { relations, selected, allRelations, spans } = useAnnotatorState(annotator);
  const [arrows, setArrows] = useState<readonly RelationCurve[]>([]);
  const marker = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `spans` is no input of the curves but moves the marks they start from
  useEffect(() => {
    const around = frame.current;
    const shown = relations
      .filter(({ from, to }) => allRelations || from === selected || to === selected)
      .slice(0, MOST);
    if (!around || shown.length === 0) {
      setArrows([]);
      return;
    }
    let callOff: (() => void) | null = null;
    const measure = () => {
      callOff = null;
      setArrows(
        relationCurves(shown, {
          scheme: annotator.scheme,
          selected,
          column: columnOf(around),
          boxOf: (span) => boxOf(around, span),
        }),
      );
    };
    // Sections get their real height as they come into view, which moves everything below them.
    const later = () => {
      callOff ??= inNextFrame(measure);
    };
    const observer = new ResizeObserver(later);
    observer.observe(around);
    later();
    return () => {
      observer.disconnect();
      callOff?.();
    };
  }, [relations, selected, allRelations, spans, annotator, frame]);
  if (arrows.length === 0) return null;
  return (
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
      {arrows.map(({ id, path, symmetric }) => (
        <path
          key={id}
          d={path}
          className="relation-line"
          markerEnd={`url(#${marker})`}
          markerStart={symmetric ? `url(#${marker})` : undefined}
        />
      ))}
      {arrows.map(({ id, name, at }) => (
        <text key={id} x={at.x} y={at.y} textAnchor="middle" className="relation-name">
          {name}
        </text>
      ))}
    </svg>
  );
}

/** Where the text stands in its frame; in the whole of it as long as there is none. */
function columnOf(frame: HTMLElement): Column {
  const around = frame.getBoundingClientRect();
  const article = frame.querySelector(".article")?.getBoundingClientRect() ?? around;
  return {
    left: article.left - around.left,
    right: article.right - around.left,
    frame: around.width,
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
