"use client";

import { useId } from "react";
import { Button } from "./button";
import { useCopying } from "./use-copying";

/** A link or token to take elsewhere: readable, selected on focus, copied by its button. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const id = useId();
  const { copied, copy } = useCopying(value);

  async function copyOrSelect() {
    if (await copy()) return;
    // For the reader's own copy.
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement) field.select();
  }

  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          dir="ltr"
          value={value}
          onFocus={(event) => event.target.select()}
          className="h-10 w-full min-w-0 rounded-md border border-edge bg-sunken px-3 font-mono text-sm"
        />
        <Button icon={copied ? "check" : "copy"} onClick={() => void copyOrSelect()}>
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <p aria-live="polite" className="mt-1.5 text-sm text-muted">
        {copied === false ? "Selected: press Ctrl+C or ⌘C to copy." : hint}
        {copied && <span className="sr-only">Copied.</span>}
      </p>
    </div>
  );
}
