import type { Transaction } from "./database";
import type { FactorsRequired } from "./generated/client";

export type { FactorsRequired } from "./generated/client";

/** Of whom the site asks a second factor. */
export async function findFactorsRequired(tx: Transaction): Promise<FactorsRequired> {
  const settings = await tx.siteSettings.findUnique({
    where: { id: 1 },
    select: { factorsRequired: true },
  });
  return settings?.factorsRequired ?? "of_nobody";
}

/** Whether articles may be fetched from the web. */
export async function findPagesByAddress(tx: Transaction): Promise<boolean> {
  const settings = await tx.siteSettings.findUnique({
    where: { id: 1 },
    select: { pagesByAddress: true },
  });
  return settings?.pagesByAddress ?? false;
}

export async function setPagesByAddress(tx: Transaction, to: boolean): Promise<void> {
  await tx.siteSettings.upsert({
    where: { id: 1 },
    create: { pagesByAddress: to },
    update: { pagesByAddress: to },
    select: { id: true },
  });
}

export async function setFactorsRequired(tx: Transaction, to: FactorsRequired): Promise<void> {
  await tx.siteSettings.upsert({
    where: { id: 1 },
    create: { factorsRequired: to },
    update: { factorsRequired: to },
    select: { id: true },
  });
}
