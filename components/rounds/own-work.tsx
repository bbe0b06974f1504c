"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import type { OwnWork, Round } from "@/lib/api/rounds";
import { durationInWords } from "@/lib/domain/active-time";
import { counted } from "@/lib/domain/figures";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { Section } from "../ui/page";
import { ProgressBar } from "../ui/progress";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { DueDate } from "./due-date";
import { GuidelinesOf } from "./guidelines-of";
import { progressWords, roundState, totalOf } from "./wording";

/** What somebody has to do: what was returned first, and how far each of their rounds is. */
export function OwnWorkPage({ work }: { work: OwnWork }) {
  return (
    <>
      {work.returned.length > 0 && (
        <Section title="Returned to you" lead="A curator wants you to look at these again.">
          <ul className="divide-y divide-line">
            {work.returned.map(({ article, project, comment, returned_at }) => (
              <li key={article.id} className="py-3 first:pt-0 last:pb-0">
                <Link
                  href={`/projects/${project.slug}/articles/${article.id}`}
                  className="font-reading text-lg font-semibold wrap-anywhere"
                >
                  <bdi>{article.title}</bdi>
                </Link>
                <p dir="auto" className="mt-1 whitespace-pre-line wrap-anywhere">
                  {comment}
                </p>
                <p className="mt-0.5 text-sm text-muted">
                  <bdi>{project.title}</bdi> · <TimeAgo at={returned_at} />
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {work.rounds.map((round) => (
        <OwnRound key={`${round.project.slug} ${round.number}`} round={round} />
      ))}
      <OwnTime time={work.active_time} />
    </>
  );
}

/** What somebody has spent on what they submitted, which those who see the work of all know, too. */
export function OwnTime({ time }: { time: OwnWork["active_time"] }) {
  const { articles, seconds, median_seconds: median } = time;
  if (median === null) return null;
  return (
    <p className="text-sm text-muted">
      Your active time: {durationInWords(median)} an article in the middle of{" "}
      {counted(articles, "submitted article")}, {durationInWords(seconds)} in all. Pauses of more
      than a minute are left out, and only sums are kept. Curators and admins see them, too.
    </p>
  );
}

/** Somebody's own part of a round, and the way on in it. */
export function OwnRound({
  round,
  isOnItsPage = false,
}: {
  round: Round;
  /** Whether the rest of the round is on the same page. */
  isOnItsPage?: boolean;
}) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const { progress, project } = round;
  const { words, tone } = roundState(round);
  const isQueue = round.way === "queue";
  const mine = totalOf(progress, 0);
  const isGiving = round.paused_at === null;
  // Nothing new is given out of a paused round.
  const inHand = progress.open + progress.returned + (isGiving ? progress.queued : 0);
  // What somebody else's lease has ended on counts as taken until it is asked for.
  const canAsk = isQueue && isGiving;
  const hasMore = inHand > 0 || (canAsk && round.free > 0);

  async function goOn() {
    setBusy(true);
    const path = { project: project.slug, number: String(round.number) };
    const answer = await call("POST /projects/{project}/rounds/{number}/next", { path });
    if (answer.ok && answer.value.article) {
      router.push(`/projects/${project.slug}/articles/${answer.value.article.id}`);
      return;
    }
    setBusy(false);
    if (!answer.ok) toast.error(answer.message);
    else {
      toast.success("There is nothing left for you in this round.");
      router.refresh();
    }
  }

  return (
    <Section
      title={round.title}
      lead={
        <>
          <bdi>{project.title}</bdi>
          {round.kind === "practice" && " · practice"}
          <DueDate at={round.due_at} />
          {!isOnItsPage && (
            <GuidelinesOf project={project.slug} version={round.guideline_version} />
          )}
        </>
      }
      actions={
        hasMore || canAsk ? (
          <Button
            variant={hasMore ? "primary" : "secondary"}
            busy={busy}
            onClick={() => void goOn()}
            aria-label={hasMore ? `Continue with ${round.title}` : `Look again in ${round.title}`}
          >
            {hasMore ? "Continue" : "Look again"}
          </Button>
        ) : (
          (isGiving || (!isQueue && progress.queued === 0)) && <Badge tone="ok">Done</Badge>
        )
      }
    >
      {round.paused_at && (
        <p className="mb-3">
          <Badge tone={tone}>{words}</Badge> Nothing new is given out just now. What is open you can
          finish.
        </p>
      )}
      <ProgressBar
        label={isQueue ? "What you took from the queue" : "Your articles"}
        value={progress.submitted}
        max={Math.max(1, mine)}
        detail={progressWords(progress, 0)}
      />
      {!isOnItsPage && round.kind === "practice" && progress.submitted > 0 && (
        <p className="mt-2">
          <Link
            href={`/projects/${project.slug}/rounds/${round.number}`}
            className="underline"
            aria-label={`See how your work compares: ${round.title}`}
          >
            See how your work compares
          </Link>
        </p>
      )}
      {isQueue && round.free > 0 && (
        <p className="mt-2 text-sm text-muted">{round.free} more in the queue.</p>
      )}
      {canAsk && !hasMore && (
        <p className="mt-2 text-sm text-muted">
          Nothing is free just now. What somebody leaves comes back here.
        </p>
      )}
    </Section>
  );
}
