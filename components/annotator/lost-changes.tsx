"use client";

import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { describe } from "@/lib/annotator/wording";
import { Annotations } from "@/lib/domain/operation";
import type { LostOperation } from "@/lib/sync/delivery";

/** Changes that could not be kept: here until the reviewer has seen each, and can be copied. */
export function LostChanges({
  lost,
  onDismiss,
}: {
  lost: readonly LostOperation[];
  onDismiss: (id: string) => void;
}) {
  if (lost.length === 0) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(
      lost.map((one) => `${wordsOf(one)}\n  ${one.reason}`).join("\n"),
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
        {lost.map((one) => (
          <li key={one.id} className="flex items-start gap-2">
            <span className="min-w-0 grow">
              <span className="block" dir="auto">
                {wordsOf(one)}
              </span>
              <span className="block text-sm text-muted">{one.reason}</span>
            </span>
            <Button size="small" onClick={() => onDismiss(one.id)}>
              Dismiss
            </Button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function wordsOf({ operation, mentioned }: LostOperation): string {
  return describe(operation, [new Annotations({ ...mentioned, note: "" })]);
}
