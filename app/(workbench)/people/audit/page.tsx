import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { AuditFilters, auditFilterIn } from "@/components/people/audit-filters";
import { AuditTrail } from "@/components/people/audit-trail";
import { Page, PageHeader } from "@/components/ui/page";
import { AUDIT_DAYS, auditKinds } from "@/lib/domain/audit";
import { auditActors, auditPage } from "@/lib/workflow/audit";

export const metadata: Metadata = { title: "Audit trail" };

export default async function AuditTrailPage({ searchParams }: PageProps<"/people/audit">) {
  const actor = await requireActorOrSignIn();
  const filter = auditFilterIn(await searchParams);
  const first = await orNotFound(auditPage(actor, null, filter));
  const actors = await auditActors(actor, null);
  return (
    <Page>
      <PageHeader
        title="Audit trail"
        lead={`Who came in, what was changed and what was refused. Sign-ins and refusals are kept for ${AUDIT_DAYS} days.`}
        back={{ href: "/people", label: "People" }}
      />
      <AuditFilters
        action="/people/audit"
        project={null}
        filter={filter}
        kinds={auditKinds}
        actors={actors}
      />
      <AuditTrail key={JSON.stringify(filter)} first={first} project={null} filter={filter} />
    </Page>
  );
}
