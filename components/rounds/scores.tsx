"use client";

import { call } from "@/lib/api/client";
import type { RoundScores, ScoredArticlePage } from "@/lib/api/gold";
import { counted, inFigures } from "@/lib/domain/figures";
import { Link } from "../ui/link";
import { LoadMore } from "../ui/load-more";
import { Section } from "../ui/page";
import { Cell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { f1Words } from "./wording";

type Scored = ScoredArticlePage["articles"][number];

/** How far what was first submitted in a round agrees with gold, and each article behind that. */
export function Scores({
  project,
  number,
  scores: { reviewers },
  first,
  whose,
}: {
  project: string;
  number: number;
  scores: RoundScores;
  first: ScoredArticlePage;
  /** Of gold that is mixed in, the weeks are shown: whether it gets better or worse. */
  whose: "own" | "practice" | "mixed";
}) {
  const here = `/projects/${project}/rounds/${number}`;
  const articles = useCollection({
    of: "articles",
    first,
    idOf: ({ article, user }: Scored) => `${article.id} ${user.id}`,
    load: async (cursor) => {
      const path = { project, number: String(number) };
      const answer = await call("GET /projects/{project}/rounds/{number}/scored-articles", {
        path,
        query: { cursor },
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  return (
    <Section
      title="Beside gold"
      lead={
        whose === "mixed"
          ? "Articles with gold are mixed in, and the reviewers cannot tell which."
          : "What is submitted first counts; doing an article again changes no score."
      }
    >
      {reviewers.length === 0 ? (
        <p className="text-muted">
          {whose === "own"
            ? "Once you have submitted an article, you see here how it compares."
            : "Nothing that has gold is submitted yet."}
        </p>
      ) : (
        <div className="space-y-4">
          <Table
            label="Scores"
            columns={[
              whose === "own" ? "Label" : "Reviewer",
              { name: "Articles", end: true, wide: true },
              { name: "F1 exact", end: true },
              { name: "F1 in part", end: true },
            ]}
          >
            {reviewers.flatMap(({ user, articles: count, score, labels }) => [
              <tr key={user.id}>
                <Cell>
                  <bdi className="font-medium wrap-anywhere">
                    {whose === "own" ? "All" : user.name}
                  </bdi>
                </Cell>
                <Figures count={count} score={score} />
              </tr>,
              ...labels.map(({ label, ...of }) => (
                <tr key={`${user.id} ${label}`} className="text-sm text-muted">
                  <Cell className="ps-6">
                    <bdi>{label.replaceAll("_", " ")}</bdi>
                  </Cell>
                  <Figures count={null} score={of} />
                </tr>
              )),
            ])}
          </Table>
          {whose === "mixed" && <Weeks reviewers={reviewers} />}
          <Table
            label="Articles beside gold"
            columns={[
              "Article",
              ...(whose === "own" ? [] : [{ name: "Reviewer", wide: true } as const]),
              { name: "Submitted", wide: true },
              { name: "F1 exact", end: true },
              { name: "F1 in part", end: true },
            ]}
          >
            {articles.items?.map(({ article, user, scored_at, score }) => (
              <tr key={`${article.id} ${user.id}`}>
                <Cell className="min-w-24">
                  <Link
                    href={`${here}/feedback/${article.id}${whose === "own" ? "" : `?user=${user.id}`}`}
                    prefetch={false}
                    className="wrap-anywhere"
                  >
                    <bdi>{article.title}</bdi>
                    {whose !== "own" && <span className="sr-only"> of {user.name}</span>}
                  </Link>
                  {whose !== "own" && (
                    <span className="block text-sm text-muted sm:hidden">
                      <bdi>{user.name}</bdi>
                    </span>
                  )}
                </Cell>
                {whose !== "own" && (
                  <Cell className="hidden sm:table-cell">
                    <bdi className="wrap-anywhere">{user.name}</bdi>
                  </Cell>
                )}
                <Cell className="hidden text-sm whitespace-nowrap text-muted sm:table-cell">
                  <TimeAgo at={scored_at} />
                </Cell>
                <Cell className="figures text-end">{f1Words(score.f1_exact)}</Cell>
                <Cell className="figures text-end">{f1Words(score.f1_overlap)}</Cell>
              </tr>
            ))}
          </Table>
          {articles.hasMore && <LoadMore busy={articles.busy} onLoad={articles.loadMore} />}
        </div>
      )}
    </Section>
  );
}

function Figures({ count, score }: { count: number | null; score: Scored["score"] }) {
  return (
    <>
      <Cell className="figures hidden text-end sm:table-cell">
        {count === null ? "" : inFigures(count)}
      </Cell>
      <Cell className="figures text-end">{f1Words(score.f1_exact)}</Cell>
      <Cell className="figures text-end">{f1Words(score.f1_overlap)}</Cell>
    </>
  );
}

/** A week a row, the latest first, and a reviewer a column. */
function Weeks({ reviewers }: RoundScores) {
  const weeks = [
    ...new Set(reviewers.flatMap((reviewer) => reviewer.weeks.map(({ week }) => week))),
  ];
  return (
    <Table
      label="Week by week, F1 in part"
      columns={[
        "Week of",
        ...reviewers.map(({ user }) => ({ name: user.name, end: true }) as const),
      ]}
    >
      {weeks
        .sort()
        .toReversed()
        .map((week) => (
          <tr key={week}>
            <Cell className="figures whitespace-nowrap">{week}</Cell>
            {reviewers.map(({ user, weeks: own }) => {
              const found = own.find((one) => one.week === week);
              return (
                <Cell key={user.id} className="figures text-end whitespace-nowrap">
                  {found ? (
                    <>
                      {f1Words(found.score.f1_overlap)}{" "}
                      <span className="text-sm text-muted">
                        of {counted(found.articles, "article")}
                      </span>
                    </>
                  ) : (
                    <span className="text-muted">none</span>
                  )}
                </Cell>
              );
            })}
          </tr>
        ))}
    </Table>
  );
}
