import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { InviteList, NewInvite } from "@/components/people/invites";
import { Members } from "@/components/people/members";
import { RenameProject } from "@/components/people/rename-project";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { inviteView, memberView } from "@/lib/web/views/people";
import { openInvites } from "@/lib/workflow/invites";
import { membersOf } from "@/lib/workflow/members";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: PageProps<"/projects/[project]/members">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "manage"));
  const [members, invites] = await Promise.all([
    membersOf(actor, project.id),
    openInvites(actor, project.id),
  ]);
  const path = `/api/v1/projects/${project.slug}/invites` as const;
  return (
    <Page>
      <PageHeader
        title="Members"
        lead={<bdi>{project.title}</bdi>}
        actions={<NewInvite path={path} />}
      />
      {members.length === 0 ? (
        <p className="mb-8 text-muted">Nobody is a member of this project yet: invite somebody.</p>
      ) : (
        <div className="mb-8">
          <Members slug={project.slug} members={members.map(memberView)} me={actor.userId} />
        </div>
      )}
      <Section title="Open invites">
        <InviteList invites={invites.map(inviteView)} path={path} />
      </Section>
      <Section title="Project">
        <RenameProject slug={project.slug} title={project.title} />
      </Section>
    </Page>
  );
}
