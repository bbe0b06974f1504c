"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { dragEdge } from "@/lib/annotator/dragged-edge";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { LabelStyle } from "@/lib/domain/label-style";
import { hull } from "@/lib/domain/span";
import type { ArticleEditor, ScreenBox } from "@/lib/editor/article-editor";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";
import { useLinkByDrag } from "./use-link-by-drag";
import { wheneverLaidOut } from "./whenever-laid-out";

const edges = ["start", "end"] as const;
type Edge = (typeof edges)[number];

/** The foot of the line at an edge, relative to the frame. */
type Place = {
  readonly left: number;
  readonly top: number;
  readonly height: number;
  /** On which side of the line the handle lies: away from the words. */
  readonly side: "left" | "right";
};

/**
 * What a pointer can do to the selected span: move its edges by handles, to whole words, or with Alt to
 * wherever it is, and link it by a drag. For the keyboard there are keys, so nobody has to get here by it.
 */
export function EdgeHandles({
  annotator,
  editor,
  frame,
}: {
  annotator: SyncedAnnotator;
  editor: ArticleEditor;
  frame: RefObject<HTMLElement | null>;
}) {
  const { selected, spans, writable, linking } = useAnnotatorState(annotator);
  useLinkByDrag(annotator, editor);
  const [places, setPlaces] = useState<Readonly<Record<Edge, Place>> | null>(null);
  const isShown = selected !== null && writable && linking === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `spans` are new ones once the selected one has moved
  useEffect(() => {
    const around = frame.current;
    if (!around || !isShown) {
      setPlaces(null);
      return;
    }
    return wheneverLaidOut(around, () => {
      const span = annotator.selectedSpan;
      if (!span) return;
      const { start, end } = hull(span.fragments);
      const { first, last } = editor.linesOf({ start, end });
      const isRtl = (offset: number) => editor.directionAt(offset) === "rtl";
      setPlaces({
        start: placeIn(around, first, isRtl(start) ? "right" : "left"),
        end: placeIn(around, last, isRtl(end - 1) ? "left" : "right"),
      });
    });
  }, [annotator, editor, frame, isShown, selected, spans]);
  const span = annotator.selectedSpan;
  if (!places || !isShown || !span) return null;
  const { style } = appearanceOf(annotator.scheme, span.label);
  return edges.map((edge) => (
    <Handle
      key={edge}
      edge={edge}
      place={places[edge]}
      style={style}
      onDrag={(point, how) => {
        const offset = editor.offsetAt(point);
        return offset !== null && dragEdge(annotator, edge, offset, how);
      }}
      onPress={(point) => {
        const offset = editor.offsetAt(point);
        if (offset !== null) editor.putCaret(offset);
        editor.focus();
        const below = document
          .elementsFromPoint(point.x, point.y)
          .find((element) => !element.closest(".edge-handle"));
        below?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      }}
    />
  ));
}

function placeIn(frame: HTMLElement, { left, top, bottom }: ScreenBox, side: Place["side"]): Place {
  const around = frame.getBoundingClientRect();
  return { left: left - around.left, top: bottom - around.top, height: bottom - top, side };
}

function Handle({
  edge,
  place: { left, top, height, side },
  style,
  onDrag,
  onPress,
}: {
  edge: Edge;
  place: Place;
  style: LabelStyle;
  /** @returns whether the edge could be moved to this point of the window */
  onDrag: (point: { x: number; y: number }, how: { exact: boolean; goesOn: boolean }) => boolean;
  onPress: (point: { x: number; y: number }) => void;
}) {
  /** From the pointer to the middle of the line, and whether the edge has moved; null between two drags. */
  const grip = useRef<{ readonly x: number; readonly y: number; moved: boolean } | null>(null);
  return (
    <div
      aria-hidden="true"
      data-margin=""
      data-edge={edge}
      data-side={side}
      data-label-style={style}
      className="edge-handle"
      style={{ left, top, "--line": `${height}px` } as React.CSSProperties}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const line = event.currentTarget.firstElementChild?.getBoundingClientRect();
        if (!line) return;
        grip.current = {
          x: line.left + line.width / 2 - event.clientX,
          y: line.top + line.height / 2 - event.clientY,
          moved: false,
        };
      }}
      // The focus, and what is selected of the text, stay where they are.
      onMouseDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onClick={(event) => event.stopPropagation()}
      onPointerUp={(event) => {
        if (!grip.current || grip.current.moved) return;
        // A mere press is meant for what the handle lies over.
        grip.current = null;
        onPress({ x: event.clientX, y: event.clientY });
      }}
      onPointerMove={({ clientX, clientY, altKey }) => {
        const held = grip.current;
        if (!held) return;
        const point = { x: clientX + held.x, y: clientY + held.y };
        if (onDrag(point, { exact: altKey, goesOn: held.moved })) held.moved = true;
      }}
      onLostPointerCapture={() => {
        grip.current = null;
      }}
    >
      <span />
    </div>
  );
}
