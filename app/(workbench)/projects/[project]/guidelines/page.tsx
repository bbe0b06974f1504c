import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { NoteReading } from "@/components/guidelines/note-reading";
import { GuidelineReading } from "@/components/guidelines/reading";
import { GuidelineVersions } from "@/components/guidelines/versions";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { roleMay } from "@/lib/domain/roles";
import { guidelineVersionsPage, openGuidelines } from "@/lib/workflow/guidelines";

export const metadata: Metadata = { title: "Guidelines" };

export default async function GuidelinesPage({
  params,
}: PageProps<"/projects/[project]/guidelines">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const { project, scheme, shown, earlier } = await orNotFound(openGuidelines(actor, ref));
  const mayWrite = roleMay(project.role, "write_guidelines");
  const edit = `/projects/${project.slug}/guidelines/edit`;
  if (!shown) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="No guidelines yet"
          action={
            mayWrite && (
              <ButtonLink href={edit} variant="primary">
                Write guidelines
              </ButtonLink>
            )
          }
        >
          They say what each label means, with examples, and stand beside the text while somebody
          annotates.
          {!mayWrite && " Admins and curators of this project can write them."}
        </EmptyState>
      </Page>
    );
  }
  const versions = await guidelineVersionsPage(actor, project.slug, { limit: 20 });
  return (
    <Page wide>
      <PageHeader
        title="Guidelines"
        lead={
          <>
            <bdi>{project.title}</bdi> · Version {shown.version} · <TimeAgo at={shown.created_at} />
          </>
        }
        actions={mayWrite && <ButtonLink href={edit}>Edit</ButtonLink>}
      />
      <GuidelineReading
        shown={shown}
        earlier={earlier}
        scheme={scheme}
        since={(what) => (
          <>
            Changed since you last read version {earlier?.version}: {what}
          </>
        )}
      />
      <h2 className="mt-12 mb-3 text-lg font-semibold">Versions</h2>
      <GuidelineVersions
        key={`${shown.version} ${versions.next_cursor}`}
        project={project.slug}
        first={versions}
      />
      <NoteReading project={project.slug} version={shown.version} />
    </Page>
  );
}
