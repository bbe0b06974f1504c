"use client";

import { call } from "@/lib/api/client";
import type { Round, RoundPage } from "@/lib/api/rounds";
import { Badge } from "../ui/badge";
import { Link } from "../ui/link";
import { LoadMore } from "../ui/load-more";
import { ProgressBar } from "../ui/progress";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { DueDate } from "./due-date";
import { overlapWords, progressWords, roundState, totalOf } from "./wording";

/** The rounds of a project. Give it a `key` of where its first page ends: it goes on from there. */
export function RoundList({
  project,
  first,
  own,
}: {
  project: string;
  first: RoundPage;
  /** Whether the progress is the reader's own. */
  own: boolean;
}) {
  const rounds = useCollection({
    of: "rounds",
    first,
    idOf: ({ number }: Round) => String(number),
    load: async (cursor) => {
      const answer = await call("GET /projects/{project}/rounds", {
        path: { project },
        query: { cursor },
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {rounds.items?.map((round) => (
          <RoundItem key={round.number} round={round} own={own} />
        ))}
      </ul>
      {rounds.hasMore && <LoadMore busy={rounds.busy} onLoad={rounds.loadMore} />}
    </>
  );
}

function RoundItem({ round, own }: { round: Round; own: boolean }) {
  const { words, tone } = roundState(round);
  const free = own ? 0 : round.free;
  return (
    <li className="px-4 py-3.5 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          href={`/projects/${round.project.slug}/rounds/${round.number}`}
          className="font-reading text-lg font-semibold wrap-anywhere"
        >
          <bdi>{round.title}</bdi>
        </Link>
        <Badge tone={tone}>{words}</Badge>
        {round.kind === "practice" && <Badge tone="accent">Practice</Badge>}
      </div>
      <p className="mt-0.5 mb-2 text-sm text-muted">
        {round.articles} articles · {overlapWords(round)}
        {round.way === "queue" && " · shared queue"}
        <DueDate at={round.due_at} />
      </p>
      <ProgressBar
        label={own ? `Your part of ${round.title}` : `Round ${round.number}`}
        value={round.progress.submitted}
        max={Math.max(1, totalOf(round.progress, free))}
        detail={progressWords(round.progress, free)}
      />
    </li>
  );
}
