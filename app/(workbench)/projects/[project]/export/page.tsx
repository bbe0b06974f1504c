import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ExportForm } from "@/components/exporting/export-form";
import { Page, PageHeader } from "@/components/ui/page";
import { exportChoices, previewExport } from "@/lib/workflow/exporting";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Export" };

export default async function ExportPage({ params }: PageProps<"/projects/[project]/export">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "export"));
  const preview = await previewExport(actor, project.id);
  return (
    <Page>
      <PageHeader title="Export" lead={<bdi>{project.title}</bdi>} />
      <ExportForm project={project.slug} preview={preview} formats={exportChoices} />
    </Page>
  );
}
