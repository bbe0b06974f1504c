import { z } from "zod";
import { type Actor, isAlmighty, userIdOf } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import type { TrashItem, TrashPage, Undoing, Work, WorkOnArticles } from "@/lib/api/trash";
import { counted } from "@/lib/domain/figures";
import { checkedSlug } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { lockArticles } from "@/lib/store/article-lock";
import { logEvent, logEvents } from "@/lib/store/audit";
import { type Database, database, type Sql, sqlTransaction } from "@/lib/store/database";
import { findImport } from "@/lib/store/imports";
import { isUuid } from "@/lib/store/projects";
import {
  administersAny,
  articlesThere,
  type Brought,
  broughtBy,
  findArticlePlace,
  findTrashed,
  holdWorkOn,
  listTrash,
  type NamedArticle,
  noteUndone,
  type Purged,
  purgeTrash,
  type Restored,
  removeVersions,
  restoreArticle as restoreArticleRow,
  restoreProject as restoreProjectRow,
  type Work as StoredWork,
  TRASH_DAYS,
  type Trashed,
  trashArticles,
  trashProject,
  workedOnByOthers,
  workOn,
} from "@/lib/store/trash";
import { KeyTime, type PageAsked, pageOf } from "./paging";
import { reachOf } from "./permissions";
import { projectFor, requirePermission } from "./projects";

export type Deletion = {
  /** Whether other people's work may go too. */
  readonly force?: boolean | undefined;
};

/** The deletion of more articles than these may take longer than other requests. */
const FEW = 100;

/**
 * What would go with some articles, of whatever projects.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function workOnArticles(actor: Actor, ids: readonly string[]): Promise<Work> {
  const sql = database().pool;
  let sum = nothing;
  for (const [projectId, articleIds] of await byProject(sql, actor, ids)) {
    sum = added(sum, workOf(await workOn(sql, { projectId, articleIds }, userIdOf(actor))));
  }
  return sum;
}

/**
 * Puts articles into the trash, of whatever projects, those of one all or none. Project admins only.
 *
 * @throws Refusal "not_found" if one of them is not there, "forbidden"; "has_work" with `work` and the
 *   `articles` if other people's would go
 */
export async function deleteArticles(
  actor: Actor,
  ids: readonly string[],
  { force = false }: Deletion = {},
): Promise<void> {
  for (const [projectId, articleIds] of await byProject(database().pool, actor, ids)) {
    await trash(actor, { projectId, ids: articleIds, force });
  }
}

/** The projects of some articles, all of which the actor may delete. */
async function byProject(
  sql: Sql,
  actor: Actor,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    const place = isUuid(id) ? await findArticlePlace(sql, { id, ...reachOf(actor) }) : null;
    if (!place) throw new Refusal("not_found", "There is no such article.", { article: id });
    requirePermission(isAlmighty(actor) ? "admin" : (place.role ?? "viewer"), "manage");
    found.set(place.projectId, [...(found.get(place.projectId) ?? []), place.id]);
  }
  return found;
}

/**
 * Puts those of some articles of a project into the trash that are there, all or none.
 *
 * @returns how many there were
 */
async function trash(
  actor: Actor,
  { projectId, ids, force }: { projectId: string; ids: readonly string[]; force: boolean },
): Promise<number> {
  const userId = userIdOf(actor);
  const work = async (sql: Sql) => {
    await lockArticles(sql, projectId);
    const trashed = await trashArticles(sql, { projectId, ids, userId });
    // Somebody else was quicker, and this is what was asked for all the same.
    const going = workOf(await workOn(sql, { projectId, articleIds: trashed }, userId));
    if (!force && goesWithOthers(going)) {
      const articles = await workedOnByOthers(sql, { projectId, ids: trashed, userId });
      throw hasWork(going, ids.length === 1 ? "article" : "articles", { articles });
    }
    const event = { action: "article.deleted", userId, projectId, details: { force } } as const;
    await logEvents(sql, event, trashed);
    return trashed.length;
  };
  return sqlTransaction(database(), work, { hurry: ids.length <= FEW });
}

