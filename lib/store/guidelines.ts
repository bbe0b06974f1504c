import type { Guideline } from "@/lib/domain/guideline";
import type { Database, Sql, Transaction } from "./database";
import type { Prisma } from "./generated/client";

const headFields = {
  version: true,
  note: true,
  createdAt: true,
  creator: { select: { name: true } },
} satisfies Prisma.GuidelineVersionSelect;

/** A version of guidelines, without what it says. */
export type GuidelineHead = Prisma.GuidelineVersionGetPayload<{ select: typeof headFields }>;

const fields = { ...headFields, content: true } satisfies Prisma.GuidelineVersionSelect;

export type GuidelineRow = Prisma.GuidelineVersionGetPayload<{ select: typeof fields }>;

/** A version of the guidelines of a project that is there, or the one that holds; null if there is none. */
export function findGuideline(
  db: Database,
  projectId: string,
  version: number | null,
): Promise<GuidelineRow | null> {
  return db.prisma.guidelineVersion.findFirst({
    where: {
      projectId,
      project: { deletedAt: null },
      ...(version === null ? {} : { version }),
    },
    select: fields,
    orderBy: { version: "desc" },
  });
}

/** The versions of a project's guidelines, the latest first: those before one, or from the latest. */
export function listGuidelines(
  db: Database,
  projectId: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<GuidelineHead[]> {
  return db.prisma.guidelineVersion.findMany({
    where: {
      projectId,
      project: { deletedAt: null },
      ...(before === null ? {} : { version: { lt: before } }),
    },
    select: headFields,
    orderBy: { version: "desc" },
    take: limit,
  });
}

/**
 * Writes the next version of guidelines. Of two that were made from one version, one is written.
 *
 * @param version one more than the version that it was made from
 * @returns null if that is not the one that holds, or not any more
 */
export async function insertGuideline(
  tx: Transaction,
  row: {
    readonly projectId: string;
    readonly version: number;
    readonly content: Guideline;
    readonly note: string;
    readonly createdBy: string | null;
  },
): Promise<GuidelineRow | null> {
  const { projectId, version } = row;
  const { _max } = await tx.guidelineVersion.aggregate({
    where: { projectId },
    _max: { version: true },
  });
  if ((_max.version ?? 0) !== version - 1) return null;
  const [written] = await tx.guidelineVersion.createManyAndReturn({
    data: [row],
    select: fields,
    skipDuplicates: true,
  });
  return written ?? null;
}

/** The number of the version of a project's guidelines that holds; null if there is none. */
export async function currentVersion(sql: Sql, projectId: string): Promise<number | null> {
  const { rows } = await sql.query<{ version: number | null }>(
    "SELECT max(version) AS version FROM guideline_versions WHERE project_id = $1",
    [projectId],
  );
  return rows[0]?.version ?? null;
}

/** The version of a project's guidelines that somebody has read last; null for none. */
export async function versionRead(
  db: Database,
  reading: { readonly projectId: string; readonly userId: string },
): Promise<number | null> {
  const row = await db.prisma.guidelineReading.findUnique({
    where: { projectId_userId: reading },
    select: { version: true },
  });
  return row?.version ?? null;
}

/** Says that somebody has read a version that there is; one who has read a later one has that read still. */
export async function noteReading(
  tx: Transaction,
  reading: { readonly projectId: string; readonly userId: string; readonly version: number },
): Promise<void> {
  const { count } = await tx.guidelineReading.createMany({
    data: [reading],
    skipDuplicates: true,
  });
  if (count === 1) return;
  const { projectId, userId, version } = reading;
  await tx.guidelineReading.updateMany({
    where: { projectId, userId, version: { lte: version } },
    data: { version, readAt: new Date() },
  });
}
