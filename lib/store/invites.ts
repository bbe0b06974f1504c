import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "./database";
import type { Prisma, Role } from "./generated/client";
import { earlierThan, latestFirst, type PartOfLatest } from "./latest-first";

const inviteFields = {
  id: true,
  email: true,
  siteAdmin: true,
  setup: true,
  role: true,
  createdBy: true,
  createdAt: true,
  expiresAt: true,
  acceptedAt: true,
  revokedAt: true,
  project: { select: { id: true, slug: true, title: true } },
  creator: { select: { name: true } },
} satisfies Prisma.InviteSelect;

export type InviteRow = Prisma.InviteGetPayload<{ select: typeof inviteFields }>;

export type NewInvite = {
  readonly tokenHash: string;
  /** A hint for the form, not a condition: the link is the key. */
  readonly email: string | null;
  readonly siteAdmin: boolean;
  readonly setup: boolean;
  readonly project: { readonly id: string; readonly role: Role } | null;
  readonly createdBy: string | null;
  readonly expiresAt: Date;
};

export async function insertInvite(
  tx: Transaction,
  { project, ...invite }: NewInvite,
): Promise<InviteRow> {
  return tx.invite.create({
    data: {
      id: uuidv7(),
      ...invite,
      projectId: project?.id ?? null,
      role: project?.role ?? null,
    },
    select: inviteFields,
  });
}

/**
 * Whether whoever made an invite may still let people in by it: somebody who was disabled or lost
 * the role must not come back through a link of their own.
 */
export async function isStillGranted(tx: Transaction, invite: InviteRow): Promise<boolean> {
  if (invite.createdBy === null) return true; // the command line's
  const granter = await tx.user.findFirst({
    where: {
      id: invite.createdBy,
      disabledAt: null,
      OR: [
        { siteAdmin: true },
        ...(invite.project && !invite.siteAdmin
          ? [{ memberships: { some: { projectId: invite.project.id, role: "admin" as const } } }]
          : []),
      ],
    },
    select: { id: true },
  });
  return granter !== null;
}

/** Into no project, or into one that is not deleted. */
const intoSomething = {
  OR: [{ projectId: null }, { project: { deletedAt: null } }],
} satisfies Prisma.InviteWhereInput;

/** The invite of a link, whatever became of it. */
export function findInvite(tx: Transaction, tokenHash: string): Promise<InviteRow | null> {
  return tx.invite.findFirst({ where: { tokenHash, ...intoSomething }, select: inviteFields });
}

const isOpen = (): Prisma.InviteWhereInput => ({
  acceptedAt: null,
  revokedAt: null,
  expiresAt: { gt: new Date() },
  ...intoSomething,
});

/**
 * Uses an invite up. The guarded update takes the row's lock, so of two who follow one link exactly
 * one comes in.
 *
 * @returns false if it was used, revoked or expired
 */
export async function spendInvite(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const { count } = await tx.invite.updateMany({
    where: { id, ...isOpen() },
    data: { acceptedAt: new Date(), acceptedBy: userId },
  });
  return count === 1;
}

/**
 * The invites that can still be accepted, the latest first: of one project, or of the whole site.
 * Setup links are nobody's to list.
 */
export function listOpenInvites(
  db: Database,
  { projectId, after, limit }: PartOfLatest & { projectId: string | null },
): Promise<InviteRow[]> {
  return db.prisma.invite.findMany({
    where: {
      ...(projectId ? { projectId } : {}),
      setup: false,
      ...isOpen(),
      ...earlierThan(after),
    },
    select: inviteFields,
    orderBy: latestFirst(),
    take: limit,
  });
}

export function findInviteById(
  tx: Transaction,
  { id, projectId }: { id: string; projectId: string | null },
): Promise<InviteRow | null> {
  return tx.invite.findFirst({
    where: { id, setup: false, ...(projectId ? { projectId } : {}) },
    select: inviteFields,
  });
}

export async function revokeInviteRow(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.invite.updateMany({
    where: { id, acceptedAt: null, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count === 1;
}

/** Ends every setup link: there is a site admin now. */
export async function revokeSetupInvites(tx: Transaction): Promise<void> {
  await tx.invite.updateMany({
    where: { setup: true, acceptedAt: null, revokedAt: null },
    data: { revokedAt: new Date() },
  });
}
