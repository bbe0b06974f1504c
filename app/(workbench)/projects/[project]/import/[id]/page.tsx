import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ImportOutcome } from "@/components/importing/outcome";
import { counted, inBytes } from "@/components/importing/shapes";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { importItemView, importView } from "@/lib/web/views/importing";
import { importOf, itemsOf, progressOf } from "@/lib/workflow/importing";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "An import" };

export default async function ImportDetailPage({
  params,
}: PageProps<"/projects/[project]/import/[id]">) {
  const actor = await requireActorOrSignIn();
  const { project: ref, id } = await params;
  const project = await orNotFound(projectFor(actor, ref, "import"));
  const row = await orNotFound(importOf(actor, project.id, id));
  const over = row.finishedAt !== null;
  const items = over
    ? await itemsOf(actor, project.id, id, { outcome: null, cursor: null, limit: 200 })
    : { rows: [], next: null };
  return (
    <Page>
      <PageHeader
        title="Import"
        back={{ href: `/projects/${project.slug}/import`, label: "All imports" }}
        lead={
          <>
            {counted(row.files, "file")}, {inBytes(row.bytes)}, by{" "}
            <bdi>{row.createdByName ?? "the command line"}</bdi>,{" "}
            <TimeAgo at={row.createdAt.toISOString()} />
          </>
        }
      />
      <ImportOutcome
        project={project.slug}
        initial={importView(row, progressOf(row))}
        first={{ items: items.rows.map(importItemView), next_cursor: items.next }}
      />
    </Page>
  );
}
