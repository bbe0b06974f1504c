import { v7 as uuidv7 } from "uuid";
import type { Database, Sql, Transaction } from "./database";
import type { FactorKind, Prisma } from "./generated/client";

const factorFields = {
  id: true,
  kind: true,
  name: true,
  createdAt: true,
  lastUsedAt: true,
} satisfies Prisma.SecondFactorSelect;

export type FactorRow = Prisma.SecondFactorGetPayload<{ select: typeof factorFields }>;

/** The second factors of a user, in the order they were added. */
export function listFactors(tx: Transaction, userId: string): Promise<FactorRow[]> {
  return tx.secondFactor.findMany({
    where: { userId },
    select: factorFields,
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
}

export function countFactors(tx: Transaction, userId: string): Promise<number> {
  return tx.secondFactor.count({ where: { userId } });
}

/** Which of some users have a second factor. */
export async function havingFactors(
  db: Database,
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db.prisma.secondFactor.findMany({
    where: { userId: { in: [...userIds] } },
    select: { userId: true },
    distinct: ["userId"],
  });
  return new Set(rows.map(({ userId }) => userId));
}

/** An authenticator app. */
export type TotpRow = { readonly id: string; readonly secret: Uint8Array };

export async function listTotps(db: Database, userId: string): Promise<TotpRow[]> {
  const rows = await db.prisma.secondFactor.findMany({
    where: { userId, kind: "totp" },
    select: { id: true, secret: true },
  });
  return rows.flatMap(({ id, secret }) => (secret ? [{ id, secret }] : []));
}

/** @param step whose code has shown that the app knows the secret */
export function insertTotp(
  tx: Transaction,
  factor: { userId: string; name: string; secret: Uint8Array<ArrayBuffer>; step: number },
): Promise<FactorRow> {
  const { step: lastStep, ...rest } = factor;
  return tx.secondFactor.create({
    data: { id: uuidv7(), kind: "totp", lastStep, ...rest },
    select: factorFields,
  });
}

/** Uses the code of a step up; false if it, or a later one, has been used before. */
export async function spendTotpStep(
  sql: Sql,
  { id, step }: { id: string; step: number },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    "UPDATE second_factors SET last_step = $2, last_used_at = now() WHERE id = $1 AND last_step < $2",
    [id, step],
  );
  return rowCount === 1;
}

/** A passkey, as it is asked for and checked. */
export type PasskeyRow = {
  readonly id: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly string[];
};

/** The passkeys of a user that belong to a host. */
export async function listPasskeys(
  db: Database,
  { userId, site }: { userId: string; site: string },
): Promise<PasskeyRow[]> {
  const rows = await db.prisma.secondFactor.findMany({
    where: { userId, kind: "passkey", site },
    select: { id: true, credentialId: true, publicKey: true, counter: true, transports: true },
  });
  return rows.flatMap(({ id, credentialId, publicKey, counter, transports }) =>
    credentialId && publicKey
      ? [{ id, credentialId, publicKey, counter: Number(counter), transports }]
      : [],
  );
}

/** Gives a user a passkey; null if it is somebody's already. */
export async function insertPasskey(
  tx: Transaction,
  {
    transports,
    counter,
    ...factor
  }: Omit<PasskeyRow, "id"> & { userId: string; name: string; site: string },
): Promise<FactorRow | null> {
  const rows = await tx.secondFactor.createManyAndReturn({
    data: [
      {
        id: uuidv7(),
        kind: "passkey" satisfies FactorKind,
        transports: [...transports],
        counter: BigInt(counter),
        ...factor,
      },
    ],
    select: factorFields,
    skipDuplicates: true,
  });
  return rows[0] ?? null;
}

export async function notePasskeyUse(
  sql: Sql,
  { id, counter }: { id: string; counter: number },
): Promise<void> {
  await sql.query(
    "UPDATE second_factors SET counter = greatest(counter, $2), last_used_at = now() WHERE id = $1",
    [id, counter],
  );
}

/** Takes a factor from a user; its kind, or null if it is not theirs. */
export async function deleteFactor(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<FactorKind | null> {
  const found = await tx.secondFactor.findFirst({ where: { id, userId }, select: { kind: true } });
  const { count } = await tx.secondFactor.deleteMany({ where: { id, userId } });
  return count === 1 && found ? found.kind : null;
}

/** Takes all factors and recovery codes from a user. @returns how many factors there were */
export async function deleteFactors(tx: Transaction, userId: string): Promise<number> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  const { count } = await tx.secondFactor.deleteMany({ where: { userId } });
  return count;
}

export function countRecoveryCodes(tx: Transaction, userId: string): Promise<number> {
  return tx.recoveryCode.count({ where: { userId } });
}

/** Puts new recovery codes in the place of those that a user had. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly string[],
): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({ data: hashes.map((codeHash) => ({ userId, codeHash })) });
}

/** Uses a recovery code up; false if there is none such any more. */
export async function spendRecoveryCode(
  sql: Sql,
  { userId, codeHash }: { userId: string; codeHash: string },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    "DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2",
    [userId, codeHash],
  );
  return rowCount === 1;
}
