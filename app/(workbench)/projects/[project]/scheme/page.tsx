import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ExportScheme } from "@/components/scheme/file-buttons";
import { SchemeView } from "@/components/scheme/scheme-view";
import { SchemeVersions } from "@/components/scheme/versions";
import { ButtonLink } from "@/components/ui/button";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { roleMay } from "@/lib/domain/roles";
import { schemeVersion, schemeVersionsPage } from "@/lib/workflow/changing-schemes";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Scheme" };

export default async function SchemePage({ params }: PageProps<"/projects/[project]/scheme">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "read"));
  const [shown, versions] = await Promise.all([
    schemeVersion(actor, project.slug, String(project.scheme_version)),
    schemeVersionsPage(actor, project.slug, { limit: 20 }),
  ]);
  const mayManage = roleMay(project.role, "manage");
  return (
    <Page wide>
      <PageHeader
        title="Scheme"
        lead={
          <>
            <bdi>{project.title}</bdi> · Version {shown.version} · <TimeAgo at={shown.created_at} />
          </>
        }
        actions={
          <>
            <ExportScheme title={project.title} name={project.slug} scheme={shown.scheme} />
            {mayManage && (
              <ButtonLink size="small" href={`/projects/${project.slug}/scheme/edit`}>
                Edit
              </ButtonLink>
            )}
          </>
        }
      />
      <SchemeView scheme={shown.scheme} />
      <h2 className="mt-12 mb-3 text-lg font-semibold">Versions</h2>
      <SchemeVersions
        key={`${shown.version} ${versions.next_cursor}`}
        project={project.slug}
        first={versions}
        mayManage={mayManage}
      />
    </Page>
  );
}
