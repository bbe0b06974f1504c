"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { GuidelineView } from "@/components/guidelines/guideline-view";
import { IconButton } from "@/components/ui/icon-button";
import { LabelBadge } from "@/components/ui/label-badge";
import { Notice } from "@/components/ui/notice";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { call } from "@/lib/api/client";
import type { CurrentGuidelines } from "@/lib/api/guidelines";
import { sectionOf } from "@/lib/domain/guideline";
import type { AnnotatePage } from "./annotate-page-props";
import { useKeyOf } from "./own-keys";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";
import "./guideline-panel.css";
import { Scrollable } from "../ui/scrollable";

/** By project, as they were when this window last asked: shown until it has asked again. */
const lastKnown = new Map<string, CurrentGuidelines>();

/**
 * What the guidelines say of the label in hand: that of the selected span, else the one that sticks. Escape
 * closes it where that ends nothing else.
 */
export function GuidelinePanel({
  annotator,
  page,
  onClose,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  onClose: () => void;
}) {
  const { slug } = page.project;
  const [found, setFound] = useState(page.practice ? null : (lastKnown.get(slug) ?? null));
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (page.practice) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const ask = () =>
      void call("GET /projects/{project}/guidelines", {
        path: { project: slug },
        signal,
        signedOut: "stay", // the page itself says so, and keeps what is not sent
      }).then((answer) => {
        if (signal.aborted) return;
        if (answer.ok) {
          lastKnown.set(slug, answer.value);
          setFound(answer.value);
        } else setFailure(answer.message);
      });
    ask();
    addEventListener("online", ask, { signal });
    return () => leaving.abort();
  }, [page.practice, slug]);

  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const { target } = event;
      const { selected, sticky, linking } = annotator.state();
      const isBusy = selected !== null || sticky !== null || linking !== null;
      const isInText =
        target === document.body || (target instanceof Element && target.closest(".article"));
      if (isBusy || !isInText || getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      event.stopPropagation();
      close.current();
    };
    // Before the page ends what it is pressed for: whether there is anything is seen only until then.
    document.addEventListener("keydown", pressed, { capture: true });
    return () => document.removeEventListener("keydown", pressed, { capture: true });
  }, [annotator]);

  const keys = useKeyOf("guidelines");
  const { sticky } = useAnnotatorState(annotator);
  const label = annotator.selectedSpan?.label ?? sticky;
  return (
    <aside
      aria-label="Guidelines"
      className="guideline-panel"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="flex items-center gap-2 border-b border-line ps-4 pe-2 py-1.5">
        <h2 className="grow font-semibold">
          Guidelines
          {label !== null && (
            <span className="ms-3 text-sm font-normal">
              <LabelBadge {...appearanceOf(annotator.scheme, label)} />
            </span>
          )}
        </h2>
        <IconButton
          icon="close"
          label="Hide the guidelines"
          keys={keys}
          size="small"
          onClick={onClose}
        />
      </div>
      <Scrollable
        label="What the guidelines say"
        className="min-h-0 grow overflow-y-auto px-4 py-3 focus-visible:-outline-offset-2"
      >
        {page.practice ? (
          <p className="text-muted">The practice article has no guidelines.</p>
        ) : (
          <Section {...{ annotator, page, found, failure, label }} />
        )}
      </Scrollable>
    </aside>
  );
}

function Section({
  annotator,
  page,
  found,
  failure,
  label,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  found: CurrentGuidelines | null;
  failure: string | null;
  label: string | null;
}): ReactNode {
  if (!found) {
    if (failure !== null) return <Notice tone="danger">{failure}</Notice>;
    return (
      <p className="flex items-center gap-2 text-muted">
        <Spinner /> Loading…
      </p>
    );
  }
  const { current, read_version: read } = found;
  const all = (words: string) => (
    <TextLink href={`/projects/${page.project.slug}/guidelines`} target="_blank">
      {words}
    </TextLink>
  );
  if (!current) {
    return <p className="text-muted">Nobody has written guidelines for this project yet.</p>;
  }
  const blocks = label === null ? null : sectionOf(current.content, label);
  return (
    <div className="space-y-3">
      {read !== null && read !== current.version && (
        <Notice tone="warn" compact>
          They have changed since you last read them: {all("see what")}.
        </Notice>
      )}
      {label === null ? (
        <p className="text-muted">
          Select a span to see here what the guidelines say of its label.
        </p>
      ) : blocks ? (
        <GuidelineView blocks={blocks} scheme={annotator.scheme} above={2} />
      ) : (
        <p className="text-muted">They have no section of this label.</p>
      )}
      <p className="text-sm">{all("All guidelines")}</p>
    </div>
  );
}
