import { v7 as uuidv7 } from "uuid";
import type { Publishing } from "@/lib/domain/publishing-schemas";
import type { Scheme } from "@/lib/domain/scheme";
import type { Database, Sql, Transaction } from "./database";
import type { Prisma, Role } from "./generated/client";
import { live } from "./live";
import type { Reach } from "./reach";

const projectFields = {
  id: true,
  slug: true,
  title: true,
  schemeVersion: true,
  createdAt: true,
} satisfies Prisma.ProjectSelect;

export type ProjectRow = Prisma.ProjectGetPayload<{ select: typeof projectFields }>;

/** A project and what the user is in it; null role for a site admin who is no member. */
export type ProjectOf = ProjectRow & { readonly role: Role | null };

/**
 * The projects within reach, by title. Those after a place, or from the beginning.
 *
 * @param limit as many as there are, if left out
 */
export async function listProjects(
  db: Database,
  {
    after = null,
    limit,
    ...reach
  }: Reach & {
    after?: { title: string; id: string } | null;
    limit?: number;
  },
): Promise<ProjectOf[]> {
  const later = after && [
    { title: { gt: after.title } },
    { title: after.title, id: { gt: after.id } },
  ];
  const rows = await db.prisma.project.findMany({
    where: {
      deletedAt: null,
      ...reached(reach),
      ...(later ? { OR: later } : {}),
    },
    select: {
      ...projectFields,
      members: { where: { userId: reach.userId ?? nobody }, select: { role: true } },
    },
    orderBy: [{ title: "asc" }, { id: "asc" }],
    ...(limit === undefined ? {} : { take: limit }),
  });
  return rows.map(({ members, ...project }) => ({ ...project, role: members[0]?.role ?? null }));
}

/** A project by its slug or id, if it is within reach; null otherwise. */
export async function findProject(
  db: Database,
  { ref, ...reach }: Reach & { ref: string },
): Promise<ProjectOf | null> {
  if (ref.includes("\0") || !ref.isWellFormed()) return null; // PostgreSQL would not take it
  const row = await db.prisma.project.findFirst({
    where: {
      deletedAt: null,
      ...(isUuid(ref) ? { id: ref } : { slug: ref }),
      ...reached(reach),
    },
    select: {
      ...projectFields,
      members: { where: { userId: reach.userId ?? nobody }, select: { role: true } },
    },
  });
  if (!row) return null;
  const { members, ...project } = row;
  return { ...project, role: members[0]?.role ?? null };
}

/** The condition that a project is within reach, apart from what else is asked of it. */
function reached({ userId, all, within }: Reach) {
  return {
    ...(all ? {} : { members: { some: { userId: userId ?? nobody } } }),
    ...(within === null ? {} : { AND: { id: { in: [...within] } } }),
  } satisfies Prisma.ProjectWhereInput;
}

/** The id of no user, for conditions that no row meets. */
const nobody = "00000000-0000-0000-0000-000000000000";

/** Whether PostgreSQL would take a text as a uuid in its usual form. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** Makes a project with version 1 of its scheme; null if the slug is taken. */
export async function insertProject(
  tx: Transaction,
  { slug, title, scheme }: { slug: string; title: string; scheme: Scheme },
): Promise<ProjectRow | null> {
  const [project] = await tx.project.createManyAndReturn({
    data: [{ id: uuidv7(), slug, title }],
    select: projectFields,
    skipDuplicates: true,
  });
  if (!project) return null;
  await tx.schemeVersion.create({
    data: { projectId: project.id, version: project.schemeVersion, definition: scheme },
    select: { version: true },
  });
  return project;
}

export async function renameProjectRow(tx: Transaction, id: string, title: string): Promise<void> {
  await tx.project.update({ where: { id }, data: { title }, select: { id: true } });
}

/** The words of reported speech that a project has added, as they were written. */
export async function cuesOfProject(db: Database, id: string): Promise<readonly string[]> {
  const row = await db.prisma.project.findFirst({
    where: { id, deletedAt: null },
    select: { cues: true },
  });
  return row?.cues ?? [];
}

export async function changeProjectCues(
  tx: Transaction,
  id: string,
  cues: readonly string[],
): Promise<void> {
  await tx.project.update({ where: { id }, data: { cues: [...cues] }, select: { id: true } });
}

/**
 * What a project says for its datasets, as it was kept; null if it is not there.
 *
 * @param lock whether it stays so until the transaction ends
 */
export async function publishingOfProject(
  sql: Sql,
  id: string,
  { lock = false } = {},
): Promise<unknown> {
  const { rows } = await sql.query<{ publishing: unknown }>(
    `SELECT publishing FROM projects p WHERE p.id = $1 AND ${live("p")}${lock ? " FOR UPDATE" : ""}`,
    [id],
  );
  return rows[0]?.publishing ?? null;
}

export async function changeProjectPublishing(
  sql: Sql,
  id: string,
  publishing: Publishing,
): Promise<void> {
  await sql.query("UPDATE projects SET publishing = $2 WHERE id = $1", [
    id,
    JSON.stringify(publishing),
  ]);
}

/** Whether a project is there and not in the trash. */
export async function isLiveProject(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(`SELECT FROM projects p WHERE p.id = $1 AND ${live("p")}`, [
    id,
  ]);
  return rowCount === 1;
}