/**
 * What would go with several articles of a project. Those that are not there are passed over.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function workOnArticlesOf(
  actor: Actor,
  ref: string,
  ids: readonly string[],
): Promise<WorkOnArticles> {
  const { id: projectId } = await projectFor(actor, ref, "manage");
  const sql = database().pool;
  const userId = userIdOf(actor);
  const there = await articlesThere(sql, { projectId, ids });
  return {
    ...workOf(await workOn(sql, { projectId, articleIds: there }, userId)),
    worked_on_by_others: await workedOnByOthers(sql, { projectId, ids: there, userId }),
  };
}

/**
 * Puts several articles of a project into the trash, all of those that are there or none.
 *
 * @throws Refusal "not_found", "forbidden"; "has_work" with `work` and the `articles` if other people's
 *   would go
 */
export async function deleteArticlesOf(
  actor: Actor,
  ref: string,
  ids: readonly string[],
  { force = false }: Deletion = {},
): Promise<{ deleted: number }> {
  const { id: projectId } = await projectFor(actor, ref, "manage");
  return { deleted: await trash(actor, { projectId, ids, force }) };
}

/**
 * Takes several articles of a project out of the trash.
 *
 * @returns how many came back, and how many are there anew and so stay in the trash
 * @throws Refusal "not_found", "forbidden"
 */
export async function restoreArticlesOf(
  actor: Actor,
  ref: string,
  ids: readonly string[],
): Promise<{ restored: number; taken: number }> {
  const { id: projectId } = await projectFor(actor, ref, "manage");
  const outcomes = { restored: 0, taken: 0 };
  for (const id of ids) {
    const outcome = await restoreOne(actor, { id, projectId });
    if (outcome !== "gone") outcomes[outcome] += 1;
  }
  return outcomes;
}

/**
 * What would go with a project.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function workOnProject(actor: Actor, ref: string): Promise<Work> {
  const { id: projectId } = await projectFor(actor, ref, "manage");
  return workOf(await workOn(database().pool, { projectId }, userIdOf(actor)));
}

/**
 * Puts a project into the trash with all that is in it: one flag, however large it is. Its short name is free at
 * once; imports into it end. Project admins only.
 *
 * @throws Refusal "not_found", "forbidden"; "has_work" with `work` if other people's would go
 */
export async function deleteProject(
  actor: Actor,
  ref: string,
  { force = false }: Deletion = {},
): Promise<void> {
  const { id, slug } = await projectFor(actor, ref, "manage");
  const userId = userIdOf(actor);
  await sqlTransaction(database(), async (sql) => {
    await lockArticles(sql, id); // an import writes what it is at, and nothing after
    const work = workOf(await workOn(sql, { projectId: id }, userId));
    if (!(await trashProject(sql, { id, userId }))) return;
    if (!force && goesWithOthers(work)) throw hasWork(work, "project");
    const details = { force, slug };
    await logEvent(sql, {
      action: "project.deleted",
      userId,
      projectId: id,
      subject: id,
      details,
    });
  });
}

/**
 * What undoing an import would do now.
 *
 * @throws Refusal "not_found", "forbidden"; "conflict" while it runs, and once it is undone
 */
export async function undoingOf(actor: Actor, ref: string, importId: string): Promise<Undoing> {
  const projectId = await undoable(actor, ref, importId);
  const sql = database().pool;
  const brought = await broughtBy(sql, { importId, projectId });
  return undoing(sql, brought, { projectId, userId: userIdOf(actor) });
}

/**
 * Takes out again what an import brought: articles that it created go into the trash; versions that it added
 * are taken away, unless somebody has worked on them. What later imports have changed stays.
 *
 * @throws Refusal "not_found", "forbidden"; "conflict" while it runs, and once it is undone; "has_work"
 *   with `work` if other people's would go
 */
