"use client";

import { useEffect, useId, useRef, useState } from "react";
import { TextArea, TextField } from "@/components/ui/field";
import { inNextFrame } from "@/components/ui/next-frame";
import type { SyncedSet } from "@/lib/sync/synced-set";

/** How long after the last key a draft is taken as it stands, in milliseconds … */
const PAUSE = 900;
/** … and how long typing goes on at most before it is. */
const LONGEST = 5000;

/** What is written in the field; `over` is the value it was taken over, null before it is taken. */
type Draft = { readonly text: string; readonly over: string | null };

/** How many visits of fields there have been, to tell them apart. */
let visits = 0;

/**
 * A text of the annotation: taken on Enter (of several lines on Ctrl+Enter), on leaving the
 * field, after a pause in typing, and every few seconds where there is none. While it is being
 * written it stays as it is written, and all of one visit to the field is one gesture.
 */
export function DraftField({
  set,
  label,
  value,
  disabled,
  long = false,
  maxLength,
  onCommit,
  completions,
}: {
  set: SyncedSet;
  label: string;
  value: string;
  disabled: boolean;
  /** Several lines; Enter is then a line break. */
  long?: boolean;
  maxLength: number;
  /** False if it is not taken: then it stays, so that it can be copied or mended. */
  onCommit: (value: string, gesture: string) => boolean;
  /** Gives what may be meant by what is written so far, the likeliest first. */
  completions?: (written: string) => Promise<readonly string[]>;
}) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const latest = useRef({ draft, value, onCommit });
  latest.current = { draft, value, onCommit };
  const release = useRef<(() => void) | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const since = useRef<number | null>(null);
  const gesture = useRef<string | null>(null);

  const put = (next: Draft | null) => {
    latest.current.draft = next;
    setDraft(next);
  };
  const settle = useRef(() => {
    clearTimeout(timer.current);
    release.current?.();
    release.current = null;
    since.current = null;
    const { draft: written, value: over, onCommit: commit } = latest.current;
    if (written === null || written.over !== null) return;
    gesture.current ??= `field ${++visits}`;
    if (commit(written.text, gesture.current)) put({ ...written, over });
  });
  useEffect(() => {
    const { current } = settle;
    return current;
  }, []);
  // What was taken has become the value, or that has become another in the meantime.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for a value that has changed alone, and `put` is a new function each time
  useEffect(() => {
    const { draft: written } = latest.current;
    if (written === null || written.over === null || written.over === value) return;
    put(written.text.trim() === value.trim() ? { text: written.text, over: value } : null);
  }, [value]);

  const [options, setOptions] = useState<readonly string[]>([]);
  const list = useId();
  const complete = async (written: string) => {
    if (completions) setOptions(await completions(written));
  };

  const Field = long ? TextArea : TextField;
  return (
    <>
      <Field
        label={label}
        value={draft?.text ?? value}
        disabled={disabled}
        maxLength={maxLength}
        {...(completions ? { list, autoComplete: "off" } : {})}
        onFocus={({ target }: React.FocusEvent<HTMLInputElement | HTMLTextAreaElement>) =>
          void complete(target.value)
        }
        onChange={({ target }) => {
          void complete(target.value);
          put({ text: target.value, over: null });
          release.current ??= set.holdDraft(settle.current);
          clearTimeout(timer.current);
          const now = performance.now();
          since.current ??= now;
          const left = since.current + LONGEST - now;
          timer.current = setTimeout(settle.current, Math.max(0, Math.min(PAUSE, left)));
        }}
        onBlur={() => {
          settle.current();
          gesture.current = null;
          // By then the page has heard of what was taken, and the value says it.
          inNextFrame(() =>
            setTimeout(() => {
              const { draft: written } = latest.current;
              if (written !== null && written.over !== null) put(null);
            }),
          );
        }}
        onKeyDown={(event: React.KeyboardEvent) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          if (!long || event.ctrlKey || event.metaKey) settle.current();
        }}
      />
      {completions && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </>
  );
}
