import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { AuditFilters, auditFilterIn } from "@/components/people/audit-filters";
import { AuditTrail } from "@/components/people/audit-trail";
import { Page, PageHeader } from "@/components/ui/page";
import { projectAuditKinds } from "@/lib/domain/audit";
import { auditActors, auditPage } from "@/lib/workflow/audit";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Audit trail" };

export default async function ProjectAuditPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/audit">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref }, query] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "manage"));
  const filter = auditFilterIn(query);
  const [first, actors] = await Promise.all([
    orNotFound(auditPage(actor, project.id, filter)),
    auditActors(actor, project.id),
  ]);
  return (
    <Page>
      <PageHeader
        title="Audit trail"
        lead={
          <>
            Who did what in <bdi>{project.title}</bdi>.
          </>
        }
        back={{ href: `/projects/${project.slug}/members`, label: "Members" }}
      />
      <AuditFilters
        action={`/projects/${project.slug}/audit`}
        project={project.slug}
        filter={filter}
        kinds={projectAuditKinds}
        actors={actors}
      />
      <AuditTrail
        key={JSON.stringify(filter)}
        first={first}
        project={project.slug}
        filter={filter}
      />
    </Page>
  );
}
