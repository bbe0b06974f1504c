import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { AdjudicationList } from "@/components/adjudication/adjudication-list";
import { deskAddress } from "@/components/adjudication/list-address";
import { SettingsDialog } from "@/components/adjudication/settings-dialog";
import { ButtonLink } from "@/components/ui/button";
import { Page, PageHeader } from "@/components/ui/page";
import { roleMay } from "@/lib/domain/roles";
import { adjudicationPage, adjudicationSettingsOf } from "@/lib/workflow/adjudicating";
import { roundsPage } from "@/lib/workflow/assigning";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Adjudication" };

export default async function AdjudicationListPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/adjudication">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "see_all_sets"));
  const filter = {
    round:
      typeof asked.round === "string" && /^[1-9]\d{0,6}$/.test(asked.round)
        ? Number(asked.round)
        : null,
    state: (["open", "begun", "settled"] as const).find((one) => one === asked.state) ?? null,
  };
  const of = filter.round === null ? {} : { round: filter.round };
  const [page, begun, open, settings, { rounds }] = await Promise.all([
    orNotFound(
      adjudicationPage(actor, project.id, {
        ...of,
        ...(filter.state === null ? {} : { state: filter.state }),
      }),
    ),
    orNotFound(adjudicationPage(actor, project.id, { ...of, state: "begun", limit: 1 })),
    orNotFound(adjudicationPage(actor, project.id, { ...of, state: "open", limit: 1 })),
    adjudicationSettingsOf(actor, project.id),
    roundsPage(actor, project.id, { limit: 200 }),
  ]);
  const next = begun.items[0] ?? open.items[0];
  return (
    <Page>
      <PageHeader
        title="Adjudication"
        lead={
          <>
            <bdi>{project.title}</bdi>
            {settings.reviewers_anonymous && " · reviewers are anonymous"}
          </>
        }
        actions={
          <>
            <SettingsDialog
              project={project.slug}
              settings={settings}
              mayHideNames={roleMay(project.role, "manage")}
            />
            {next && (
              <ButtonLink variant="primary" href={deskAddress(project.slug, next)} prefetch={false}>
                Next to settle
              </ButtonLink>
            )}
          </>
        }
      />
      <AdjudicationList
        key={`${filter.round} ${filter.state} ${page.next_cursor}`}
        project={project.slug}
        first={page}
        filter={filter}
        rounds={rounds.map(({ number, title }) => ({ number, title }))}
      />
    </Page>
  );
}
