"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import type { Invite, InvitePage } from "@/lib/api/people";
import type { Role } from "@/lib/domain/roles";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { RadioGroup } from "../ui/choices";
import { ConfirmDialog } from "../ui/dialog";
import { Select } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { LoadMore } from "../ui/load-more";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { EmailField } from "./email-field";
import { roleLabel, roleOptions } from "./roles";
import { SecretDialog } from "./secret-dialog";
import { useConfirmedChange } from "./use-confirmed-change";

/** The invites that are still open, each to be withdrawn. Give it a `key` of where its first page ends. */
export function InviteList({
  first,
  project,
}: {
  first: InvitePage;
  /** The slug of the project they are of; null for those of the whole site. */
  project: string | null;
}) {
  const invites = useCollection({
    of: "invites",
    first,
    idOf: ({ id }: Invite) => id,
    load: async (cursor) => {
      const query = { cursor };
      const answer =
        project === null
          ? await call("GET /invites", { query })
          : await call("GET /projects/{project}/invites", { path: { project }, query });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const withdrawing = useConfirmedChange(
    async (invite: Invite) => {
      const { id } = invite;
      const answer =
        project === null
          ? await call("DELETE /invites/{id}", { path: { id } })
          : await call("DELETE /projects/{project}/invites/{id}", { path: { project, id } });
      if (answer.ok) invites.remove(invite);
      return answer;
    },
    () => "The invite has been withdrawn.",
  );
  if (invites.items?.length === 0) return <p className="text-muted">No invites are open.</p>;
  return (
    <>
      <Table
        label="Open invites"
        columns={[
          "For",
          "As",
          { name: "From", wide: true },
          "Expires",
          { name: "Actions", unseen: true },
        ]}
      >
        {invites.items?.map((invite) => (
          <tr key={invite.id}>
            <Cell className="min-w-44 wrap-anywhere sm:min-w-56">
              {invite.email ?? <span className="text-muted">Whoever has the link</span>}
            </Cell>
            <Cell>
              <Offer invite={invite} withProject={project === null} />
            </Cell>
            <Cell dir="auto" className="hidden sm:table-cell">
              {invite.from ?? <span className="text-muted">Command line</span>}
            </Cell>
            <Cell>
              <TimeAgo at={invite.expires_at} />
            </Cell>
            <Cell className="text-end">
              <RowButton
                label={`Withdraw the invite for ${invite.email ?? "whoever has the link"}`}
                onClick={() => withdrawing.ask(invite)}
              >
                Withdraw
              </RowButton>
            </Cell>
          </tr>
        ))}
      </Table>
      {invites.hasMore && <LoadMore busy={invites.busy} onLoad={invites.loadMore} />}
      <ConfirmDialog {...withdrawing.dialog} title="Withdraw the invite?" confirm="Withdraw" danger>
        Its link will stop working.
      </ConfirmDialog>
    </>
  );
}

function Offer({ invite, withProject }: { invite: Invite; withProject: boolean }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {invite.site_admin && <Badge tone="accent">Site admin</Badge>}
      {invite.project && (
        <span dir="auto">
          {roleLabel(invite.project.role)}
          {withProject && <span className="block text-sm text-muted">{invite.project.title}</span>}
        </span>
      )}
      {!invite.site_admin && !invite.project && <span className="text-muted">An account</span>}
    </span>
  );
}

/** The button that invites into one project, or to the site and into one of several. */
export function NewInvite({
  to,
}: {
  to: string | readonly { readonly slug: string; readonly title: string }[];
}) {
  const [role, setRole] = useState<Role>("reviewer");
  const [target, setTarget] = useState(typeof to === "string" ? to : (to[0]?.slug ?? ""));
  const isIntoProject = ![siteAdmin, accountOnly].includes(target);

  async function send(written: (field: string) => string) {
    const email = written("email").trim() || null;
    const answer =
      typeof to === "string"
        ? await call("POST /projects/{project}/invites", {
            path: { project: to },
            body: { email, role },
          })
        : await call("POST /invites", {
            body: {
              email,
              site_admin: target === siteAdmin,
              project: isIntoProject ? { project: target, role } : null,
            },
          });
    return answer.ok ? { ok: true as const, value: location.origin + answer.value.path } : answer;
  }

  return (
    <SecretDialog
      trigger={
        <Button variant="primary" icon="plus">
          Invite
        </Button>
      }
      asking={{
        title: "Invite somebody",
        description: "You get a link to send. Whoever opens it first comes in by it.",
        button: "Make the link",
      }}
      made={{
        title: "The invite is ready",
        description:
          "Send this link to the person you invite. It works once, for seven days, and is not shown again.",
        label: "Invite link",
      }}
      send={send}
    >
      {(form) => (
        <>
          <FormFailure form={form} fields={["email"]} />
          <EmailField
            label="E-mail address (optional)"
            name="email"
            autoComplete="off"
            hint="Fills in the form for them, and tells you later whose link it is."
            error={form.errorOf("email")}
          />
          {typeof to !== "string" && (
            <Select
              label="To"
              value={target}
              onChange={(event) => setTarget(event.target.value)}
              options={[
                ...to.map(({ slug, title }) => ({ value: slug, label: title })),
                { value: accountOnly, label: "No project yet" },
                { value: siteAdmin, label: "The whole site, as a site admin" },
              ]}
            />
          )}
          {isIntoProject && (
            <RadioGroup
              label="Role"
              name="role"
              value={role}
              // The group only offers the values it was given.
              onValueChange={(value) => setRole(value as Role)}
              options={roleOptions}
            />
          )}
        </>
      )}
    </SecretDialog>
  );
}

// No slug can begin with a hyphen.
const siteAdmin = "-site-admin";
const accountOnly = "-account";
