"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import type { UserChange, UserPage } from "@/lib/api/people";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { IconButton } from "../ui/icon-button";
import { LoadMore } from "../ui/load-more";
import { Menu } from "../ui/menu";
import { MenuItem } from "../ui/menu-items";
import { Cell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { PersonCell } from "./members";
import { useConfirmedChange } from "./use-confirmed-change";

type ListedUser = UserPage["users"][number];
type Asked = { readonly user: ListedUser; readonly change: UserChange };

/** Everybody with an account. Give it a `key` of what it lists: it goes on from the first page. */
export function Users({ first, query, me }: { first: UserPage; query: string; me: string }) {
  const [link, setLink] = useState<{ user: ListedUser; href: string } | null>(null);
  const users = useCollection({
    of: "users",
    first,
    idOf: ({ id }: ListedUser) => id,
    load: async (cursor) => {
      const answer = await call("GET /users", { query: { q: query, cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const change = useConfirmedChange(
    async ({ user, change: body }: Asked) => {
      const answer = await call("PATCH /users/{id}", { path: { id: user.id }, body });
      if (answer.ok) users.update([{ ...user, ...answer.value }]);
      return answer;
    },
    ({ user, change: made }) => told(user.name, made),
  );
  const resetting = useConfirmedChange(
    async (user: ListedUser) => {
      const answer = await call("DELETE /users/{id}/factors", { path: { id: user.id } });
      if (answer.ok) users.update([{ ...user, has_factor: false }]);
      return answer;
    },
    ({ name }) => `${name} has no second factor any more.`,
  );
  const { asked } = change;

  async function makeLink(user: ListedUser) {
    const answer = await call("POST /users/{id}/password-link", {
      path: { id: user.id },
    });
    if (answer.ok) setLink({ user, href: location.origin + answer.value.path });
    else toast.error(answer.message);
  }

  if (users.items?.length === 0) {
    return (
      <EmptyState icon="people" title="Nobody found">
        No name or address has “{query}” in it.
      </EmptyState>
    );
  }
  return (
    <>
      <Table
        label="Users"
        columns={[
          "Name",
          "Projects",
          { name: "Since", wide: true },
          { name: "Actions", unseen: true },
        ]}
      >
        {users.items?.map((user) => (
          <tr key={user.id}>
            <Cell className="min-w-52">
              <PersonCell person={user} isMe={user.id === me} />
              <span className="mt-1 flex flex-wrap gap-1 empty:hidden">
                {user.site_admin && <Badge tone="accent">Site admin</Badge>}
                {user.has_factor && <Badge>Second factor</Badge>}
                {user.factor_required && !user.has_factor && (
                  <Badge tone="warn">Must set up a second factor</Badge>
                )}
              </span>
            </Cell>
            <Cell className="figures">{user.projects}</Cell>
            <Cell className="hidden sm:table-cell">
              <TimeAgo at={user.created_at} />
            </Cell>
            <Cell className="text-end">
              {user.id !== me && (
                <Actions
                  user={user}
                  onChoose={(chosen) => change.ask({ user, change: chosen })}
                  onLink={() => void makeLink(user)}
                  onReset={() => resetting.ask(user)}
                />
              )}
            </Cell>
          </tr>
        ))}
      </Table>
      {users.hasMore && <LoadMore busy={users.busy} onLoad={users.loadMore} />}
      <ConfirmDialog
        {...change.dialog}
        title={asked ? question(asked) : ""}
        confirm={asked ? verb(asked.change) : ""}
        danger={asked?.change.disabled === true}
      >
        {asked && consequence(asked.change)}
      </ConfirmDialog>
      <ConfirmDialog
        {...resetting.dialog}
        title={`Reset the second factors of ${resetting.asked?.name ?? ""}?`}
        confirm="Reset"
        danger
      >
        All of them and the recovery codes go, and every session of theirs ends. Make sure that it
        is they who ask: then the password alone lets them in.
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
  onReset,
}: {
  user: ListedUser;
  onChoose: (change: UserChange) => void;
  onLink: () => void;
  onReset: () => void;
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
      <MenuItem icon="check" onSelect={() => onChoose({ factor_required: !user.factor_required })}>
        {verb({ factor_required: !user.factor_required })}
      </MenuItem>
      {user.has_factor && (
        <MenuItem icon="undo" onSelect={onReset}>
          Reset second factors
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

function verb({ disabled, site_admin, factor_required }: UserChange): string {
  if (disabled !== undefined) return disabled ? "Disable" : "Enable";
  if (factor_required !== undefined) {
    return factor_required ? "Require a second factor" : "Require no second factor";
  }
  return site_admin ? "Make site admin" : "Withdraw site admin";
}

function question({ user, change }: Asked): string {
  const { disabled, site_admin, factor_required } = change;
  if (disabled !== undefined) return `${disabled ? "Disable" : "Enable"} ${user.name}?`;
  if (factor_required !== undefined) {
    return factor_required
      ? `Require a second factor of ${user.name}?`
      : `Require no second factor of ${user.name}?`;
  }
  return site_admin ? `Make ${user.name} a site admin?` : `End that ${user.name} is a site admin?`;
}

function consequence({ disabled, site_admin, factor_required }: UserChange): string {
  if (disabled === true) {
    return "Their sessions end and their API tokens stop working with the next request. What they annotated stays.";
  }
  if (disabled === false) {
    return "They can sign in again, and API tokens that they have not revoked work again.";
  }
  if (factor_required === true) {
    return "If they have none, they are led to set one up before anything else.";
  }
  if (factor_required === false) {
    return "What the site asks of everybody, or of site admins, still holds for them.";
  }
  return site_admin
    ? "Site admins may everything: all projects, all people."
    : "They keep the roles that they have in projects.";
}

function told(name: string, { disabled, site_admin, factor_required }: UserChange): string {
  if (disabled !== undefined) return `${name} has been ${disabled ? "disabled" : "enabled"}.`;
  if (factor_required !== undefined) {
    return factor_required
      ? `${name} must have a second factor now.`
      : `${name} need not have a second factor.`;
  }
  return site_admin ? `${name} is a site admin now.` : `${name} is no longer a site admin.`;
}
