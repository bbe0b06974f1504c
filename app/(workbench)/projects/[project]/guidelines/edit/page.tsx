import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { GuidelineDesk } from "@/components/guidelines/desk";
import { Page, PageHeader } from "@/components/ui/page";
import { guidelinesToEdit } from "@/lib/workflow/guidelines";

export const metadata: Metadata = { title: "Write guidelines" };

export default async function EditGuidelinesPage({
  params,
}: PageProps<"/projects/[project]/guidelines/edit">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const { project, scheme, shown } = await orNotFound(guidelinesToEdit(actor, ref));
  return (
    <Page>
      <PageHeader
        title={shown ? "Edit the guidelines" : "Write guidelines"}
        back={{ href: `/projects/${project.slug}/guidelines`, label: "Guidelines" }}
        lead={<bdi>{project.title}</bdi>}
      />
      <GuidelineDesk
        project={{ id: project.id, slug: project.slug }}
        user={actor.userId}
        scheme={scheme}
        current={shown}
      />
    </Page>
  );
}
