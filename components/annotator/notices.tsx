"use client";

import { type ReactNode, type RefObject, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { onDemand, useOnDemand } from "@/components/ui/on-demand";
import { TextLink } from "@/components/ui/text-link";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { OWN_SET } from "@/lib/annotator/layers";
import type { Notice as Told } from "@/lib/annotator/notices";
import type { AnnotatePage } from "./annotate-page-props";
import { type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** The controller loads it for itself: so it is there also where the network has gone by then. */
onDemand(() => import("@/lib/annotator/copying"));
const aroundNotices = onDemand(() => import("./around-notices"));
const lostWork = onDemand(() => import("./lost-work"));

/** The id of the notices, for going there. */
export const NOTICES = "notices";

/**
 * What the reviewer has to know, over the text and not in it: in view wherever that is scrolled to. As
 * it comes and goes, the text stays where it is on the screen.
 */
export function Notices({
  annotator,
  commands,
  page,
  pane,
  onReopen,
  drawn,
}: {
  annotator: SyncedAnnotator;
  commands: Pick<AnnotatorCommands, "revealAt" | "focusText">;
  page: AnnotatePage;
  pane: RefObject<HTMLElement | null>;
  onReopen: () => void;
  /** What the server has to tell. */
  drawn: ReactNode;
}) {
  const { notices } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const work = useOnDemand(
    lostWork,
    notices.some(({ kind }) => kind === "lost" || kind === "forgotten" || kind === "unreadable"),
  );
  const region = useRef<HTMLElement>(null);
  const older = page.earlierVersions.filter(({ hasMyWork }) => hasMyWork);
  const around = useOnDemand(aroundNotices, notices.length > 0);
  const here = `/projects/${page.project.slug}/articles/${page.article.id}`;
  return (
    <section ref={region} id={NOTICES} aria-label="Notices" tabIndex={-1} className="notices">
      {drawn}
      {notices.map((notice) =>
        notice.kind === "lost" ? (
          own &&
          work && (
            <work.LostChanges
              key="lost"
              annotator={annotator}
              commands={commands}
              lost={own.lost}
            />
          )
        ) : (
          <Strip key={notice.kind} tone={notice.tone} words={notice.words}>
            <Answers annotator={annotator} page={page} notice={notice} onReopen={onReopen} />
          </Strip>
        ),
      )}
      {!page.version.current && (
        <Strip
          words={
            <>
              This is version {page.version.number}, an earlier one.{" "}
              <TextLink href={here}>Go to the current version</TextLink>
            </>
          }
        />
      )}
      {page.version.current && older.length > 0 && (
        <Strip
          words={
            <>
              The text has changed. Your work on{" "}
              {older.map(({ number }, index) => (
                <span key={number}>
                  {index > 0 && ", "}
                  <TextLink href={`${here}?version=${number}`}>version {number}</TextLink>
                </span>
              ))}{" "}
              is kept there.
            </>
          }
        />
      )}
      {around && <around.AroundNotices region={region} pane={pane} />}
    </section>
  );
}

/** What can be done about a notice. */
function Answers({
  annotator,
  page,
  notice: { kind },
  onReopen,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  notice: Told;
  onReopen: () => void;
}) {
  const { copying, spans } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const work = useOnDemand(lostWork, false);
  if (!own) return null;
  const isSubmitted = own.submittedAt !== null;
  const isEmpty = own.spans.length === 0 && !isSubmitted;
  const isCopiable = spans.length > 0 && !isSubmitted;
  switch (kind) {
    case "forgotten":
      return (
        work && (
          <work.ForgottenAnswers annotator={annotator} page={page} forgotten={own.forgotten} />
        )
      );
    case "unreadable":
      return (
        work && (
          <work.UnreadableAnswers annotator={annotator} page={page} unreadable={own.unreadable} />
        )
      );
    case "submitted":
      return (
        <Button size="small" onClick={onReopen}>
          Reopen
        </Button>
      );
    case "offline":
    case "signed_out":
    case "not_saved":
      return (
        <>
          {kind === "signed_out" && (
            <a href="/sign-in" target="_blank" rel="noopener">
              Sign in
            </a>
          )}
          {isSubmitted ? (
            <Button size="small" onClick={onReopen}>
              Reopen
            </Button>
          ) : (
            <Button size="small" onClick={() => annotator.ownSet?.resume()}>
              Try now
            </Button>
          )}
        </>
      );
    case "not_stored":
    case "left_out":
      return (
        <Button size="small" onClick={() => annotator.dismissNotice(kind)}>
          Dismiss
        </Button>
      );
    case "other_layer":
      return (
        <>
          {isCopiable && (
            <Button size="small" busy={copying} onClick={() => void annotator.copyToOwnSet()}>
              Copy to mine
            </Button>
          )}
          <Button size="small" variant="quiet" onClick={() => annotator.show(OWN_SET)}>
            {isEmpty ? "Start empty" : "Back to mine"}
          </Button>
        </>
      );
    default:
      return null;
  }
}

function Strip({
  tone = "neutral",
  words,
  children,
}: {
  tone?: Told["tone"];
  words: ReactNode;
  children?: ReactNode;
}) {
  return (
    <Notice tone={tone} compact>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-60" dir="auto">
          {words}
        </span>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 empty:hidden">{children}</div>
      </div>
    </Notice>
  );
}
