import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Actor } from "@/lib/access/actor";
import type {
  Import,
  ImportDetail,
  ImportItem,
  ImportItemPage,
  ImportPage,
} from "@/lib/api/imports";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import {
  findImport,
  type ImportItemRow,
  type ImportRow,
  type ItemSelection,
  listImports,
  listItems,
} from "@/lib/store/imports";
import { isUuid } from "@/lib/store/projects";
import { type PageAsked, pageOf } from "@/lib/workflow/paging";
import { projectFor } from "@/lib/workflow/projects";
import { workerOfServer } from "@/lib/workflow/worker";

/** How many rejected items an import's own page shows; the list of its items has them all. */
const SHOWN_REJECTED = 1000;

/** The imports of a project, newest first. */
export async function importsOf(
  actor: Actor,
  projectRef: string,
  asked: PageAsked = {},
): Promise<ImportPage> {
  const { id: projectId } = await projectFor(actor, projectRef, "import");
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.uuid(),
    keyOf: ({ id }: ImportRow) => id,
    load: ({ after: before, limit }) => listImports(database().pool, { projectId, before, limit }),
  });
  return { imports: rows.map(asImport), next_cursor };
}

/** How long somebody waits for an import to end. */
export type Patience = {
  /** In seconds. */
  readonly wait?: number;
  /** Aborts when nobody waits any more. */
  readonly signal?: AbortSignal;
};

/**
 * Milliseconds between two looks at an import that is waited for: a tenth of what has passed, between these. The worker of this
 * server says at once when it is done with one; that of another node does not.
 */
const LOOK_SOONEST = 10;
const LOOK_LATEST = 500;

/**
 * An import as it is, or as it is once it has ended or patience has.
 *
 * @throws Refusal "not_found" if the project has no such import
 */
export async function importOf(
  actor: Actor,
  projectRef: string,
  id: string,
  patience: Patience = {},
): Promise<ImportDetail> {
  let row = await rowOf(actor, projectRef, id);
  // Whether the actor may still see it is asked again once there is something to tell.
  if (await waitFor(row, patience)) row = await rowOf(actor, projectRef, id);
  const rejected = await listItems(database().pool, {
    importId: id,
    which: "rejected",
    after: -1,
    limit: SHOWN_REJECTED,
  });
  return {
    ...asImport(row),
    rejected: rejected.map(({ path, line, column, reason }) => ({
      path,
      line,
      column,
      reason: reason ?? "",
    })),
  };
}

/**
 * Waits for an import to end, or to be gone.
 *
 * @returns whether there was anything to wait for, and patience
 */
async function waitFor(row: ImportRow, { wait = 0, signal }: Patience): Promise<boolean> {
  const began = performance.now();
  let seen: ImportRow | null = row;
  while (seen?.finishedAt === null && !signal?.aborted) {
    const waited = performance.now() - began;
    if (waited >= wait * 1000) break;
    const next = Math.min(LOOK_LATEST, LOOK_SOONEST + waited / 10, wait * 1000 - waited);
    await (workerOfServer()?.leaving(row.id, next) ?? pause(next));
    seen = await findImport(database().pool, row);
  }
  return seen !== row;
}

/** What of an import's items is listed, one after another. */
const inOrderOf = {
  file: ["all"],
  trouble: ["rejected", "warned", "whole"],
} as const satisfies Record<string, readonly ItemSelection[]>;

/** The outcomes of an import, in the order of its files or what is worth a look first. */
export async function itemsOf(
  actor: Actor,
  projectRef: string,
  id: string,
  {
    outcome,
    sort = "file",
    cursor,
    limit,
  }: {
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly outcome?: ItemSelection | undefined;
    readonly sort?: keyof typeof inOrderOf | undefined;
  },
): Promise<ImportItemPage> {
  const row = await rowOf(actor, projectRef, id);
  const sections = outcome === undefined ? inOrderOf[sort] : [outcome];
  const place = placeIn(cursor);
  const items: (ImportItemRow & { section: number })[] = [];
  for (const [section, which] of sections.entries()) {
    if (section < place.section || items.length > limit) continue;
    const after = section === place.section ? place.item : -1;
    const found = await listItems(database().pool, {
      importId: row.id,
      which,
      after,
      limit: limit + 1 - items.length,
    });
    items.push(...found.map((item) => ({ ...item, section })));
  }
  const shown = items.slice(0, limit);
  const last = items.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(asItem),
    next_cursor: last ? `${last.section}.${last.item}` : null,
  };
}

/** The section and the item that a page begins after: a cursor that the contract describes, unlike others. */
function placeIn(cursor: string | undefined): { section: number; item: number } {
  if (cursor === undefined) return { section: 0, item: -1 };
  const [, section = "0", item] = /^(?:(\d)\.)?(\d{1,10})$/.exec(cursor) ?? [];
  if (item === undefined) throw new Refusal("invalid", "This is no cursor.");
  return { section: Number(section), item: Math.min(Number(item), 2 ** 31 - 1) };
}

async function rowOf(actor: Actor, projectRef: string, id: string): Promise<ImportRow> {
  const project = await projectFor(actor, projectRef, "import");
  const row = isUuid(id) ? await findImport(database().pool, { id, projectId: project.id }) : null;
  if (!row) throw new Refusal("not_found", "There is no such import.");
  return row;
}

function asImport(row: ImportRow): Import {
  return {
    id: row.id,
    state: row.state,
    format: row.format,
    files: row.files,
    waiting_pages: row.waitingPages,
    bytes: row.bytes,
    progress: progressOf(row),
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    rejected_count: row.rejected,
    warned_count: row.warned,
    failure: row.failure,
    resumable: row.resumable,
    created_by: row.createdByName,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    undone_at: row.undoneAt?.toISOString() ?? null,
  };
}

/** The share of an import that is done, from 0 to 1; null while nobody knows how large it is. */
function progressOf({ state, bytes, bytesDone, files, waitingPages }: ImportRow): number | null {
  if (state === "done") return 1;
  if (waitingPages > 0) return files > 0 ? (files - waitingPages) / files : 0;
  if (state === "receiving") return null;
  return bytes > 0 ? Math.min(1, bytesDone / bytes) : 0;
}

function asItem({
  articleId,
  item,
  path,
  line,
  column,
  outcome,
  reason,
  warnings,
  title,
}: ImportItemRow): ImportItem {
  return {
    item,
    path,
    line,
    column,
    outcome,
    reason,
    warnings: [...warnings],
    article_id: articleId,
    title,
  };
}
