"use client";

import { useEffect, useRef, useState } from "react";
import { TextArea, TextField } from "@/components/ui/field";
import type { SyncedSet } from "@/lib/sync/synced-set";

/** How long after the last key a draft is taken as it stands, in milliseconds. */
const PAUSE = 900;

/**
 * A text of the annotation: taken on Enter (of several lines on Ctrl+Enter), on leaving the
 * field or after a pause in typing.
 */
export function DraftField({
  set,
  label,
  value,
  disabled,
  long = false,
  maxLength,
  onCommit,
}: {
  set: SyncedSet;
  label: string;
  value: string;
  disabled: boolean;
  /** Several lines; Enter is then a line break. */
  long?: boolean;
  maxLength: number;
  onCommit: (value: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const latest = useRef({ draft, onCommit });
  latest.current = { draft, onCommit };
  const release = useRef<(() => void) | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const settle = useRef(() => {
    clearTimeout(timer.current);
    release.current?.();
    release.current = null;
    const { draft: written, onCommit: commit } = latest.current;
    latest.current.draft = null;
    setDraft(null);
    if (written !== null) commit(written);
  });
  useEffect(() => {
    const { current } = settle;
    return current;
  }, []);

  const Field = long ? TextArea : TextField;
  return (
    <Field
      label={label}
      value={draft ?? value}
      disabled={disabled}
      maxLength={maxLength}
      onChange={({ target }) => {
        latest.current.draft = target.value;
        setDraft(target.value);
        release.current ??= set.holdDraft(settle.current);
        clearTimeout(timer.current);
        timer.current = setTimeout(settle.current, PAUSE);
      }}
      onBlur={settle.current}
      onKeyDown={(event: React.KeyboardEvent) => {
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
        if (!long || event.ctrlKey || event.metaKey) settle.current();
      }}
    />
  );
}
