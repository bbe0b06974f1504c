"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/state";
import type { AnnotatorController } from "@/lib/annotator/controller";
import type { Opened } from "@/lib/annotator/opened";
import { describeKind } from "@/lib/annotator/wording";
import { useAnnotatorState, useSession } from "./use-annotator";

/** What is particular about what is shown: another layer, a submitted set, an earlier version. */
export function Notices({
  annotator,
  opened,
  onReopen,
}: {
  annotator: AnnotatorController;
  opened: Opened;
  onReopen: () => void;
}) {
  const { layer } = useAnnotatorState(annotator);
  const session = useSession(annotator);
  const other = annotator.others.find(({ id }) => id === layer);
  const older = opened.earlierVersions.filter(({ hasMyWork }) => hasMyWork);
  const here = `/projects/${opened.project.slug}/articles/${opened.article.id}`;
  const empty = session?.spans.length === 0 && session.submittedAt === null;
  return (
    <>
      {!opened.version.current && (
        <Strip>
          <span className="grow">
            This is version {opened.version.number}, an earlier one.{" "}
            <Link href={here}>Go to the current version</Link>
          </span>
        </Strip>
      )}
      {opened.version.current && older.length > 0 && (
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
      {session?.submittedAt && layer === "mine" && (
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
            {other.kind === "imported" ? "Imported annotations" : describeKind(other.kind)},
            read-only{!annotator.session && ". You may read this article, not annotate it."}
          </span>
          {session && empty && (
            <Button size="small" onClick={() => annotator.copyToMine()}>
              Copy to mine
            </Button>
          )}
          {session && (
            <Button size="small" variant="quiet" onClick={() => annotator.show("mine")}>
              {empty ? "Start empty" : "Back to mine"}
            </Button>
          )}
        </Strip>
      )}
      {!annotator.session && !other && (
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
