"use client";

import { type KeyboardEvent, useEffect, useImperativeHandle, useRef, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Icon } from "@/components/ui/icons";
import { inNextFrame } from "@/components/ui/next-frame";
import { FindInArticle } from "@/lib/annotator/find-in-article";
import { inFigures } from "@/lib/domain/figures";
import type { ArticleText, Range } from "@/lib/domain/text";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { HitDrawing } from "@/lib/editor/hit-drawing";
import type { FindHandle } from "./use-find";
import "./find-bar.css";

/** Looks for what somebody types in the article, over which it stands. */
export function FindBar({
  text,
  editor,
  begin,
  early,
  handle,
  onType,
  onClose,
}: {
  text: ArticleText;
  editor: ArticleEditor;
  /** What is looked for at first. */
  begin: string;
  /** Takes what has been typed before the field was there. */
  early: () => string;
  handle: React.RefObject<FindHandle | null>;
  onType: (typed: string) => void;
  /** @param hit the one that the reader is at; null for none */
  onClose: (hit: Range | null) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [find] = useState(
    () => new FindInArticle(text, editor.selected()?.start ?? editor.caret()),
  );
  const drawing = useRef<HitDrawing>(null);
  const [typed, setTyped] = useState(begin);
  const [place, setPlace] = useState({ number: 0, count: 0, wentRound: false });
  const shown = (wentRound = false) => {
    drawing.current?.show();
    drawing.current?.draw();
    setPlace({ number: find.number, count: find.count, wentRound });
  };
  const look = (now: string) => {
    setTyped(now);
    onType(now);
    find.look(now);
    shown();
  };
  const step = (by: -1 | 1) => shown(find.step(by));
  useImperativeHandle(handle, () => ({
    focus: () => {
      field.current?.focus();
      field.current?.select();
    },
    step: (by) => {
      step(by);
      return find.current;
    },
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with what it was opened with
  useEffect(() => {
    const made = new HitDrawing(editor, find, inNextFrame);
    drawing.current = made;
    const input = field.current;
    const before = early();
    input?.focus();
    // In the field at once: the next letter may come before React has put it there.
    if (input && before !== "") input.value = before;
    else input?.select();
    look(before || begin);
    return () => made.end();
  }, [editor, find]);
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const by = event.shiftKey ? -1 : 1;
    if (event.key === "Escape") onClose(find.current);
    else if (event.key === "F3" || (event.key === "Enter" && event.target === field.current)) {
      step(by);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isFound = place.count > 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all browsers that are in use
    <div
      role="search"
      aria-label="Find in the article"
      className="find-bar popup"
      onKeyDown={pressed}
    >
      <Icon name="search" size={16} />
      <input
        ref={field}
        type="text"
        dir="auto"
        aria-label="Find in the article"
        placeholder="Find"
        value={typed}
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        onChange={({ target }) => look(target.value)}
      />
      <span role="status" className="figures" data-none={(find.isLooking && !isFound) || undefined}>
        {find.isLooking &&
          (isFound ? (
            <>
              {inFigures(place.number)} of {inFigures(place.count)}
              {place.wentRound && <span className="sr-only">, round from the other end</span>}
            </>
          ) : (
            "Not found"
          ))}
      </span>
      <IconButton
        icon="chevron"
        label="Previous hit"
        keys="Shift+Enter"
        size="small"
        className="rotate-180"
        disabled={!isFound}
        onClick={() => step(-1)}
      />
      <IconButton
        icon="chevron"
        label="Next hit"
        keys="Enter"
        size="small"
        disabled={!isFound}
        onClick={() => step(1)}
      />
      <IconButton
        icon="close"
        label="Close, at this hit"
        keys="Esc"
        size="small"
        onClick={() => onClose(find.current)}
      />
    </div>
  );
}
