"use client";

import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/state";
import type { Lost } from "@/lib/annotator/wording";

/** Changes that could not be kept: here until the reviewer has seen each, and can be copied. */
export function LostList({
  lost,
  onDismiss,
}: {
  lost: readonly Lost[];
  onDismiss: (id: string) => void;
}) {
  if (lost.length === 0) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(
      lost.map(({ what, reason }) => `${what}\n  ${reason}`).join("\n"),
    );
    toast("Copied");
  };
  return (
    <Notice tone="danger">
      <div className="flex flex-wrap items-center gap-2">
        <strong className="grow">
          {lost.length === 1 ? "A change" : `${lost.length} changes`} could not be kept
        </strong>
        <Button size="small" icon="copy" onClick={() => void copy()}>
          Copy as text
        </Button>
      </div>
      <ul className="mt-2 max-h-48 space-y-2 overflow-y-auto">
        {lost.map(({ id, what, reason }) => (
          <li key={id} className="flex items-start gap-2">
            <span className="min-w-0 grow">
              <span className="block" dir="auto">
                {what}
              </span>
              <span className="block text-sm text-muted">{reason}</span>
            </span>
            <Button size="small" onClick={() => onDismiss(id)}>
              Dismiss
            </Button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
