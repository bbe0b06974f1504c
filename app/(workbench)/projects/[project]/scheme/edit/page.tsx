import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { SchemeDesk } from "@/components/scheme/desk";
import { Page, PageHeader } from "@/components/ui/page";
import { schemeVersion } from "@/lib/workflow/changing-schemes";
import { projectFor } from "@/lib/workflow/projects";
import { schemeLibrary } from "@/lib/workflow/scheme-library";

export const metadata: Metadata = { title: "Edit the scheme" };

export default async function EditSchemePage({
  params,
}: PageProps<"/projects/[project]/scheme/edit">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "manage"));
  const current = await schemeVersion(actor, project.slug, String(project.scheme_version));
  const { id, slug, title } = project;
  return (
    <Page wide>
      <PageHeader
        title="Edit the scheme"
        back={{ href: `/projects/${slug}/scheme`, label: "Scheme" }}
        lead={
          <>
            <bdi>{title}</bdi> · made from version {current.version}
          </>
        }
      />
      <SchemeDesk
        project={{ id, slug, title }}
        user={actor.userId}
        current={current}
        library={schemeLibrary()}
      />
    </Page>
  );
}
