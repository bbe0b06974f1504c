"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Notice } from "@/components/ui/notice";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { canRedo, lostWords, placeOf, redo, visit } from "@/lib/annotator/lost-changes";
import type { LostOperation } from "@/lib/sync/delivery";
import type { SyncedAnnotator } from "./use-annotator";

/**
 * Changes that could not be kept, each here until it is answered: looked at in its place, done once
 * more where that is possible, or let go.
 */
export function LostChanges({
  annotator,
  commands,
  lost,
}: {
  annotator: SyncedAnnotator;
  commands: Pick<AnnotatorCommands, "revealAt" | "focusText">;
  lost: readonly LostOperation[];
}) {
  const list = useRef<HTMLUListElement>(null);
  const hadFocus = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answered change takes the focus with it, so this is for when `lost` has changed
  useEffect(() => {
    if (hadFocus.current) list.current?.querySelector<HTMLElement>("button")?.focus();
    hadFocus.current = false;
  }, [lost]);
  // That there is one has been said.
  const said = useRef(0);
  useEffect(() => {
    const last = lost.at(-1);
    if (last && lost.length > said.current) annotator.announce(lostWords(last));
    said.current = lost.length;
  }, [annotator, lost]);
  const answered = (work: () => void) => {
    hadFocus.current = true;
    work();
    if (lost.length === 1) commands.focusText();
  };
  const show = (one: LostOperation) => {
    const place = visit(annotator, one);
    if (place) commands.revealAt(place.offset);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(
      lost.map((one) => `${lostWords(one)}\n  ${one.reason}`).join("\n"),
    );
    annotator.told.notice("Copied");
  };
  return (
    <Notice tone="danger" compact>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <strong className="min-w-0 flex-1 basis-40" dir="auto">
          {lost.length === 1 ? "A change" : `${lost.length} changes`} could not be kept
        </strong>
        <IconButton size="small" icon="copy" label="Copy as text" onClick={() => void copy()} />
        {lost.length > 1 && (
          <Button size="small" onClick={() => annotator.dismiss(lost)}>
            Dismiss all
          </Button>
        )}
      </div>
      <ul ref={list} className="my-1 space-y-1.5">
        {lost.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-0 flex-1 basis-60">
              <span className="line-clamp-3" dir="auto">
                {lostWords(one)}
              </span>
              <span className="block text-muted" dir="auto">
                {one.reason}
              </span>
            </span>
            <span className="flex flex-wrap gap-2">
              {annotator.ownSet && placeOf(one, annotator.ownSet.current) && (
                <Button size="small" onClick={() => show(one)}>
                  Show
                </Button>
              )}
              {canRedo(annotator, one) && (
                <Button size="small" onClick={() => answered(() => redo(annotator, one))}>
                  Do it again
                </Button>
              )}
              <Button size="small" onClick={() => answered(() => annotator.dismiss([one]))}>
                Dismiss
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
