"use client";

import { type RefObject, useEffect, useId, useState } from "react";
import type { AnnotatorController } from "@/lib/annotator/controller";
import { apart } from "@/lib/annotator/relation-curves";
import { readable } from "@/lib/annotator/wording";
import type { Relation } from "@/lib/domain/span";
import { useAnnotatorState } from "./use-annotator";

type Arrow = {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly symmetric: boolean;
};

/** Most arrows that are drawn at once; more would hide the text they are about. */
const MOST = 200;

/** The relations of the selected span, or all, as curves over the text. */
export function RelationArrows({
  annotator,
  frame,
}: {
  annotator: AnnotatorController;
  frame: RefObject<HTMLElement | null>;
}) {
  const { relations, selected, allRelations, spans } = useAnnotatorState(annotator);
  const [arrows, setArrows] = useState<readonly Arrow[]>([]);
  const marker = useId();
  // `spans` is no input of the curves but moves the marks they start from.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const around = frame.current;
    const shown = relations
      .filter(({ from, to }) => allRelations || from === selected || to === selected)
      .slice(0, MOST);
    if (!around || shown.length === 0) {
      setArrows([]);
      return;
    }
    const symmetric = new Set(
      annotator.scheme.relations.filter((rule) => rule.symmetric).map(({ name }) => name),
    );
    let frameRequest = 0;
    const measure = () => {
      frameRequest = 0;
      setArrows(
        apart(shown.flatMap((relation) => arrowOf(around, relation, { symmetric, selected }))),
      );
    };
    // Sections get their real height as they come into view, which moves everything below them.
    const later = () => {
      if (frameRequest === 0) frameRequest = requestAnimationFrame(measure);
    };
    const observer = new ResizeObserver(later);
    observer.observe(around);
    later();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frameRequest);
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

type Box = { readonly left: number; readonly right: number; readonly top: number };

function arrowOf(
  frame: HTMLElement,
  relation: Relation,
  { symmetric, selected }: { symmetric: ReadonlySet<string>; selected: string | null },
): Arrow[] {
  const from = boxOf(frame, relation.from);
  const to = boxOf(frame, relation.to);
  if (!from || !to) return [];
  const shape =
    Math.abs(from.top - to.top) < 8
      ? above(from, to)
      : beside(frame, from, to, relation.to === selected);
  const { id, type } = relation;
  return [{ id, name: readable(type), symmetric: symmetric.has(type), ...shape }];
}

/** Between words of one line: an arc over them. */
function above(from: Box, to: Box) {
  const x1 = (from.left + from.right) / 2;
  const x2 = (to.left + to.right) / 2;
  const y = Math.min(from.top, to.top);
  const lift = Math.min(34, 14 + Math.abs(x2 - x1) / 12);
  return {
    path: `M${x1} ${from.top} C${x1} ${y - lift} ${x2} ${y - lift} ${x2} ${to.top - 1}`,
    at: { x: (x1 + x2) / 2, y: y - lift * 0.75 - 5 },
  };
}

/**
 * Between lines: along the upper edges of the two, where the leading is, and through the nearer
 * margin.
 *
 * @param atEnd names it near where it ends, else near where it starts: its middle may be pages away
 */
function beside(frame: HTMLElement, from: Box, to: Box, atEnd: boolean) {
  const article = frame.querySelector(".article")?.getBoundingClientRect();
  const around = frame.getBoundingClientRect();
  const left = (article?.left ?? around.left) - around.left;
  const right = (article?.right ?? around.right) - around.left;
  const [y1, y2] = [from.top + 1, to.top + 1];
  const onLeft = from.left - left + (to.left - left) <= right - from.right + (right - to.right);
  const [x1, x2] = onLeft ? [from.left, to.left] : [from.right, to.right];
  const room = Math.min(40, left - 6, 16 + Math.abs(y2 - y1) / 12);
  const edge = onLeft ? left - room : right + room;
  const bend = Math.min(36, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1);
  const [near, far] = atEnd ? [y2, y1] : [y1, y2];
  return {
    path: `M${x1} ${y1} C${edge} ${y1} ${edge} ${y1} ${edge} ${y1 + bend} V${y2 - bend} C${edge} ${y2} ${edge} ${y2} ${x2} ${y2}`,
    at: {
      x: onLeft ? Math.max(30, edge) : Math.min(edge, around.width - 30),
      y: near + Math.sign(far - near) * Math.min(64, Math.abs(far - near) / 2) + 4,
    },
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
