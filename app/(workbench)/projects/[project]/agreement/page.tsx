import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ReportChoices } from "@/components/agreement/choices";
import { Gamma } from "@/components/agreement/gamma";
import { Making } from "@/components/agreement/making";
import { Passages, passagesTitle } from "@/components/agreement/passages";
import { ReportSections } from "@/components/agreement/report";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { AskedAgreement, type KeptAgreement } from "@/lib/api/agreement";
import { counted } from "@/lib/domain/figures";
import { agreementOf, languagesToCompare } from "@/lib/workflow/agreeing";
import { roundsPage } from "@/lib/workflow/assigning";
import { disputedPassages } from "@/lib/workflow/disputed-passages";
import { projectFor } from "@/lib/workflow/projects";
import { schemeOfProject } from "@/lib/workflow/schemes";

export const metadata: Metadata = { title: "Agreement" };

/** Rounds that can be chosen: the latest. */
const MOST_ROUNDS = 200;

/** Passages on a page. */
const PASSAGES = 20;

export default async function AgreementPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/agreement">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref }, search] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "see_all_sets"));
  const said = (name: string) => [search[name]].flat()[0];
  const asked = askedIn(said);
  const [kept, { rounds }, languages, scheme] = await Promise.all([
    orNotFound(agreementOf(actor, project.id, asked)),
    roundsPage(actor, project.id, { limit: MOST_ROUNDS }),
    languagesToCompare(actor, project.id),
    schemeOfProject(project),
  ]);
  const { report } = kept;
  const address = new URLSearchParams();
  for (const name of ["round", "label", "language", "unit", "pair", "one", "other"]) {
    const value = said(name);
    if (value !== undefined) address.set(name, value);
  }
  const to = (change: Readonly<Record<string, string | null>>) => {
    const changed = new URLSearchParams(address);
    for (const [name, value] of Object.entries(change)) {
      if (value === null) changed.delete(name);
      else changed.set(name, value);
    }
    return `/projects/${project.slug}/agreement?${changed}`;
  };
  const withGamma = report && (await agreementOf(actor, project.id, { ...asked, gamma: true }));
  return (
    <Page wide>
      <PageHeader title="Agreement" lead={<bdi>{project.title}</bdi>} />
      <ReportChoices
        project={project.slug}
        asked={kept.asked}
        rounds={rounds}
        labels={scheme.labels.map(({ name }) => name)}
        languages={languages}
      />
      {report ? (
        <>
          <MadeAt project={project.slug} kept={kept} />
          <ReportSections
            kept={kept}
            report={report}
            project={project.slug}
            to={to}
            pair={said("pair") ?? null}
            gamma={withGamma && <Gamma project={project.slug} kept={withGamma} />}
            passages={await chosenPassages()}
          />
        </>
      ) : (
        <EmptyState
          title={kept.progress ? "The report is on its way" : "No report yet"}
          action={
            <Making
              key={kept.state}
              project={project.slug}
              asked={kept.asked}
              progress={kept.progress}
              failure={kept.failure}
              label="Make the report"
              primary
            />
          }
        >
          It compares what reviewers have submitted of the same articles, and is kept until you have
          it made anew.
        </EmptyState>
      )}
    </Page>
  );

  /** What is behind the cell of the matrix that the address names, if it names one. */
  async function chosenPassages() {
    const [one, other] = [said("one"), said("other")];
    if (one === undefined || other === undefined) return null;
    const pair = /^a\d{1,9}-a\d{1,9}$/.exec(said("pair") ?? "")?.[0];
    const page = await orNotFound(
      disputedPassages(actor, project.id, {
        round: asked.round ?? undefined,
        language: asked.language ?? undefined,
        label: asked.label ?? undefined,
        one: one || undefined,
        other: other || undefined,
        pair,
        cursor: said("cursor"),
        limit: PASSAGES,
      }),
    );
    const names = new Map(kept.reviewers.map(({ key, name }) => [key, name]));
    const nameOf = (key: string) => names.get(key) ?? key;
    return (
      <Passages
        project={project.slug}
        title={passagesTitle({ one, other, pair: pair ?? null }, nameOf)}
        page={page}
        nameOf={nameOf}
        nextHref={`${to({ cursor: page.next_cursor })}#passages`}
        closeHref={`${to({ one: null, other: null })}#confusion`}
      />
    );
  }
}

/** What an address asks for; what it says that is nothing is left out. */
function askedIn(said: (name: string) => string | undefined): AskedAgreement {
  const round = said("round");
  const part = AskedAgreement.partial();
  const parts = [
    round ? { round: Number(round) } : {},
    said("label") ? { label: said("label") } : {},
    said("language") ? { language: said("language") } : {},
    said("unit") ? { unit: said("unit") } : {},
  ];
  return AskedAgreement.parse(
    Object.assign({}, ...parts.filter((one) => part.safeParse(one).success)),
  );
}

/** Of when the report is, and whether it still says what is so. */
function MadeAt({ project, kept }: { project: string; kept: KeptAgreement }) {
  const { made, asked, state, progress, failure } = kept;
  if (!made) return null;
  const { submitted_since, current } = made;
  return (
    <div className="mb-6">
      <Notice tone={current ? "neutral" : "warn"}>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p>
            Made <TimeAgo at={made.at} />.{" "}
            {current
              ? "Nothing has been submitted, taken back or changed since."
              : submitted_since > 0
                ? `${counted(submitted_since, "set")} ${submitted_since === 1 ? "was" : "were"} submitted since.`
                : "What it was made of has changed since."}
          </p>
          {(!current || progress) && (
            <Making
              key={`${state} ${made.at}`}
              project={project}
              asked={asked}
              progress={progress}
              failure={failure}
              label="Make it anew"
            />
          )}
        </div>
      </Notice>
    </div>
  );
}
