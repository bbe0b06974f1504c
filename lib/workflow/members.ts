import { z } from "zod";
import { type Actor, userIdOf } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import type { Member, MemberPage } from "@/lib/api/projects";
import { Refusal } from "@/lib/domain/refusal";
import type { Role } from "@/lib/domain/roles";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import {
  changeMemberRole,
  countAdmins,
  deleteMember,
  findMember,
  insertMember,
  listMembers,
  type MemberRow,
} from "@/lib/store/members";
import { findUser } from "@/lib/store/users";
import { KeyText, type PageAsked, pageOf } from "./paging";
import { requireId, requireSiteAdmin } from "./permissions";
import { projectFor } from "./projects";

/**
 * A page of the members of a project, by name. Its admins only: addresses are nobody else's business.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function membersPage(
  actor: Actor,
  projectRef: string,
  asked: PageAsked = {},
): Promise<MemberPage> {
  const project = await projectFor(actor, projectRef, "manage");
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([KeyText, z.uuid()]),
    keyOf: ({ user }: MemberRow): [string, string] => [user.name, user.id],
    load: ({ after, limit }) =>
      listMembers(database(), project.id, {
        after: after && { name: after[0], userId: after[1] },
        limit,
      }),
  });
  const admins = await countAdmins(database(), project.id);
  return { members: rows.map(memberOf), admins, next_cursor };
}

/**
 * Makes somebody with an account a member. Site admins only: it tells who has an account; project
 * admins send an invite.
 *
 * @throws Refusal "forbidden", "not_found", "conflict" if they are a member already
 */
export async function addMember(
  actor: Actor,
  projectRef: string,
  { email, role }: { email: string; role: Role },
): Promise<Member> {
  const { id: projectId } = await projectFor(actor, projectRef, "manage");
  requireSiteAdmin(actor);
  return transaction(database(), async (tx) => {
    const user = await findUser(tx, { email: normaliseEmail(email) });
    if (!user) throw new Refusal("not_found", "Nobody with this e-mail address has an account.");
    if (!(await insertMember(tx, { projectId, userId: user.id, role }))) {
      throw new Refusal("conflict", "This person is a member of the project already.");
    }
    await recordEvent(tx, {
      action: "member.added",
      userId: userIdOf(actor),
      projectId,
      subject: user.id,
      details: { role },
    });
    return memberOf(theMember(await findMember(tx, { projectId, userId: user.id })));
  });
}

/**
 * Gives a member another role. A project may be left without admins: a site admin can always repair
 * that, and the page warns.
 *
 * @throws Refusal "forbidden", "not_found", "conflict" if the role was changed at the same time
 */
export async function changeRole(
  actor: Actor,
  projectRef: string,
  { userId, role }: { userId: string; role: Role },
): Promise<Member> {
  const { id: projectId } = await projectFor(actor, projectRef, "manage");
  requireId(userId, noMember);
  return transaction(database(), async (tx) => {
    const { role: from } = theMember(await findMember(tx, { projectId, userId }));
    if (from !== role) {
      if (!(await changeMemberRole(tx, { projectId, userId, from, to: role }))) {
        throw new Refusal("conflict", "Somebody else has just changed this member.");
      }
      await recordEvent(tx, {
        action: "member.role_changed",
        userId: userIdOf(actor),
        projectId,
        subject: userId,
        details: { from, to: role },
      });
    }
    return memberOf(theMember(await findMember(tx, { projectId, userId })));
  });
}

/**
 * Ends a membership; the person's annotations stay.
 *
 * @throws Refusal "forbidden", "not_found"
 */
export async function removeMember(
  actor: Actor,
  projectRef: string,
  userId: string,
): Promise<void> {
  const { id: projectId } = await projectFor(actor, projectRef, "manage");
  requireId(userId, noMember);
  await transaction(database(), async (tx) => {
    if (!(await deleteMember(tx, { projectId, userId }))) theMember(null);
    await recordEvent(tx, {
      action: "member.removed",
      userId: userIdOf(actor),
      projectId,
      subject: userId,
    });
  });
}

const noMember = "There is no such member of this project.";

function theMember(member: MemberRow | null): MemberRow {
  if (!member) throw new Refusal("not_found", noMember);
  return member;
}

function memberOf({ role, createdAt, user }: MemberRow): Member {
  const { id, email, name, disabledAt } = user;
  return {
    user: { id, email, name, disabled_at: disabledAt?.toISOString() ?? null },
    role,
    since: createdAt.toISOString(),
  };
}
