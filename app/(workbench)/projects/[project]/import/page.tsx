import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ImportForm } from "@/components/importing/import-form";
import { PagesForm } from "@/components/importing/pages-form";
import { RecentImports } from "@/components/importing/recent-imports";
import { Page, PageHeader } from "@/components/ui/page";
import { roleMay } from "@/lib/domain/roles";
import { maxUpload } from "@/lib/web/uploads";
import { importsOf } from "@/lib/workflow/importing";
import {
  archiveExtensions,
  namedFormats,
  readableFormats,
} from "@/lib/workflow/importing/format-names";
import { projectFor } from "@/lib/workflow/projects";
import { schemeOfProject } from "@/lib/workflow/schemes";
import { arePagesAllowed } from "@/lib/workflow/settings";

export const metadata: Metadata = { title: "Import" };

export default async function ImportPage({ params }: PageProps<"/projects/[project]/import">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "import"));
  const [scheme, arePages, recent] = await Promise.all([
    schemeOfProject(project),
    arePagesAllowed(),
    importsOf(actor, project.id, { limit: 20 }),
  ]);
  return (
    <Page>
      <PageHeader title="Import" lead={<bdi>{project.title}</bdi>} />
      <ImportForm
        project={project.slug}
        scheme={scheme}
        formats={readableFormats}
        archives={archiveExtensions}
        unread={namedFormats}
        mayAdd={roleMay(project.role, "manage")}
        maxBytes={maxUpload()}
      />
      <PagesForm project={project.slug} isAllowed={arePages} mayAllow={actor.siteAdmin} />
      <h2 className="mb-3 text-lg font-semibold">Imports so far</h2>
      <RecentImports project={project.slug} initial={recent} />
    </Page>
  );
}
