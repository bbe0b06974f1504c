import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { RoundList } from "@/components/rounds/round-list";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { roleMay } from "@/lib/domain/roles";
import { roundsPage } from "@/lib/workflow/assigning";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Rounds" };

export default async function RoundsPage({ params }: PageProps<"/projects/[project]/rounds">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "annotate"));
  const rounds = await roundsPage(actor, project.id);
  const mayMake = roleMay(project.role, "manage");
  const make = mayMake && (
    <ButtonLink href={`/projects/${project.slug}/rounds/new`} variant="primary">
      New round
    </ButtonLink>
  );
  return (
    <Page>
      <PageHeader title="Rounds" lead={<bdi>{project.title}</bdi>} actions={make} />
      {rounds.rounds.length === 0 ? (
        <EmptyState title="No rounds yet">
          {mayMake
            ? "A round is a batch of articles given to reviewers. Without one, everybody goes through the list by themselves."
            : "What an admin gives you in a round is here. Until then, go through the articles by yourself."}
        </EmptyState>
      ) : (
        <RoundList
          key={rounds.next_cursor}
          project={project.slug}
          first={rounds}
          own={!roleMay(project.role, "see_all_sets")}
        />
      )}
    </Page>
  );
}
