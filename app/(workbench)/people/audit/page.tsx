import type { Metadata } from "next";
import Form from "next/form";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { AuditTrail } from "@/components/people/audit-trail";
import { kindOptions } from "@/components/people/audit-wording";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Page, PageHeader } from "@/components/ui/page";
import { AUDIT_DAYS, auditKinds } from "@/lib/domain/audit";
import { auditPage } from "@/lib/workflow/audit";

export const metadata: Metadata = { title: "Audit trail" };

export default async function AuditTrailPage({ searchParams }: PageProps<"/people/audit">) {
  const actor = await requireActorOrSignIn();
  const asked = (await searchParams).kind;
  const kind = auditKinds.find((one) => one === asked);
  const first = await orNotFound(auditPage(actor, { kind }));
  return (
    <Page>
      <PageHeader
        title="Audit trail"
        lead={`Who came in, what was changed and what was refused. Sign-ins and refusals are kept for ${AUDIT_DAYS} days.`}
        back={{ href: "/people", label: "People" }}
      />
      <Form action="/people/audit" className="mb-4 flex items-end gap-2">
        <Select
          key={kind}
          label="About"
          name="kind"
          defaultValue={kind ?? ""}
          options={kindOptions}
          className="w-64 max-w-full"
        />
        <Button type="submit" icon="search">
          Show
        </Button>
      </Form>
      <AuditTrail key={kind} first={first} kind={kind} />
    </Page>
  );
}
