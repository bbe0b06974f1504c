import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "./database";

/** A person's account at a provider, as the provider names it. */
export type Subject = { readonly provider: string; readonly subject: string };

const ownerFields = { id: true, sessionVersion: true, disabledAt: true } as const;

/** Whom a provider's account belongs to here. */
export async function findIdentityOwner(tx: Transaction, subject: Subject) {
  const identity = await tx.identity.findUnique({
    where: { provider_subject: subject },
    select: { user: { select: ownerFields } },
  });
  return identity?.user ?? null;
}

/**
 * The user a provider's confirmed e-mail address may stand for: one without a password and without
 * another account at that provider. See docs/decisions/0004-people.md.
 */
export function findClaimable(tx: Transaction, email: string, provider: string) {
  return tx.user.findFirst({
    where: {
      email,
      passwordHash: null,
      disabledAt: null,
      identities: { none: { provider } },
    },
    select: ownerFields,
  });
}

/** Gives a user a provider's account; false if it belongs to somebody already. */
export async function insertIdentity(
  tx: Transaction,
  { userId, ...subject }: Subject & { readonly userId: string },
): Promise<boolean> {
  const { count } = await tx.identity.createMany({
    data: [{ id: uuidv7(), userId, ...subject }],
    skipDuplicates: true,
  });
  return count === 1;
}

export function listIdentities(db: Database, userId: string) {
  return db.prisma.identity.findMany({
    where: { userId },
    select: { id: true, provider: true, createdAt: true },
    orderBy: { createdAt: "asc" },
  });
}

/** Makes changes to a user's ways in come one after the other. */
export async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
}

export function countIdentities(tx: Transaction, userId: string): Promise<number> {
  return tx.identity.count({ where: { userId } });
}

export async function deleteIdentity(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const { count } = await tx.identity.deleteMany({ where: { id, userId } });
  return count === 1;
}
