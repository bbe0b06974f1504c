import type { Actor } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import {
  findImport,
  type ImportItemRow,
  type ImportRow,
  listImports,
  listItems,
} from "@/lib/store/imports";
import { isUuid } from "@/lib/store/projects";
import { projectFor } from "@/lib/workflow/projects";

/** How many rejected items an import's own page shows; the list of its items has them all. */
const SHOWN_REJECTED = 1000;

export type ImportDetail = ImportRow & {
  /** The first of the rejected items. */
  readonly rejectedItems: readonly ImportItemRow[];
};

/** A page of a list, and where the next one begins; null after the last. */
export type PageOf<T> = { readonly rows: readonly T[]; readonly next: string | null };

/** The share of an import that is done, from 0 to 1; null while nobody knows how large it is. */
export function progressOf({ state, bytes, bytesDone }: ImportRow): number | null {
  if (state === "done") return 1;
  if (state === "receiving") return null;
  return bytes > 0 ? Math.min(1, bytesDone / bytes) : 0;
}

/** The imports of a project, newest first. */
export async function importsOf(
  actor: Actor,
  projectRef: string,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<PageOf<ImportRow>> {
  const project = await projectFor(actor, projectRef, "import");
  if (cursor !== null && !isUuid(cursor)) throw new Refusal("invalid", "This is no cursor.");
  const rows = await listImports(database().pool, {
    projectId: project.id,
    before: cursor,
    limit: limit + 1,
  });
  return pageOf(rows, limit, ({ id }) => id);
}

/** @throws Refusal "not_found" if the project has no such import */
export async function importOf(
  actor: Actor,
  projectRef: string,
  id: string,
): Promise<ImportDetail> {
  const row = await rowOf(actor, projectRef, id);
  const key = { importId: id, outcome: "rejected" as const, after: -1, limit: SHOWN_REJECTED };
  return { ...row, rejectedItems: await listItems(database().pool, key) };
}

/** The outcomes of an import, in the order of its files. */
export async function itemsOf(
  actor: Actor,
  projectRef: string,
  id: string,
  given: { outcome: ImportItemRow["outcome"] | null; cursor: string | null; limit: number },
): Promise<PageOf<ImportItemRow>> {
  const row = await rowOf(actor, projectRef, id);
  const after = given.cursor === null ? -1 : Number(given.cursor);
  if (!Number.isSafeInteger(after)) throw new Refusal("invalid", "This is no cursor.");
  const { outcome, limit } = given;
  const key = { importId: row.id, outcome, after: Math.min(after, 2 ** 31 - 1), limit: limit + 1 };
  return pageOf(await listItems(database().pool, key), limit, ({ item }) => String(item));
}

async function rowOf(actor: Actor, projectRef: string, id: string): Promise<ImportRow> {
  const project = await projectFor(actor, projectRef, "import");
  const row = isUuid(id) ? await findImport(database().pool, { id, projectId: project.id }) : null;
  if (!row) throw new Refusal("not_found", "There is no such import.");
  return row;
}

/** @param rows one more than fits if there is a next page */
function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string): PageOf<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last ? cursorOf(last) : null };
}
