"use client";

import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Notice } from "@/components/ui/notice";
import { OWN_SET } from "@/lib/annotator/controller";
import { setKindName } from "@/lib/annotator/wording";
import type { AnnotatePage } from "./annotate-page-props";
import { type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** What is particular about what is shown: another set, a submitted one, an earlier version. */
export function Notices({
  annotator,
  page,
  onReopen,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  onReopen: () => void;
}) {
  const { shown } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const other = annotator.readOnlySets.find(({ id }) => id === shown);
  const older = page.earlierVersions.filter(({ hasMyWork }) => hasMyWork);
  const here = `/projects/${page.project.slug}/articles/${page.article.id}`;
  const empty = own?.spans.length === 0 && own.submittedAt === null;
  return (
    <>
      {!page.version.current && (
        <Strip>
          <span className="grow">
            This is version {page.version.number}, an earlier one.{" "}
            <Link href={here}>Go to the current version</Link>
          </span>
        </Strip>
      )}
      {page.version.current && older.length > 0 && (
        <Strip>
          <span className="grow">
            The text has changed. Your work on{" "}
            {older.map(({ number }, index) => (
              <span key={number}>
                {index > 0 && ", "}
                <Link href={`${here}?version=${number}`}>version {number}</Link>
              </span>
            ))}{" "}
            is kept there.
          </span>
        </Strip>
      )}
      {own?.submittedAt && shown === OWN_SET && (
        <Strip tone="ok">
          <span className="grow">Submitted, so it cannot be changed.</span>
          <Button size="small" onClick={onReopen}>
            Reopen
          </Button>
        </Strip>
      )}
      {other && (
        <Strip>
          <span className="grow">
            {other.kind === "imported" ? "Imported annotations" : setKindName(other.kind)},
            read-only{!annotator.ownSet && ". You may read this article, not annotate it."}
          </span>
          {own && empty && (
            <Button size="small" onClick={() => annotator.copyToOwnSet()}>
              Copy to mine
            </Button>
          )}
          {own && (
            <Button size="small" variant="quiet" onClick={() => annotator.show(OWN_SET)}>
              {empty ? "Start empty" : "Back to mine"}
            </Button>
          )}
        </Strip>
      )}
      {!annotator.ownSet && !other && (
        <Strip>
          <span className="grow">You may read this article, not annotate it.</span>
        </Strip>
      )}
    </>
  );
}

function Strip({
  tone = "neutral",
  children,
}: {
  tone?: "neutral" | "ok";
  children: React.ReactNode;
}) {
  return (
    <Notice tone={tone}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">{children}</div>
    </Notice>
  );
}
