"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { Select } from "../ui/field";
import { Notice } from "../ui/state";
import { Cell, HeaderCell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { call } from "./call";
import { aRole, type RoleName, roleOptions } from "./roles";

export type Member = {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly disabled_at: string | null;
  };
  readonly role: RoleName;
  readonly since: string;
};

/** What is about to be done to a member, and asked about first. */
type Asking = { readonly member: Member; readonly to: RoleName | null };

/** The members of a project, whose roles can be changed. */
export function Members({
  slug,
  members,
  me,
}: {
  slug: string;
  members: readonly Member[];
  /** The id of who looks. */
  me: string;
}) {
  const router = useRouter();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [busy, setBusy] = useState(false);
  const admins = members.filter(({ role, user }) => role === "admin" && !user.disabled_at);

  const isLastAdmin = (member: Member) => admins.length === 1 && admins[0] === member;
  const isMe = (member: Member) => member.user.id === me;

  async function change({ member, to }: Asking) {
    setBusy(true);
    const path = `/api/v1/projects/${slug}/members/${member.user.id}` as const;
    const answer = to ? await call("PATCH", path, { role: to }) : await call("DELETE", path);
    setBusy(false);
    setAsking(null);
    if (!answer.ok) toast.error(answer.message);
    else if (to) toast.success(`${member.user.name} is now ${aRole(to)}.`);
    else toast.success(`${member.user.name} has been removed.`);
    if (answer.ok && isMe(member) && to !== "admin") router.push("/projects");
    router.refresh();
  }

  function choose(member: Member, to: RoleName) {
    if (isMe(member) || isLastAdmin(member)) setAsking({ member, to });
    else void change({ member, to });
  }

  return (
    <>
      {admins.length === 0 && (
        <div className="mb-4">
          <Notice tone="warn">
            This project has no admin of its own. Only site admins can import and manage members.
          </Notice>
        </div>
      )}
      <Table label="Members">
        <thead>
          <tr>
            <HeaderCell>Name</HeaderCell>
            <HeaderCell>Role</HeaderCell>
            <HeaderCell className="hidden sm:table-cell">Since</HeaderCell>
            <HeaderCell>
              <span className="sr-only">Actions</span>
            </HeaderCell>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.user.id}>
              <Cell className="min-w-48">
                <PersonCell person={member.user} isMe={isMe(member)} />
              </Cell>
              <Cell className="min-w-36">
                <Select
                  label={`Role of ${member.user.name}`}
                  hideLabel
                  value={member.role}
                  disabled={busy}
                  // The options are the roles.
                  onChange={(event) => choose(member, event.target.value as RoleName)}
                  options={roleOptions.map(({ value, label }) => ({ value, label }))}
                />
              </Cell>
              <Cell className="hidden sm:table-cell">
                <TimeAgo at={member.since} />
              </Cell>
              <Cell className="text-end">
                <Button
                  size="small"
                  variant="quiet"
                  className="-my-1"
                  aria-label={`Remove ${member.user.name}`}
                  onClick={() => setAsking({ member, to: null })}
                >
                  Remove
                </Button>
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title={asking ? question(asking, isMe(asking.member)) : ""}
        confirm={asking?.to ? "Change the role" : "Remove"}
        danger
        busy={busy}
        onConfirm={() => asking && change(asking)}
      >
        {asking && (
          <>
            {!asking.to && <p>What they annotated stays. They lose access at once.</p>}
            {asking.to && isMe(asking.member) && <p>You will no longer see this page.</p>}
            {isLastAdmin(asking.member) && asking.to !== "admin" && (
              <p className="mt-2">
                This is the project’s last admin: after that only a site admin can import, export
                for others, or manage members.
              </p>
            )}
          </>
        )}
      </ConfirmDialog>
    </>
  );
}

function question({ member, to }: Asking, isMe: boolean): string {
  const who = isMe ? "yourself" : member.user.name;
  return to ? `Make ${who} ${aRole(to)}?` : `Remove ${who}?`;
}

/** A name over an address, with what is special about the person. */
export function PersonCell({
  person,
  isMe,
}: {
  person: { readonly name: string; readonly email: string; readonly disabled_at: string | null };
  isMe: boolean;
}) {
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span dir="auto" className="font-medium wrap-anywhere">
          {person.name}
        </span>
        {isMe && <Badge>You</Badge>}
        {person.disabled_at && <Badge tone="danger">Disabled</Badge>}
      </span>
      <span className="block text-sm text-muted wrap-anywhere">{person.email}</span>
    </>
  );
}
