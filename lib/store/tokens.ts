import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "./database";
import type { Prisma } from "./generated/client";
import { earlierThan, latestFirst, type PartOfLatest } from "./latest-first";

const tokenFields = {
  id: true,
  name: true,
  createdAt: true,
  lastUsedAt: true,
} satisfies Prisma.ApiTokenSelect;

export type TokenRow = Prisma.ApiTokenGetPayload<{ select: typeof tokenFields }>;

/** The tokens of a user that work, the latest first. */
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

export function countTokens(tx: Transaction, userId: string): Promise<number> {
  return tx.apiToken.count({ where: { userId, revokedAt: null } });
}

export function insertToken(
  tx: Transaction,
  token: { userId: string; name: string; tokenHash: string },
): Promise<TokenRow> {
  return tx.apiToken.create({ data: { id: uuidv7(), ...token }, select: tokenFields });
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
