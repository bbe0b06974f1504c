import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { DashboardSections } from "@/components/dashboard/dashboard";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { roleMay } from "@/lib/domain/roles";
import { dashboardOf } from "@/lib/workflow/dashboard";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Dashboard" };

export default async function DashboardPage({
  params,
}: PageProps<"/projects/[project]/dashboard">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "see_all_sets"));
  const dashboard = await dashboardOf(actor, project.id);
  return (
    <Page wide>
      <PageHeader
        title="Dashboard"
        lead={<bdi>{project.title}</bdi>}
        actions={
          <ButtonLink href={`/projects/${project.slug}/agreement`}>
            How far reviewers agree
          </ButtonLink>
        }
      />
      {dashboard.progress.articles === 0 ? (
        <EmptyState
          title="No articles yet"
          action={
            roleMay(project.role, "import") && (
              <ButtonLink href={`/projects/${project.slug}/import`} variant="primary" icon="upload">
                Import articles
              </ButtonLink>
            )
          }
        >
          Once there are some, what becomes of them is shown here.
        </EmptyState>
      ) : (
        <DashboardSections project={project.slug} of={dashboard} />
      )}
    </Page>
  );
}
