"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { describe } from "@/lib/annotator/lost-changes";
import type { Annotations, Operation } from "@/lib/domain/operation";
import type { UnreadableRecord } from "@/lib/sync/outbox";
import type { AnnotatePage } from "./annotate-page-props";
import type { SyncedAnnotator } from "./use-annotator";

/** What can be done with what the server had and has forgotten, as after a restored backup. */
export function ForgottenAnswers({
  annotator,
  page,
  forgotten,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  forgotten: readonly Operation[];
}) {
  const own = annotator.ownSet;
  if (!own) return null;
  const changes = forgotten.length === 1 ? "this change" : `these ${forgotten.length} changes`;
  return (
    <>
      <Button size="small" variant="primary" onClick={() => own.resend()}>
        {forgotten.length === 1 ? "Save it again" : "Save them again"}
      </Button>
      <KeepCopy onKeep={() => saveCopy(page, own.current)} />
      <Discarding
        question={`Take the server's copy, without ${changes}?`}
        onDiscard={() => own.letGo()}
      />
      <List known={own.current} operations={forgotten} />
    </>
  );
}

/** What can be done with what this browser has stored of the set and cannot be understood. */
export function UnreadableAnswers({
  annotator,
  page,
  unreadable,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  unreadable: readonly UnreadableRecord[];
}) {
  return (
    <>
      <KeepCopy onKeep={() => saveFile(`${page.article.id} unreadable.json`, unreadable)} />
      <Discarding
        question={unreadable.length === 1 ? "Discard it for good?" : "Discard them for good?"}
        onDiscard={() => {
          for (const { id } of unreadable) annotator.ownSet?.dismiss(id);
        }}
      />
    </>
  );
}

function KeepCopy({ onKeep }: { onKeep: () => void }) {
  return (
    <Button size="small" icon="download" onClick={onKeep}>
      Keep a copy as a file
    </Button>
  );
}

function List({ known, operations }: { known: Annotations; operations: readonly Operation[] }) {
  return (
    <details className="basis-full">
      <summary className="text-accent-strong">
        {operations.length === 1 ? "Show it" : "Show them"}
      </summary>
      <ul className="mt-1 max-h-40 space-y-1 overflow-y-auto text-sm">
        {operations.map((operation) => (
          <li key={operation.id} dir="auto">
            {describe(operation, [known])}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Asks once more, in place. */
function Discarding({ question, onDiscard }: { question: string; onDiscard: () => void }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button size="small" variant="quiet" onClick={() => setAsking(true)}>
        Discard…
      </Button>
    );
  }
  return (
    <fieldset
      aria-label={question}
      className="flex flex-wrap items-center gap-2"
      onKeyDown={({ key }) => key === "Escape" && setAsking(false)}
    >
      {question}
      <Button size="small" variant="danger" onClick={onDiscard}>
        Discard
      </Button>
      <Button size="small" ref={focusOn} onClick={() => setAsking(false)}>
        Keep
      </Button>
    </fieldset>
  );
}

/** Whoever asks has the focus, on the answer that changes nothing. */
function focusOn(button: HTMLButtonElement | null): void {
  button?.focus();
}

/** All that this page has of the set, in the shape of the API. */
function saveCopy({ article, version }: AnnotatePage, set: Annotations): void {
  saveFile(`${article.id} annotation.json`, {
    article: { id: article.id, title: article.title, version: version.number },
    note: set.note,
    attributes: set.attributes,
    spans: set.spansInOrder(),
    relations: [...set.relations.values()],
  });
}

function saveFile(name: string, content: unknown): void {
  const file = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
