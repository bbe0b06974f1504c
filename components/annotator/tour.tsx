"use client";

import { type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import type { AnnotatorState } from "@/lib/annotator/controller";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** What the reader has done so far. */
type Progress = Pick<AnnotatorState, "spans" | "relations"> & {
  /** The words that are selected. */
  readonly selected: string;
  readonly submitted: boolean;
};

type Step = { readonly say: ReactNode; readonly isDone: (progress: Progress) => boolean };

const hasSpan = ({ spans }: Progress, label: string) => spans.some((span) => span.label === label);

/** About a minute of keys, for the practice article: what is done is found by what has come of it. */
const steps: readonly Step[] = [
  {
    say: (
      <>
        Press <Kbd>E</Kbd>: it selects the next sentence that has no span.
      </>
    ),
    isDone: (now) => now.selected !== "" || hasSpan(now, "claim"),
  },
  {
    say: (
      <>
        Only what is claimed shall be marked. Hold <Kbd>Shift+[</Kbd> until the selection ends with
        “last week”.
      </>
    ),
    isDone: (now) => now.selected.endsWith("last week") || hasSpan(now, "claim"),
  },
  {
    say: (
      <>
        <Kbd>1</Kbd> makes it a claim.
      </>
    ),
    isDone: (now) => hasSpan(now, "claim"),
  },
  {
    say: (
      <>
        The strip asks what is to be known of it. A digit answers and goes on, <Kbd>Enter</Kbd>{" "}
        passes over, <Kbd>Escape</Kbd> leaves. Answer one.
      </>
    ),
    isDone: ({ spans }) =>
      spans.some(
        ({ label, attributes }) => label === "claim" && Object.keys(attributes).length > 0,
      ),
  },
  {
    say: (
      <>
        <Kbd>Escape</Kbd>, then <Kbd>C</Kbd>: it goes to the next word of reported speech.
      </>
    ),
    isDone: (now) => now.selected.endsWith("claimed") || hasSpan(now, "attribution"),
  },
  {
    say: (
      <>
        <Kbd>[</Kbd> three times takes in who said it, <Kbd>3</Kbd> makes it an attribution.
      </>
    ),
    isDone: (now) => hasSpan(now, "attribution"),
  },
  {
    say: (
      <>
        The claim of its sentence is offered: <Kbd>Enter</Kbd> links them. At any other time{" "}
        <Kbd>R</Kbd> does, then <Kbd>Enter</Kbd>.
      </>
    ),
    isDone: ({ relations }) => relations.length > 0,
  },
  {
    say: (
      <>
        <Kbd>Ctrl+Z</Kbd> takes anything back, <Kbd>Ctrl+K</Kbd> finds every command. Submit with{" "}
        <Kbd>Ctrl+Enter</Kbd>, and once more past the advice.
      </>
    ),
    isDone: ({ submitted }) => submitted,
  },
];

/** What to press next, over the text of the practice article. */
export function Tour({
  annotator,
  editor,
}: {
  annotator: SyncedAnnotator;
  editor: ArticleEditor | null;
}) {
  const { spans, relations } = useAnnotatorState(annotator);
  const submitted = useOwnSet(annotator)?.submittedAt != null;
  const selected = useSelectedWords(annotator, editor);
  const [reached, setReached] = useState(0);
  const progress = { spans, relations, selected, submitted };
  const isDone = steps[reached]?.isDone(progress) ?? false;
  useEffect(() => {
    if (isDone) setReached(reached + 1);
  }, [isDone, reached]);
  const step = steps[reached];
  return (
    <section
      aria-label="Tour"
      className="tour flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-accent-soft px-4 py-2.5"
    >
      <span className="figures shrink-0 text-sm text-muted">
        {Math.min(reached + 1, steps.length)} of {steps.length}
      </span>
      <p aria-live="polite" className="min-w-0 grow">
        {step?.say ?? "That is all it takes. Nothing of this was kept."}
      </p>
      {step ? (
        <Button size="small" variant="quiet" onClick={() => setReached(reached + 1)}>
          Skip this
        </Button>
      ) : (
        <>
          <Button size="small" onClick={() => location.reload()}>
            Once more
          </Button>
          <ButtonLink size="small" variant="primary" href="/">
            To your projects
          </ButtonLink>
        </>
      )}
    </section>
  );
}

const nowhere = () => null;

function useSelectedWords(annotator: SyncedAnnotator, editor: ArticleEditor | null): string {
  const subscribe = useCallback(
    (changed: () => void) => editor?.subscribe(changed) ?? (() => undefined),
    [editor],
  );
  useSyncExternalStore(subscribe, () => editor?.selection ?? null, nowhere);
  const range = editor?.selected();
  return range ? annotator.text.slice(range).replace(/[\s.,”]+$/, "") : "";
}