export async function undoImport(
  actor: Actor,
  ref: string,
  importId: string,
  { force = false }: Deletion = {},
): Promise<Undoing> {
  const projectId = await undoable(actor, ref, importId);
  const userId = userIdOf(actor);
  return sqlTransaction(
    database(),
    async (sql) => {
      await lockArticles(sql, projectId);
      if (!(await noteUndone(sql, { importId, userId }))) throw undoneAlready();
      await holdWorkOn(sql, importId);
      const brought = await broughtBy(sql, { importId, projectId });
      const done = await undoing(sql, brought, { projectId, userId });
      if (!force && goesWithOthers(done.work)) throw hasWork(done.work, "import");
      await trashArticles(sql, { projectId, ids: brought.created, userId });
      await removeVersions(sql, { projectId, versions: brought.versions });
      const { articles, versions, kept } = done;
      await logEvent(sql, {
        action: "import.undone",
        userId,
        projectId,
        subject: importId,
        details: { force, articles, versions, kept },
      });
      return done;
    },
    { hurry: false },
  );
}

async function undoable(actor: Actor, ref: string, importId: string): Promise<string> {
  const { id: projectId } = await projectFor(actor, ref, "manage");
  const row = isUuid(importId)
    ? await findImport(database().pool, { id: importId, projectId })
    : null;
  if (!row) throw new Refusal("not_found", "There is no such import.");
  if (row.undoneAt) throw undoneAlready();
  if (!row.finishedAt) {
    throw new Refusal("conflict", "This import still runs. Undo it when it has come to its end.");
  }
  return projectId;
}

const undoneAlready = () => new Refusal("conflict", "This import has been undone already.");

async function undoing(
  sql: Sql,
  { created, versions, kept }: Brought,
  { projectId, userId }: { projectId: string; userId: string | null },
): Promise<Undoing> {
  return {
    articles: created.length,
    versions: versions.length,
    kept: {
      changed_since: kept.changedSince,
      worked: kept.worked,
      overwritten: kept.overwritten,
    },
    work: workOf(await workOn(sql, { projectId, articleIds: created }, userId)),
  };
}

/** Whether the actor administers any project, be it in the trash itself. */
export async function mayLookIntoTrash(actor: Actor): Promise<boolean> {
  const { userId, all } = reachOf(actor);
  return all || (userId !== null && (await administersAny(database().pool, userId)));
}

/** What the actor can restore, the last deleted first. */
export async function trashOf(actor: Actor, asked: PageAsked = {}): Promise<TrashPage> {
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([KeyTime, z.uuid()]),
    keyOf: ({ deletedAt, id }: Trashed): [string, string] => [deletedAt.toISOString(), id],
    load: ({ after, limit }) => {
      const before = after && { at: new Date(after[0]), id: after[1] };
      return listTrash(database().pool, reachOf(actor), { before, limit });
    },
  });
  return { items: rows.map(trashItemOf), next_cursor };
}

function trashItemOf(row: Trashed): TrashItem {
  return {
    kind: row.kind,
    id: row.id,
    title: row.title,
    project: { slug: row.slug, title: row.projectTitle },
    deleted_at: row.deletedAt.toISOString(),
    deleted_by: row.deletedBy,
    kept_until: new Date(row.deletedAt.getTime() + TRASH_DAYS * 86_400_000).toISOString(),
  };
}

/**
 * Takes an article out of the trash, with all that was marked in it.
 *
 * @throws Refusal "not_found"; "conflict" if the same article has been imported again
 */
export async function restoreArticle(actor: Actor, id: string): Promise<void> {
  const { projectId } = await trashedOf(database().pool, actor, { kind: "article", id });
  requireRestored(
    await restoreOne(actor, { id, projectId }),
    "The same article has been imported again since. Delete that one first to have this one back.",
  );
}

/** Takes an article of a project out of the trash that the actor may restore. */
async function restoreOne(
  actor: Actor,
  { id, projectId }: { id: string; projectId: string },
): Promise<Restored> {
  return sqlTransaction(database(), async (sql) => {
    await lockArticles(sql, projectId);
    const outcome = await restoreArticleRow(sql, { id, projectId });
    if (outcome === "restored") {
      const event = { action: "article.restored", userId: userIdOf(actor), projectId } as const;
      await logEvent(sql, { ...event, subject: id });
    }
    return outcome;
  });
}

