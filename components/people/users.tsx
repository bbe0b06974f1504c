"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Badge } from "../ui/badge";
import { Button, IconButton } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { LoadMore } from "../ui/load-more";
import { Menu, MenuItem } from "../ui/menu";
import { EmptyState } from "../ui/state";
import { Cell, HeaderCell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { call } from "./call";
import { PersonCell } from "./members";

export type User = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly site_admin: boolean;
  readonly disabled_at: string | null;
  readonly created_at: string;
  readonly projects: number;
};

export type UsersPage = { readonly users: readonly User[]; readonly next_cursor: string | null };

type Change = { readonly disabled?: boolean; readonly site_admin?: boolean };
type Asking = { readonly user: User; readonly change: Change };

/** Everybody with an account. Give it a `key` of what it lists: it goes on from the first page. */
export function Users({ first, query, me }: { first: UsersPage; query: string; me: string }) {
  const router = useRouter();
  const [more, setMore] = useState<UsersPage[]>([]);
  const [loading, setLoading] = useState(false);
  const [stuck, setStuck] = useState(false);
  const [changed, setChanged] = useState<ReadonlyMap<string, User>>(new Map());
  const [asking, setAsking] = useState<Asking | null>(null);
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState<{ user: User; href: string } | null>(null);

  const pages = [first, ...more];
  const users = pages.flatMap((page) => page.users.map((user) => changed.get(user.id) ?? user));
  const cursor = pages.at(-1)?.next_cursor ?? null;

  async function load() {
    if (!cursor) return;
    setLoading(true);
    const search = new URLSearchParams({ q: query, cursor });
    const answer = await call<UsersPage>("GET", `/api/v1/users?${search}`);
    setLoading(false);
    setStuck(!answer.ok);
    if (answer.ok) setMore([...more, answer.value]);
    else toast.error(answer.message);
  }

  async function apply({ user, change }: Asking) {
    setBusy(true);
    const answer = await call<User>("PATCH", `/api/v1/users/${user.id}`, change);
    setBusy(false);
    setAsking(null);
    if (answer.ok) {
      setChanged(new Map(changed).set(user.id, { ...user, ...answer.value }));
      toast.success(told(user.name, change));
      router.refresh();
    } else {
      toast.error(answer.message);
    }
  }

  async function makeLink(user: User) {
    const answer = await call<{ path: string }>("POST", `/api/v1/users/${user.id}/password-link`);
    if (answer.ok) setLink({ user, href: location.origin + answer.value.path });
    else toast.error(answer.message);
  }

  if (users.length === 0) {
    return (
      <EmptyState icon="people" title="Nobody found">
        No name or address has “{query}” in it.
      </EmptyState>
    );
  }
  return (
    <>
      <Table label="Users">
        <thead>
          <tr>
            <HeaderCell>Name</HeaderCell>
            <HeaderCell>Projects</HeaderCell>
            <HeaderCell className="hidden sm:table-cell">Since</HeaderCell>
            <HeaderCell>
              <span className="sr-only">Actions</span>
            </HeaderCell>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <Cell className="min-w-52">
                <PersonCell person={user} isMe={user.id === me} />
                {user.site_admin && (
                  <span className="mt-1 block">
                    <Badge tone="accent">Site admin</Badge>
                  </span>
                )}
              </Cell>
              <Cell className="figures">{user.projects}</Cell>
              <Cell className="hidden sm:table-cell">
                <TimeAgo at={user.created_at} />
              </Cell>
              <Cell className="text-end">
                {user.id !== me && (
                  <Actions
                    user={user}
                    onChoose={(change) => setAsking({ user, change })}
                    onLink={() => void makeLink(user)}
                  />
                )}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {cursor && !stuck && <LoadMore busy={loading} onLoad={load} />}
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title={asking ? question(asking) : ""}
        confirm={asking ? verb(asking.change) : ""}
        danger={asking?.change.disabled === true}
        busy={busy}
        onConfirm={() => asking && apply(asking)}
      >
        {asking && consequence(asking.change)}
      </ConfirmDialog>
      <Dialog
        open={link !== null}
        onOpenChange={(open) => !open && setLink(null)}
        title="Password link"
        description={`By this link ${link?.user.name ?? ""} can choose a new password, once, within a day. It is not shown again.`}
        footer={
          <Button variant="primary" onClick={() => setLink(null)}>
            Done
          </Button>
        }
      >
        <CopyField label="Link" value={link?.href ?? ""} />
      </Dialog>
    </>
  );
}

function Actions({
  user,
  onChoose,
  onLink,
}: {
  user: User;
  onChoose: (change: Change) => void;
  onLink: () => void;
}) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          icon="more"
          label={`Actions for ${user.name}`}
          variant="quiet"
          size="small"
          className="-my-1"
        />
      }
    >
      <MenuItem icon="user" onSelect={() => onChoose({ site_admin: !user.site_admin })}>
        {verb({ site_admin: !user.site_admin })}
      </MenuItem>
      {!user.disabled_at && (
        <MenuItem icon="link" onSelect={onLink}>
          Make a password link
        </MenuItem>
      )}
      {user.disabled_at ? (
        <MenuItem icon="check" onSelect={() => onChoose({ disabled: false })}>
          {verb({ disabled: false })}
        </MenuItem>
      ) : (
        <MenuItem icon="close" danger onSelect={() => onChoose({ disabled: true })}>
          {verb({ disabled: true })}
        </MenuItem>
      )}
    </Menu>
  );
}

function verb({ disabled, site_admin }: Change): string {
  if (disabled !== undefined) return disabled ? "Disable" : "Enable";
  return site_admin ? "Make site admin" : "Withdraw site admin";
}

function question({ user, change }: Asking): string {
  const { disabled, site_admin } = change;
  if (disabled !== undefined) return `${disabled ? "Disable" : "Enable"} ${user.name}?`;
  return site_admin ? `Make ${user.name} a site admin?` : `End that ${user.name} is a site admin?`;
}

function consequence({ disabled, site_admin }: Change): string {
  if (disabled === true) {
    return "Their sessions end and their API tokens stop working with the next request. What they annotated stays.";
  }
  if (disabled === false) {
    return "They can sign in again, and API tokens that they have not revoked work again.";
  }
  return site_admin
    ? "Site admins may everything: all projects, all people."
    : "They keep the roles that they have in projects.";
}

function told(name: string, { disabled, site_admin }: Change): string {
  if (disabled !== undefined) return `${name} has been ${disabled ? "disabled" : "enabled"}.`;
  return site_admin ? `${name} is a site admin now.` : `${name} is no longer a site admin.`;
}
