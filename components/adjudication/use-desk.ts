"use client";

import {
  createContext,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { AnnotatePage } from "@/components/annotator/annotate-page-props";
import {
  follow,
  type Keeping,
  type SyncedAnnotator,
  useAnnotator,
} from "@/components/annotator/use-annotator";
import { Adjudicator, type AdjudicatorState } from "@/lib/annotator/adjudicator";
import { type DeskActionId, type DeskCommand, DeskKeymap } from "@/lib/annotator/desk-keys";
import { usualKeys } from "@/lib/annotator/keymap";
import type { Adjudication } from "@/lib/api/adjudication";
import { Decisions } from "@/lib/domain/decisions";
import { GoldSet } from "@/lib/sync/gold-set";

/** The adjudicator of an open article, whose gold is sent while the page is shown. */
export function useAdjudicator(
  page: AnnotatePage,
  adjudication: Adjudication,
  user: string,
): { annotator: SyncedAnnotator; adjudicator: Adjudicator } {
  const [keeping] = useState(() => keepingOf(page));
  const annotator = useAnnotator(page, user, keeping);
  const [adjudicator] = useState(
    () =>
      new Adjudicator(annotator, {
        reviewers: adjudication.sources.map(({ id, key, name }) => ({ set: id, key, name })),
        sets: adjudication.sources,
        rule: adjudication.rule,
        changed: adjudication.moved.filter(({ how }) => how === "changed"),
      }),
  );
  useEffect(() => adjudicator.start(), [adjudicator]);
  return { annotator, adjudicator };
}

function keepingOf({ project, article, version }: AnnotatePage): Keeping {
  const here = `/projects/${project.slug}/adjudication/${article.id}`;
  return {
    Kept: GoldSet,
    keeping: (_, context) => ({
      context: { ...context, deciding: (decisions) => new Decisions(decisions) },
      page: {
        title: `Gold of ${article.title}`,
        href: version.current ? here : `${here}?version=${version.number}`,
      },
    }),
  };
}

export function useAdjudicatorState(adjudicator: Adjudicator): AdjudicatorState {
  return useSyncExternalStore(follow(adjudicator), adjudicator.state, adjudicator.state);
}

/** The keys of the desk as its curator has them. */
export const DeskKeys = createContext(new DeskKeymap(usualKeys));

/** The key that does something at the desk; undefined for none. */
export function useDeskKey(action: DeskActionId): string | undefined {
  return useContext(DeskKeys).keysOf(action)[0];
}

/**
 * Listens to the whole page, so that keys work wherever the focus is but in a field or a dialog.
 *
 * @param run false if the command does nothing here: then the key means what it means to the browser
 */
export function useDeskKeyboard(
  keymap: DeskKeymap,
  run: (command: DeskCommand, repeat: boolean) => boolean,
): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const listening = new AbortController();
    const pressed = (event: KeyboardEvent) => {
      const command = keymap.commandOf(event) ?? enterAlone(event);
      if (!command || isElsewhere(event, command)) return;
      if (!latest.current(command, event.repeat)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the editor and the widgets see it.
    document.addEventListener("keydown", pressed, { capture: true, signal: listening.signal });
    return () => listening.abort();
  }, [keymap]);
}

/** Enter beside all controls settles what is all decided. */
function enterAlone({
  key,
  target,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
}: KeyboardEvent): DeskCommand | null {
  const isPlain = key === "Enter" && !ctrlKey && !metaKey && !altKey && !shiftKey;
  const isOnControl =
    target instanceof Element && target.closest("a, button, input, summary") !== null;
  return isPlain && !isOnControl ? { kind: "settle" } : null;
}

/** Whether a key belongs to a field or to what lies over the page. */
function isElsewhere({ target }: Event, { kind }: DeskCommand): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return true;
  const isRadio = target instanceof HTMLInputElement && target.type === "radio";
  const isField = target.closest("input, textarea, select") !== null && !isRadio;
  return isField && kind !== "cancel";
}
