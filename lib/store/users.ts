import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "./database";
import type { Prisma, User as UserModel } from "./generated/client";

const userFields = {
  id: true,
  email: true,
  name: true,
  siteAdmin: true,
  factorRequired: true,
  disabledAt: true,
  createdAt: true,
} satisfies Prisma.UserSelect;

export type UserRow = Prisma.UserGetPayload<{ select: typeof userFields }>;

/** What signing in has to know of a user; the hash leaves the workflow no further. */
export type Credentials = Pick<
  UserModel,
  "id" | "email" | "name" | "passwordHash" | "sessionVersion" | "disabledAt"
>;

const credentialFields = {
  id: true,
  email: true,
  name: true,
  passwordHash: true,
  sessionVersion: true,
  disabledAt: true,
} satisfies Prisma.UserSelect;

export function findCredentials(
  db: Database,
  by: { email: string } | { id: string },
): Promise<Credentials | null> {
  return db.prisma.user.findUnique({ where: by, select: credentialFields });
}

export function findUser(
  tx: Transaction,
  by: { email: string } | { id: string },
): Promise<UserRow | null> {
  return tx.user.findUnique({ where: by, select: userFields });
}

export type NewUser = {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly siteAdmin: boolean;
};

/** Makes a user; null if the address is taken. */
export async function insertUser(tx: Transaction, user: NewUser): Promise<UserRow | null> {
  const rows = await tx.user.createManyAndReturn({
    data: [{ id: uuidv7(), ...user }],
    select: userFields,
    skipDuplicates: true,
  });
  return rows[0] ?? null;
}

/** Where a page of users ended: the address is unique, so it is enough. */
export type UserCursor = { readonly email: string };

/** Users by e-mail address, with how many projects they are in. */
export async function listUsers(
  db: Database,
  { query, after, limit }: { query: string; after: UserCursor | null; limit: number },
): Promise<(UserRow & { projects: number })[]> {
  // Prisma hands the pattern signs of LIKE on as they stand.
  const literal = query.replace(/[\\%_]/g, "\\$&");
  const contains = { contains: literal, mode: "insensitive" } as const;
  const rows = await db.prisma.user.findMany({
    where: {
      ...(after ? { email: { gt: after.email } } : {}),
      ...(query ? { OR: [{ email: contains }, { name: contains }] } : {}),
    },
    select: { ...userFields, _count: { select: { memberships: true } } },
    orderBy: { email: "asc" },
    take: limit,
  });
  return rows.map(({ _count, ...user }) => ({ ...user, projects: _count.memberships }));
}

/**
 * Makes this transaction the only one that decides about site admins until it ends: two that disable
 * each other, or two that both want to be the first, come one after the other.
 */
export async function lockSiteAdmins(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('gainsay site admins', 0))`;
}

/** How many site admins can sign in. */
export function countSiteAdmins(tx: Transaction): Promise<number> {
  return tx.user.count({ where: { siteAdmin: true, disabledAt: null } });
}

/** Of a user all of whose sessions end: no sign-in that has begun already begins one. */
const endSignIns = { sessionVersion: { increment: 1 } } as const;

/** Whether there is anybody who can sign in. */
export async function isAnybodyHere(tx: Transaction): Promise<boolean> {
  const one = await tx.user.findFirst({ where: { disabledAt: null }, select: { id: true } });
  return one !== null;
}

/** Disables a user and ends their sessions; false if they are disabled already. */
export async function disableUserRow(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, disabledAt: null },
    data: { disabledAt: new Date(), ...endSignIns },
  });
  await tx.session.deleteMany({ where: { userId: id } });
  return count === 1;
}

export async function enableUserRow(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, disabledAt: { not: null } },
    data: { disabledAt: null },
  });
  return count === 1;
}

export async function setSiteAdmin(tx: Transaction, id: string, to: boolean): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, siteAdmin: !to },
    data: { siteAdmin: to },
  });
  return count === 1;
}

export async function setFactorRequired(
  tx: Transaction,
  id: string,
  to: boolean,
): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, factorRequired: !to },
    data: { factorRequired: to },
  });
  return count === 1;
}

export async function renameUserRow(tx: Transaction, id: string, name: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { name }, select: { id: true } });
}

/** As it was last set; null if it never was. */
export async function findKeySettings(db: Database, id: string): Promise<unknown> {
  const row = await db.prisma.user.findUnique({ where: { id }, select: { keySettings: true } });
  return row?.keySettings ?? null;
}

export async function setKeySettings(
  db: Database,
  id: string,
  keySettings: Prisma.InputJsonObject,
): Promise<void> {
  await db.prisma.user.update({ where: { id }, data: { keySettings }, select: { id: true } });
}

/** Ends every session of a user. */
export async function endSessionsOf(tx: Transaction, id: string): Promise<void> {
  await tx.user.update({ where: { id }, data: endSignIns, select: { id: true } });
  await tx.session.deleteMany({ where: { userId: id } });
}

/**
 * Puts a new hash in the place of the one that was checked, and ends the user's sessions.
 *
 * @param keep the one that goes on; none if left out
 * @returns the version that new sessions are begun with; null if the password was changed in between
 */
export async function replacePassword(
  tx: Transaction,
  {
    id,
    from,
    to,
    keep,
  }: { id: string; from: string | null; to: string; keep?: string | undefined },
): Promise<number | null> {
  const rows = await tx.user.updateManyAndReturn({
    where: { id, passwordHash: from, disabledAt: null },
    data: { passwordHash: to, ...endSignIns },
    select: { sessionVersion: true },
  });
  const [row] = rows;
  if (!row) return null;
  await tx.session.deleteMany({
    where: { userId: id, ...(keep === undefined ? {} : { id: { not: keep } }) },
  });
  return row.sessionVersion;
}

/** Puts a hash of the same password at today's cost in the place of an old one. */
export async function refreshHash(
  db: Database,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await db.prisma.user.updateMany({
    where: { id, passwordHash: from },
    data: { passwordHash: to },
  });
}
