"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { RadioGroup, Select } from "../ui/field";
import { Notice } from "../ui/state";
import { Cell, HeaderCell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { call } from "./call";
import { EmailField } from "./email-field";
import { type RoleName, roleLabel, roleOptions } from "./roles";

export type Invite = {
  readonly id: string;
  readonly email: string | null;
  readonly site_admin: boolean;
  readonly project: {
    readonly slug: string;
    readonly title: string;
    readonly role: RoleName;
  } | null;
  readonly from: string | null;
  readonly created_at: string;
  readonly expires_at: string;
};

type InvitesPath = "/api/v1/invites" | `/api/v1/projects/${string}/invites`;

/** The invites that are still open, each to be withdrawn. */
export function InviteList({ invites, path }: { invites: readonly Invite[]; path: InvitesPath }) {
  const router = useRouter();
  const [asking, setAsking] = useState<Invite | null>(null);
  const [busy, setBusy] = useState(false);

  async function withdraw(invite: Invite) {
    setBusy(true);
    const answer = await call("DELETE", `${path}/${invite.id}`);
    setBusy(false);
    setAsking(null);
    if (answer.ok) toast.success("The invite has been withdrawn.");
    else toast.error(answer.message);
    router.refresh();
  }

  if (invites.length === 0) return <p className="text-muted">No invites are open.</p>;
  return (
    <>
      <Table label="Open invites">
        <thead>
          <tr>
            <HeaderCell>For</HeaderCell>
            <HeaderCell>As</HeaderCell>
            <HeaderCell className="hidden sm:table-cell">From</HeaderCell>
            <HeaderCell>Expires</HeaderCell>
            <HeaderCell>
              <span className="sr-only">Actions</span>
            </HeaderCell>
          </tr>
        </thead>
        <tbody>
          {invites.map((invite) => (
            <tr key={invite.id}>
              <Cell className="min-w-44 wrap-anywhere sm:min-w-56">
                {invite.email ?? <span className="text-muted">Whoever has the link</span>}
              </Cell>
              <Cell>
                <Offer invite={invite} withProject={path === "/api/v1/invites"} />
              </Cell>
              <Cell dir="auto" className="hidden sm:table-cell">
                {invite.from ?? <span className="text-muted">Command line</span>}
              </Cell>
              <Cell>
                <TimeAgo at={invite.expires_at} />
              </Cell>
              <Cell className="text-end">
                <Button
                  size="small"
                  variant="quiet"
                  className="-my-1"
                  aria-label={`Withdraw the invite for ${invite.email ?? "whoever has the link"}`}
                  onClick={() => setAsking(invite)}
                >
                  Withdraw
                </Button>
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title="Withdraw the invite?"
        confirm="Withdraw"
        danger
        busy={busy}
        onConfirm={() => asking && withdraw(asking)}
      >
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

/** The button that invites into a project, or to the site where `projects` says into which. */
export function NewInvite({
  path,
  projects,
}: {
  path: InvitesPath;
  projects?: readonly { readonly slug: string; readonly title: string }[];
}) {
  const router = useRouter();
  const form = useId();
  const [open, setOpen] = useState(false);
  const [role, setRole] = useState<RoleName>("reviewer");
  const [project, setProject] = useState(projects?.[0]?.slug ?? "");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ message: string; field: string | null } | null>(null);
  const [link, setLink] = useState<string | null>(null);

  function show(now: boolean) {
    setOpen(now);
    if (!now) return;
    setLink(null);
    setTrouble(null);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const email = String(new FormData(event.currentTarget).get("email")).trim() || null;
    const toSite = {
      email,
      site_admin: project === siteAdmin,
      project: [siteAdmin, accountOnly].includes(project) ? null : { project, role },
    };
    setBusy(true);
    setTrouble(null);
    const answer = await call<{ path: string }>("POST", path, projects ? toSite : { email, role });
    setBusy(false);
    if (!answer.ok) {
      setTrouble(answer);
      return;
    }
    setLink(location.origin + answer.value.path);
    router.refresh();
  }

  const asksRole = ![siteAdmin, accountOnly].includes(project);
  return (
    <Dialog
      open={open}
      onOpenChange={show}
      trigger={
        <Button variant="primary" icon="plus">
          Invite
        </Button>
      }
      title={link ? "The invite is ready" : "Invite somebody"}
      description={
        link
          ? "Send this link to the person you invite. It works once, for seven days, and is not shown again."
          : "You get a link to send. Whoever opens it first comes in by it."
      }
      footer={
        link ? (
          // A key of its own: reused for the form's button, it would submit that by the same press.
          <Button key="done" variant="primary" onClick={() => show(false)}>
            Done
          </Button>
        ) : (
          <Button key="make" type="submit" form={form} variant="primary" busy={busy}>
            Make the link
          </Button>
        )
      }
    >
      {link ? (
        <CopyField label="Invite link" value={link} />
      ) : (
        <form id={form} onSubmit={submit} className="space-y-4">
          {trouble && trouble.field !== "email" && <Notice tone="danger">{trouble.message}</Notice>}
          <EmailField
            label="E-mail address (optional)"
            name="email"
            autoComplete="off"
            hint="Fills in the form for them, and tells you later whose link it is."
            error={trouble?.field === "email" ? trouble.message : null}
          />
          {projects && (
            <Select
              label="To"
              value={project}
              onChange={(event) => setProject(event.target.value)}
              options={[
                ...projects.map(({ slug, title }) => ({ value: slug, label: title })),
                { value: accountOnly, label: "No project yet" },
                { value: siteAdmin, label: "The whole site, as a site admin" },
              ]}
            />
          )}
          {asksRole && (
            <RadioGroup
              label="Role"
              name="role"
              value={role}
              // The group only offers the values it was given.
              onValueChange={(value) => setRole(value as RoleName)}
              options={roleOptions.map((option) => ({ ...option }))}
            />
          )}
        </form>
      )}
    </Dialog>
  );
}

// No slug can begin with a hyphen.
const siteAdmin = "-site-admin";
const accountOnly = "-account";
