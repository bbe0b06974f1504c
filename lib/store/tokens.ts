import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "./database";
import type { Prisma, TokenScope } from "./generated/client";
import { earlierThan, latestFirst, type PartOfLatest } from "./latest-first";

const tokenFields = {
  id: true,
  name: true,
  scopes: true,
  everywhere: true,
  createdAt: true,
  lastUsedAt: true,
  expiresAt: true,
  projects: {
    where: { project: { deletedAt: null } },
    select: { project: { select: { slug: true, title: true } } },
    orderBy: { project: { title: "asc" } },
  },
} satisfies Prisma.ApiTokenSelect;

export type TokenRow = Prisma.ApiTokenGetPayload<{ select: typeof tokenFields }>;

/** The tokens of a user that are not revoked, the latest first. */
export function listTokens(
  db: Database,
  userId: string,
  { after, limit }: PartOfLatest,
): Promise<TokenRow[]> {
  return db.prisma.apiToken.findMany({
    where: { userId, revokedAt: null, ...earlierThan(after) },
    select: tokenFields,
    orderBy: latestFirst(),
    take: limit,
  });
}

/** How many tokens of a user work. */
export function countTokens(tx: Transaction, userId: string): Promise<number> {
  const now = new Date();
  return tx.apiToken.count({
    where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
  });
}

export type NewToken = {
  readonly userId: string;
  readonly name: string;
  readonly tokenHash: string;
  readonly scopes: readonly TokenScope[];
  /** The ids of the only projects that it is for; null for all of them, later ones too. */
  readonly projects: readonly string[] | null;
  readonly expiresAt: Date | null;
};

export function insertToken(
  tx: Transaction,
  { scopes, projects, ...token }: NewToken,
): Promise<TokenRow> {
  return tx.apiToken.create({
    data: {
      id: uuidv7(),
      ...token,
      scopes: [...scopes],
      everywhere: projects === null,
      projects: { create: (projects ?? []).map((projectId) => ({ projectId })) },
    },
    select: tokenFields,
  });
}

/** Revokes a user's token; false if it is not theirs or was revoked before. */
export async function revokeTokenRow(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const { count } = await tx.apiToken.updateMany({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count === 1;
}

/** Revokes every token of a user that is not. @returns their ids */
export async function revokeTokensOf(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.apiToken.updateManyAndReturn({
    where: { userId, revokedAt: null },
    data: { revokedAt: new Date() },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
