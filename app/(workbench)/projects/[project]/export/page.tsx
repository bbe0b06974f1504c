import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { onlyFirst } from "@/app/search-params";
import { requireActorOrSignIn } from "@/app/session";
import { ExportForm, type Narrowing } from "@/components/exporting/export-form";
import { Page, PageHeader } from "@/components/ui/page";
import { type ArticleFilterQuery, readFilters } from "@/lib/api/articles";
import { roleMay } from "@/lib/domain/roles";
import { reviewerName } from "@/lib/workflow/dashboard";
import { exportChoices, previewExport } from "@/lib/workflow/exporting";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Export" };

export default async function ExportPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/export">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "export"));
  const address = onlyFirst(asked);
  const articles = readFilters(address);
  const annotator = /^a\d{1,9}(?:,a\d{1,9})*$/.exec(address.get("annotator") ?? "")?.[0];
  const preview = await previewExport(actor, project.id, { articles, annotator });
  const { reviewer } = articles;
  const whose =
    reviewer === undefined || reviewer === "anyone" || !roleMay(project.role, "see_all_sets")
      ? null
      : ((await reviewerName(actor, project.id, reviewer)) ?? "somebody unknown");
  return (
    <Page>
      <PageHeader title="Export" lead={<bdi>{project.title}</bdi>} />
      <ExportForm
        project={project.slug}
        preview={preview}
        formats={exportChoices}
        narrowing={narrowingOf(articles, annotator)}
        whose={whose}
      />
    </Page>
  );
}

/** What the address narrows the dataset to. */
function narrowingOf(articles: ArticleFilterQuery, annotator: string | undefined): Narrowing {
  const { round, ...texts } = articles;
  const said = { ...texts, round: round === undefined ? undefined : String(round), annotator };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
