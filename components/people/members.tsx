"use client";

import { useRouter } from "next/navigation";
import { call } from "@/lib/api/client";
import type { Member, MemberPage } from "@/lib/api/projects";
import type { Role } from "@/lib/domain/roles";
import { Badge } from "../ui/badge";
import { ConfirmDialog } from "../ui/dialog";
import { Select } from "../ui/field";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { aRole, roleOptions } from "./roles";
import { useConfirmedChange } from "./use-confirmed-change";
import { WrittenEmail } from "./written-email";

/** Another role for a member, or none any more. */
type RoleChange = { readonly member: Member; readonly to: Role | null };

/**
 * The members of a project, whose roles can be changed. Give it a `key` of where its first page ends:
 * it goes on from there.
 */
export function Members({
  slug,
  first,
  me,
}: {
  slug: string;
  first: MemberPage;
  /** The id of who looks. */
  me: string;
}) {
  const router = useRouter();
  const members = useCollection({
    of: "members",
    first,
    idOf: ({ user }: Member) => user.id,
    load: async (cursor) => {
      const path = { project: slug };
      const answer = await call("GET /projects/{project}/members", { path, query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const isLastAdmin = ({ role, user }: Member) =>
    first.admins === 1 && role === "admin" && !user.disabled_at;
  const isMe = (member: Member) => member.user.id === me;

  const change = useConfirmedChange(
    async ({ member, to }: RoleChange) => {
      const path = { project: slug, id: member.user.id };
      const answer = to
        ? await call("PATCH /projects/{project}/members/{id}", { path, body: { role: to } })
        : await call("DELETE /projects/{project}/members/{id}", { path });
      if (!answer.ok) return answer;
      if (answer.value) members.update([answer.value]);
      else members.remove(member);
      if (isMe(member) && to !== "admin") router.push("/projects");
      return answer;
    },
    ({ member, to }) =>
      to ? `${member.user.name} is now ${aRole(to)}.` : `${member.user.name} has been removed.`,
  );
  const { asked } = change;

  function choose(member: Member, to: Role) {
    if (isMe(member) || isLastAdmin(member)) change.ask({ member, to });
    else change.make({ member, to });
  }

  return (
    <>
      {first.admins === 0 && (
        <div className="mb-4">
          <Notice tone="warn">
            This project has no admin of its own. Only site admins can import and manage members.
          </Notice>
        </div>
      )}
      <Table
        label="Members"
        columns={["Name", "Role", { name: "Since", wide: true }, { name: "Actions", unseen: true }]}
      >
        {members.items?.map((member) => (
          <tr key={member.user.id}>
            <Cell className="min-w-32 sm:min-w-48">
              <PersonCell person={member.user} isMe={isMe(member)} />
            </Cell>
            <Cell className="min-w-32 sm:min-w-36">
              <Select
                label={`Role of ${member.user.name}`}
                hideLabel
                value={member.role}
                disabled={change.busy}
                // The options are the roles.
                onChange={(event) => choose(member, event.target.value as Role)}
                options={roleOptions.map(({ value, label }) => ({ value, label }))}
              />
            </Cell>
            <Cell className="hidden sm:table-cell">
              <TimeAgo at={member.since} />
            </Cell>
            <Cell className="text-end">
              <RowButton
                label={`Remove ${member.user.name}`}
                onClick={() => change.ask({ member, to: null })}
              >
                Remove
              </RowButton>
            </Cell>
          </tr>
        ))}
      </Table>
      {members.hasMore && <LoadMore busy={members.busy} onLoad={members.loadMore} />}
      <ConfirmDialog
        {...change.dialog}
        title={asked ? question(asked, isMe(asked.member)) : ""}
        confirm={asked?.to ? "Change the role" : "Remove"}
        danger
      >
        {asked && (
          <>
            {!asked.to && <p>What they annotated stays. They lose access at once.</p>}
            {asked.to && isMe(asked.member) && <p>You will no longer see this page.</p>}
            {isLastAdmin(asked.member) && asked.to !== "admin" && (
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

function question({ member, to }: RoleChange, isMe: boolean): string {
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
      <span className="block text-sm text-muted wrap-anywhere">
        <WrittenEmail email={person.email} />
      </span>
    </>
  );
}
