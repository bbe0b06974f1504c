import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { ImportReport } from "@/components/importing/import-report";
import { inBytes } from "@/components/importing/wording";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { counted } from "@/lib/domain/figures";
import { importOf, itemsOf } from "@/lib/workflow/importing";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "An import" };

export default async function ImportDetailPage({
  params,
}: PageProps<"/projects/[project]/import/[id]">) {
  const actor = await requireActorOrSignIn();
  const { project: ref, id } = await params;
  const project = await orNotFound(projectFor(actor, ref, "import"));
  const run = await orNotFound(importOf(actor, project.id, id));
  const items =
    run.finished_at === null
      ? { items: [], next_cursor: null }
      : await itemsOf(actor, project.id, id, { sort: "trouble", limit: 200 });
  return (
    <Page>
      <PageHeader
        title="Import"
        back={{ href: `/projects/${project.slug}/import`, label: "All imports" }}
        lead={
          <>
            {counted(run.files, "file")}, {inBytes(run.bytes)}, by{" "}
            <bdi>{run.created_by ?? "the command line"}</bdi>, <TimeAgo at={run.created_at} />
          </>
        }
      />
      <ImportReport project={project.slug} initial={run} first={items} />
    </Page>
  );
}
