import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { listAddress } from "@/components/adjudication/list-address";
import { Assignments } from "@/components/rounds/assignments";
import { DueDate } from "@/components/rounds/due-date";
import { GuidelinesOf } from "@/components/rounds/guidelines-of";
import { OwnRound } from "@/components/rounds/own-work";
import { RoundActions } from "@/components/rounds/round-actions";
import { EditRound, ReviewerActions } from "@/components/rounds/round-editing";
import { RoundReviewers } from "@/components/rounds/round-reviewers";
import { Scores } from "@/components/rounds/scores";
import {
  othersSeenWords,
  overlapWords,
  pickedWords,
  progressWords,
  roundState,
  totalOf,
} from "@/components/rounds/wording";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { ProgressBar } from "@/components/ui/progress";
import { roleMay } from "@/lib/domain/roles";
import { assignmentStates } from "@/lib/domain/rounds";
import { assignmentsPage, ownWork, round as roundOf } from "@/lib/workflow/assigning";
import { roundScores, scoredArticles } from "@/lib/workflow/gold";
import { reviewerChoices } from "@/lib/workflow/planning-rounds";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Round" };

export default async function RoundPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/rounds/[number]">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref, number }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "annotate"));
  const round = await orNotFound(roundOf(actor, project.id, number));
  const state = assignmentStates.find((one) => one === asked.state);
  const mayManage = roleMay(project.role, "manage");
  const [assignments, { rounds: own }, choices, scores, scored] = await Promise.all([
    assignmentsPage(actor, project.id, { number, state }),
    ownWork(actor),
    mayManage ? reviewerChoices(actor, project.id) : null,
    roundScores(actor, project.id, number),
    scoredArticles(actor, project.id, { number }),
  ]);
  const mine = own.find((one) => one.project.slug === project.slug && one.number === round.number);
  const { words, tone } = roundState(round);
  const seesAll = roleMay(project.role, "see_all_sets");
  return (
    <Page>
      <PageHeader
        title={round.title}
        back={{ href: `/projects/${project.slug}/rounds`, label: "Rounds" }}
        lead={
          <>
            <Badge tone={tone}>{words}</Badge> {round.articles} articles · {overlapWords(round)}
            {round.way === "queue" && " · shared queue"}
            {round.kind === "practice" && " · practice"}
            {round.gold_percent !== null && ` · ${round.gold_percent} % with gold, unseen`}
            <DueDate at={round.due_at} />
            <GuidelinesOf project={project.slug} version={round.guideline_version} />
          </>
        }
        actions={
          seesAll && (
            <>
              <ButtonLink href={`/projects/${project.slug}/agreement?round=${round.number}`}>
                Agreement
              </ButtonLink>
              {mayManage && (
                <>
                  <EditRound project={project.slug} round={round} />
                  <RoundActions project={project.slug} round={round} />
                </>
              )}
            </>
          )
        }
      />
      {mine && <OwnRound round={mine} isOnItsPage />}
      {seesAll && (
        <Section
          title="Reviewers"
          lead={`They see each other’s work: ${othersSeenWords[round.others_seen].toLowerCase()}.`}
          actions={
            <div className="flex flex-wrap gap-2">
              <ButtonLink href={listAddress(project.slug, { round: round.number, state: null })}>
                Adjudication
              </ButtonLink>
              {choices && round.closed_at === null && (
                <ReviewerActions project={project.slug} round={round} members={choices} />
              )}
            </div>
          }
        >
          <ProgressBar
            label="All together"
            value={round.progress.submitted}
            max={Math.max(1, totalOf(round.progress, round.free))}
            detail={progressWords(round.progress, round.free)}
          />
          <RoundReviewers project={project.slug} round={round} mayManage={mayManage} />
          {round.picked && (
            <p className="mt-4 text-sm text-muted">
              <span className="font-medium">Picked:</span>{" "}
              <bdi>{pickedWords(round.picked, round.order, round.seed)}</bdi>
            </p>
          )}
        </Section>
      )}
      {(round.kind === "practice" || round.gold_percent !== null) && (
        <Scores
          key={`${scored.next_cursor} ${scored.articles[0]?.scored_at}`}
          project={project.slug}
          number={round.number}
          scores={scores}
          first={scored}
          whose={round.kind !== "practice" ? "mixed" : seesAll ? "practice" : "own"}
        />
      )}
      <Assignments
        key={`${state} ${assignments.next_cursor}`}
        project={project.slug}
        round={round}
        first={assignments}
        state={state ?? null}
        may={{ seeAll: seesAll, manage: mayManage }}
      />
    </Page>
  );
}
