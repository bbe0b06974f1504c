import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { DifferenceList } from "@/components/scheme/differences";
import { ExportScheme } from "@/components/scheme/file-buttons";
import { SchemeView } from "@/components/scheme/scheme-view";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { schemeDifferences } from "@/lib/domain/scheme-differences";
import { schemeVersion } from "@/lib/workflow/changing-schemes";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Version of the scheme" };

export default async function SchemeVersionPage({
  params,
}: PageProps<"/projects/[project]/scheme/versions/[version]">) {
  const actor = await requireActorOrSignIn();
  const { project: ref, version } = await params;
  const project = await orNotFound(projectFor(actor, ref, "read"));
  const shown = await orNotFound(schemeVersion(actor, project.slug, version));
  const earlier =
    shown.base === null ? null : await schemeVersion(actor, project.slug, String(shown.base));
  return (
    <Page wide>
      <PageHeader
        title={`Version ${shown.version} of the scheme`}
        back={{ href: `/projects/${project.slug}/scheme`, label: "Scheme" }}
        lead={
          <>
            <bdi>{shown.created_by ?? "Gainsay"}</bdi>, <TimeAgo at={shown.created_at} />
            {shown.note !== "" && (
              <span className="block">
                <bdi>{shown.note}</bdi>
              </span>
            )}
          </>
        }
        actions={
          <ExportScheme
            title={`${project.title}, version ${shown.version}`}
            name={`${project.slug}-${shown.version}`}
            scheme={shown.scheme}
          />
        }
      />
      {earlier && (
        <Section title={`Beside version ${earlier.version}`}>
          <DifferenceList
            differences={schemeDifferences(earlier.scheme, shown.scheme, shown.mapping)}
          />
        </Section>
      )}
      <SchemeView scheme={shown.scheme} />
    </Page>
  );
}
