"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { AskedAgreement, KeptAgreement } from "@/lib/api/agreement";
import { call } from "@/lib/api/client";
import { inFigures } from "@/lib/domain/figures";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { ProgressBar } from "../ui/progress";

/** Milliseconds between two looks at how far a report is. */
const LOOK_EVERY = 700;

type UnderWay = NonNullable<KeptAgreement["progress"]>;

/** Has a report be made, says how far it is, and shows it when it is there. */
export function Making({
  project,
  asked,
  progress: begun,
  failure: failed,
  label,
  primary = false,
}: {
  project: string;
  asked: AskedAgreement;
  progress: UnderWay | null;
  failure: string | null;
  /** What the button says. */
  label: string;
  primary?: boolean;
}) {
  const router = useRouter();
  const [progress, setProgress] = useState(begun);
  const [failure, setFailure] = useState(failed);
  const [sending, setSending] = useState(false);
  const isUnderWay = progress !== null;

  useEffect(() => {
    if (!isUnderWay) return;
    const leaving = new AbortController();
    const { round, label: ofLabel, language, ...rest } = asked;
    const query = {
      ...rest,
      gamma: asked.gamma ? ("true" as const) : ("false" as const),
      brief: "true" as const,
      round: round ?? undefined,
      label: ofLabel ?? undefined,
      language: language ?? undefined,
    };
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const answer = await call("GET /projects/{project}/agreement", {
        path: { project },
        query,
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return;
      if (answer.ok && answer.value.progress === null) {
        setFailure(answer.value.failure);
        setProgress(null);
        router.refresh();
        return;
      }
      if (answer.ok) setProgress(answer.value.progress);
      timer = setTimeout(look, LOOK_EVERY); // an app that is away comes back
    };
    timer = setTimeout(look, LOOK_EVERY);
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [isUnderWay, project, asked, router]);

  const make = async () => {
    setSending(true);
    setFailure(null);
    const answer = await call("POST /projects/{project}/agreement", {
      path: { project },
      body: asked,
    });
    setSending(false);
    if (!answer.ok) setFailure(answer.message);
    else if (answer.value.progress) setProgress(answer.value.progress);
    else router.refresh();
  };

  if (progress) {
    const { done, articles } = progress;
    return (
      <div className="w-full max-w-md" aria-live="polite">
        <ProgressBar
          label="The report is being made"
          value={articles === null ? null : done}
          max={Math.max(1, articles ?? 1)}
          detail={
            articles === null
              ? "It begins in a moment"
              : `${inFigures(done)} of ${inFigures(articles)} articles`
          }
        />
      </div>
    );
  }
  return (
    <div className="space-y-3">
      {failure && <Notice tone="danger">{failure}</Notice>}
      <Button variant={primary ? "primary" : "secondary"} busy={sending} onClick={make}>
        {label}
      </Button>
    </div>
  );
}
