import type { Database, Sql, Transaction } from "./database";
import type { Prisma, Role } from "./generated/client";

const memberFields = {
  role: true,
  createdAt: true,
  user: { select: { id: true, email: true, name: true, disabledAt: true } },
} satisfies Prisma.MemberSelect;

export type MemberRow = Prisma.MemberGetPayload<{ select: typeof memberFields }>;

/** The members of a project, by name: those after a place, or the first. */
export function listMembers(
  db: Database,
  projectId: string,
  { after, limit }: { after: { name: string; userId: string } | null; limit: number },
): Promise<MemberRow[]> {
  const later = after && [
    { user: { name: { gt: after.name } } },
    { user: { name: after.name }, userId: { gt: after.userId } },
  ];
  return db.prisma.member.findMany({
    where: { projectId, ...(later ? { OR: later } : {}) },
    select: memberFields,
    orderBy: [{ user: { name: "asc" } }, { userId: "asc" }],
    take: limit,
  });
}

/** Those members of a project who see everybody's work and can sign in. */
export async function membersWhoSeeAll(
  sql: Sql,
  projectId: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
     WHERE m.project_id = $1 AND m.role IN ('admin', 'curator') ORDER BY u.id`,
    [projectId],
  );
  return rows;
}

/** How many admins a project has who can sign in. */
export function countAdmins(db: Database, projectId: string): Promise<number> {
  return db.prisma.member.count({
    where: { projectId, role: "admin", user: { disabledAt: null } },
  });
}

export type Membership = { readonly projectId: string; readonly userId: string };

export function findMember(tx: Transaction, membership: Membership): Promise<MemberRow | null> {
  return tx.member.findUnique({
    where: { projectId_userId: membership },
    select: memberFields,
  });
}

/** Makes a user a member; false if they are one already. */
export async function insertMember(
  tx: Transaction,
  member: Membership & { readonly role: Role },
): Promise<boolean> {
  const { count } = await tx.member.createMany({ data: [member], skipDuplicates: true });
  return count === 1;
}

/** Gives a member another role, if it is still the one it is changed from. */
export async function changeMemberRole(
  tx: Transaction,
  { from, to, ...membership }: Membership & { readonly from: Role; readonly to: Role },
): Promise<boolean> {
  const { count } = await tx.member.updateMany({
    where: { ...membership, role: from },
    data: { role: to },
  });
  return count === 1;
}

export async function deleteMember(tx: Transaction, membership: Membership): Promise<boolean> {
  const { count } = await tx.member.deleteMany({ where: membership });
  return count === 1;
}
