import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ImportForm } from "@/components/importing/import-form";
import { RecentImports } from "@/components/importing/recent-imports";
import { Page, PageHeader } from "@/components/ui/page";
import { maxUpload } from "@/lib/web/uploads";
import { importView } from "@/lib/web/views/importing";
import { importsOf, progressOf } from "@/lib/workflow/importing";
import { readableFormats } from "@/lib/workflow/importing/format-names";
import { schemeFor } from "@/lib/workflow/importing/scheme";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Import" };

export default async function ImportPage({ params }: PageProps<"/projects/[project]/import">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "import"));
  const [{ scheme }, recent] = await Promise.all([
    schemeFor(project),
    importsOf(actor, project.id, { cursor: null, limit: 20 }),
  ]);
  const initial = {
    imports: recent.rows.map((row) => importView(row, progressOf(row))),
    next_cursor: recent.next,
  };
  return (
    <Page>
      <PageHeader title="Import" lead={<bdi>{project.title}</bdi>} />
      <ImportForm
        project={project.slug}
        scheme={scheme}
        formats={readableFormats}
        maxBytes={maxUpload()}
      />
      <h2 className="mb-3 text-lg font-semibold">Imports so far</h2>
      <RecentImports project={project.slug} initial={initial} />
    </Page>
  );
}