/**
 * Takes a project out of the trash.
 *
 * @param slug another short name; its own if left out
 * @throws Refusal "not_found"; "invalid" for a slug that is none; "conflict" if the short name is taken
 */
export async function restoreProject(
  actor: Actor,
  id: string,
  { slug }: { slug?: string | undefined } = {},
): Promise<Project> {
  const named = slug === undefined ? null : checkedSlug(slug);
  await sqlTransaction(database(), async (sql) => {
    const found = await trashedOf(sql, actor, { kind: "project", id });
    requireRestored(
      await restoreProjectRow(sql, { id, slug: named ?? found.slug }),
      `There is another project with the short name “${named ?? found.slug}” by now: give this one another.`,
      "slug",
    );
    await logEvent(sql, {
      action: "project.restored",
      userId: userIdOf(actor),
      projectId: id,
      subject: id,
    });
  });
  return projectFor(actor, id, "manage");
}

async function trashedOf(
  sql: Sql,
  actor: Actor,
  key: { kind: "article" | "project"; id: string },
): Promise<Trashed> {
  const found = isUuid(key.id) ? await findTrashed(sql, reachOf(actor), key) : null;
  if (!found) throw new Refusal("not_found", `There is no such ${key.kind} in the trash.`);
  return found;
}

function requireRestored(restored: Restored, taken: string, field?: string): void {
  if (restored === "taken") throw new Refusal("conflict", taken, field ? { field } : {});
  if (restored === "gone") throw new Refusal("not_found", "It is not in the trash any more.");
}

/** Deletes for good what has lain in the trash for its time, and notes it in the trail. */
export async function purge(
  db: Database,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Purged> {
  const purged = await purgeTrash(db, signal ? { signal } : {});
  const projects = new Set(purged.projects.map(({ id }) => id));
  for (const { id, slug } of purged.projects) {
    const details = { slug };
    await logEvent(db.pool, { action: "project.purged", userId: null, subject: id, details });
  }
  if (purged.articles > 0) {
    const details = { articles: purged.articles, projects: projects.size };
    await logEvent(db.pool, { action: "article.purged", userId: null, details });
  }
  return purged;
}

const none = { annotation_sets: 0, spans: 0, people: 0 };
const nothing: Work = { articles: 0, ...none, of_others: none };

function workOf({ articles, annotationSets, spans, people, others }: StoredWork): Work {
  return {
    articles,
    annotation_sets: annotationSets,
    spans,
    people,
    of_others: {
      annotation_sets: others.annotationSets,
      spans: others.spans,
      people: others.people,
    },
  };
}

/** Of two projects: who worked in both counts twice. */
function added(one: Work, two: Work): Work {
  const sum = (a: Work["of_others"], b: Work["of_others"]) => ({
    annotation_sets: a.annotation_sets + b.annotation_sets,
    spans: a.spans + b.spans,
    people: a.people + b.people,
  });
  return {
    articles: one.articles + two.articles,
    ...sum(one, two),
    of_others: sum(one.of_others, two.of_others),
  };
}

/** Whether other people's work would go. */
const goesWithOthers = ({ of_others: others }: Work) => others.annotation_sets > 0;

/** @param more what else to tell of it */
function hasWork(
  work: Work,
  what: "article" | "articles" | "project" | "import",
  more: { articles?: readonly NamedArticle[] } = {},
): Refusal {
  const { annotation_sets: sets, spans, people } = work.of_others;
  return new Refusal(
    "has_work",
    `${people === 1 ? "Another person has" : `${people} other people have`} worked on ${
      what === "project" || what === "import" ? `articles of this ${what}` : `the ${what}`
    }: ${counted(sets, "annotation set")} with ${counted(spans, "span")} would go too.`,
    { work, ...more },
  );
}
