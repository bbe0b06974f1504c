import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { InviteList, NewInvite } from "@/components/people/invites";
import { Members } from "@/components/people/members";
import { ProjectCues } from "@/components/people/project-cues";
import { Proving } from "@/components/people/proving";
import { PublishingForm } from "@/components/people/publishing-form";
import { RenameProject } from "@/components/people/rename-form";
import { DeleteProject } from "@/components/trash/delete-project";
import { ButtonLink } from "@/components/ui/button";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { openInvitesPage } from "@/lib/workflow/invites";
import { membersPage } from "@/lib/workflow/members";
import { cuesOf, projectFor } from "@/lib/workflow/projects";
import { publishingOf } from "@/lib/workflow/publishing";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: PageProps<"/projects/[project]/members">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "manage"));
  const [members, invites, { cues }, publishing] = await Promise.all([
    membersPage(actor, project.id),
    openInvitesPage(actor, project.id),
    cuesOf(actor, project.id),
    publishingOf(actor, project.id),
  ]);
  return (
    <Page>
      <PageHeader
        title="Members"
        lead={<bdi>{project.title}</bdi>}
        actions={
          <>
            <ButtonLink href={`/projects/${project.slug}/audit`} icon="list">
              Audit trail
            </ButtonLink>
            <NewInvite to={project.slug} />
          </>
        }
      />
      {members.members.length === 0 ? (
        <p className="mb-8 text-muted">Nobody is a member of this project yet: invite somebody.</p>
      ) : (
        <div className="mb-8">
          <Members
            key={members.next_cursor}
            slug={project.slug}
            first={members}
            me={actor.userId}
          />
        </div>
      )}
      <Section title="Open invites">
        <InviteList key={invites.next_cursor} first={invites} project={project.slug} />
      </Section>
      <div id="datasets" className="scroll-mt-6">
        <Section
          title="What datasets say"
          lead="Of the project, in the card, CITATION.cff and croissant.json of each dataset to publish."
        >
          <PublishingForm slug={project.slug} publishing={publishing} />
        </Section>
      </div>
      <Section title="Project">
        <RenameProject slug={project.slug} title={project.title} />
        <hr className="my-6 border-line" />
        <ProjectCues slug={project.slug} cues={cues} />
        <hr className="my-6 border-line" />
        <DeleteProject slug={project.slug} title={project.title} />
      </Section>
      <Proving />
    </Page>
  );
}
