import { NextRequest } from "next/server";
import { v7 as uuidv7 } from "uuid";
import { beforeEach, expect, test } from "vitest";
import { POST as restore } from "@/app/api/v1/projects/[project]/restore/route";
import { operator, type UserActor } from "@/lib/access/actor";
import type { Operation } from "@/lib/domain/operation";
import { database } from "@/lib/store/database";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { listArticles, nextArticle } from "@/lib/workflow/articles";
import {
  deleteArticles,
  deleteProject,
  purge,
  restoreArticle,
  restoreProject,
  trashOf,
  undoImport,
  undoingOf,
  workOnArticles,
  workOnProject,
} from "@/lib/workflow/deleting";
import { diagnose } from "@/lib/workflow/doctor";
import { exportDataset, previewExport } from "@/lib/workflow/exporting";
import { importFiles, importOf, itemsOf } from "@/lib/workflow/importing/index";
import { startJobs } from "@/lib/workflow/jobs";
import { createProject, projectsOf } from "@/lib/workflow/projects";
import { loadSeeds } from "@/lib/workflow/seeding";
import { aToken } from "../setup/client";
import { aDatabase, sql } from "../setup/database";
import { aFile } from "../setup/files";
import { haveSearchable } from "../setup/searchable";
import { aMember, aProject, aUser } from "../setup/world";

let project: { id: string; slug: string };
let admin: UserActor;
let reviewer: UserActor;

beforeEach(async () => {
  await aDatabase();
  project = await aProject();
  admin = await aMember(project.id, "admin");
  reviewer = await aMember(project.id, "reviewer");
});

/** Imports articles: their names, and what they say. */
async function bring(articles: Record<string, string>) {
  const files = Object.entries(articles).map(([name, text]) =>
    aFile(`${name}.md`, `# About ${name}\n\n${text}\n`),
  );
  const imported = await importFiles(operator, project.slug, {
    format: "auto",
    files,
    update: true,
  });
  await haveSearchable();
  return imported;
}

async function idOf(title: string): Promise<string> {
  const { rows } = await sql("SELECT id FROM articles WHERE title = $1 AND deleted_at IS NULL", [
    `About ${title}`,
  ]);
  return rows[0]?.id ?? "";
}

/** Somebody marks the first word of an article. */
async function mark(actor: UserActor, article: string): Promise<string> {
  const { annotation_set: set, text } = (await openArticle(actor, article)).article;
  await annotate(actor, set?.id ?? "", { revision: set?.revision ?? 0, operations: [aMark(text)] });
  return set?.id ?? "";
}

function aMark(text: string): Operation {
  const quote = /^\S+/.exec(text)?.[0] ?? "";
  const fragments = [{ start: 0, end: [...quote].length }];
  return {
    id: uuidv7(),
    type: "add_span",
    span: { id: uuidv7(), label: "claim", fragments, quote, attributes: {} },
  };
}

const listed = async (q = "") =>
  (await listArticles(admin, project.slug, q === "" ? {} : { q })).articles.map(
    ({ title }) => title,
  );

const isHealthy = async () =>
  expect((await diagnose()).filter(({ breaches }) => breaches > 0)).toEqual([]);

const code = (expected: string) => expect.objectContaining({ code: expected });

test("a deleted article is nowhere, and comes back with all that was marked in it", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "The lamp went out." });
  const id = await idOf("harbour");
  const set = await mark(admin, id);
  await deleteArticles(admin, [id]);

  expect(await listed()).toEqual(["About lighthouse"]);
  expect(await listed("pier")).toEqual([]);
  expect((await listArticles(admin, project.slug, { q: "piers" })).instead).toEqual([]);
  expect((await listArticles(admin, project.slug, {})).count).toBe(1);
  expect((await nextArticle(admin, project.slug, null))?.title).toBe("About lighthouse");
  await expect(openArticle(admin, id)).rejects.toEqual(code("not_found"));
  expect((await previewExport(admin, project.slug)).articles).toBe(1);
  expect(await exported()).toHaveLength(1);
  await isHealthy();

  expect((await trashOf(admin)).items).toMatchObject([
    { kind: "article", id, title: "About harbour", deleted_by: admin.name },
  ]);
  await restoreArticle(admin, id);
  expect((await trashOf(admin)).items).toEqual([]);
  expect(await listed("pier")).toEqual(["About harbour"]);
  expect((await openArticle(admin, id)).article.annotation_set).toMatchObject({
    id: set,
    revision: 1,
  });
  await isHealthy();
});

async function exported(): Promise<string[]> {
  const { bytes } = await exportDataset(admin, project.slug, { layer: "all", includeOpen: true });
  let text = "";
  for await (const chunk of bytes) text += Buffer.from(chunk).toString("utf8");
  return text.trimEnd().split("\n");
}

test("other people's work is counted, and keeps an article from being deleted", async () => {
  await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  await mark(admin, id);
  await openArticle(await aMember(project.id), id); // has looked, and marked nothing
  await mark(reviewer, id);
  const work = {
    articles: 1,
    annotation_sets: 2,
    spans: 2,
    people: 2,
    of_others: { annotation_sets: 1, spans: 1, people: 1 },
  };
  expect(await workOnArticles(admin, [id])).toEqual(work);
  await expect(deleteArticles(admin, [id])).rejects.toMatchObject({
    code: "has_work",
    message: "Another person has worked on the article: 1 annotation set with 1 span would go too.",
    details: { work },
  });
  expect(await listed()).toEqual(["About harbour"]);
  await deleteArticles(admin, [id], { force: true });
  expect(await listed()).toEqual([]);
});

test("one's own work keeps nothing, and the operator has none", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "Dark." });
  await mark(admin, await idOf("harbour"));
  await expect(deleteArticles(operator, [await idOf("harbour")])).rejects.toEqual(code("has_work"));
  await deleteArticles(admin, [await idOf("harbour"), await idOf("lighthouse")]);
  expect(await listed()).toEqual([]);
});

test("of several articles all go or none", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "Dark." });
  await mark(reviewer, await idOf("lighthouse"));
  const both = [await idOf("harbour"), await idOf("lighthouse")];
  await expect(deleteArticles(admin, both)).rejects.toEqual(code("has_work"));
  expect(await listed()).toHaveLength(2);
});

test("deleting and restoring is for a project's admins, and what is not theirs is not there", async () => {
  const run = await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  const curator = await aMember(project.id, "curator");
  const stranger = await aUser();
  for (const work of [
    (who: UserActor) => workOnArticles(who, [id]),
    (who: UserActor) => deleteArticles(who, [id]),
    (who: UserActor) => workOnProject(who, project.slug),
    (who: UserActor) => deleteProject(who, project.slug),
    (who: UserActor) => undoingOf(who, project.slug, run.id),
    (who: UserActor) => undoImport(who, project.slug, run.id),
  ]) {
    await expect(work(stranger)).rejects.toEqual(code("not_found"));
    await expect(work(curator)).rejects.toEqual(code("forbidden"));
  }
  await deleteArticles(admin, [id]);
  for (const who of [stranger, curator]) {
    expect((await trashOf(who)).items).toEqual([]);
    await expect(restoreArticle(who, id)).rejects.toEqual(code("not_found"));
  }
  await deleteProject(admin, project.slug);
  for (const who of [stranger, curator]) {
    expect((await trashOf(who)).items).toEqual([]);
    await expect(restoreProject(who, project.id)).rejects.toEqual(code("not_found"));
  }
  const siteAdmin = await aUser({ siteAdmin: true });
  expect((await trashOf(siteAdmin)).items).toMatchObject([{ kind: "project", id: project.id }]);
  await restoreProject(siteAdmin, project.id);
});

test("who deleted and restored what is in the trail", async () => {
  const run = await bring({ harbour: "The pier sank.", lighthouse: "Dark." });
  const id = await idOf("harbour");
  await deleteArticles(admin, [id]);
  await restoreArticle(admin, id);
  await undoImport(admin, project.slug, run.id);
  await deleteProject(admin, project.slug);
  await restoreProject(admin, project.id);
  const { rows } = await sql(
    `SELECT action, user_id AS "who", subject FROM audit_events
     WHERE action <> 'import.finished' ORDER BY at, id`,
  );
  const who = admin.userId;
  expect(rows).toEqual([
    { action: "article.deleted", who, subject: id },
    { action: "article.restored", who, subject: id },
    { action: "import.undone", who, subject: run.id },
    { action: "project.deleted", who, subject: project.id },
    { action: "project.restored", who, subject: project.id },
  ]);
});

test("the same article imported again is a new one, and the old one cannot come back beside it", async () => {
  await bring({ harbour: "The pier sank." });
  const old = await idOf("harbour");
  await mark(admin, old);
  await deleteArticles(admin, [old]);
  expect(await bring({ harbour: "The pier sank." })).toMatchObject({ created: 1, updated: 0 });
  const again = await idOf("harbour");
  expect(again).not.toBe(old);
  await expect(restoreArticle(admin, old)).rejects.toEqual(code("conflict"));
  await deleteArticles(admin, [again]);
  await restoreArticle(admin, old);
  expect(await idOf("harbour")).toBe(old);
  await isHealthy();
});

test("a save into what was deleted is refused in words of its own", async () => {
  await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  const { annotation_set: set, text } = (await openArticle(reviewer, id)).article;
  const batch = { revision: 0, operations: [aMark(text)] };
  const attempts = [
    () => annotate(reviewer, set?.id ?? "", batch),
    () => submit(reviewer, set?.id ?? "", { revision: 0 }),
  ];
  await deleteArticles(admin, [id]);
  for (const attempt of attempts) await expect(attempt()).rejects.toEqual(code("deleted"));
  await restoreArticle(admin, id);
  await deleteProject(admin, project.slug);
  for (const attempt of attempts) await expect(attempt()).rejects.toEqual(code("deleted"));
  await restoreProject(admin, project.id);
  expect(await annotate(reviewer, set?.id ?? "", batch)).toMatchObject({ revision: 1 });
});

test("of saves and a deletion at the same moment, none is both acknowledged and unseen", async () => {
  await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  const people = await Promise.all([1, 2, 3, 4, 5, 6].map(() => aMember(project.id)));
  const opened = await Promise.all(people.map((who) => openArticle(who, id)));
  const saves = people.map((who, index) => {
    const { annotation_set: set, text } = opened[index]?.article ?? { text: "" };
    return annotate(who, set?.id ?? "", { revision: 0, operations: [aMark(text)] });
  });
  const [deletion, ...saved] = await Promise.allSettled([deleteArticles(admin, [id]), ...saves]);
  const acknowledged = saved.filter(({ status }) => status === "fulfilled").length;
  // It went only if nobody's work was in it, and then nobody was told that theirs is.
  expect(deletion.status === "fulfilled" ? acknowledged : saved.length).toBe(
    deletion.status === "fulfilled" ? 0 : acknowledged,
  );
  const { rows } = await sql("SELECT count(*)::int AS n FROM operations");
  expect(rows).toEqual([{ n: acknowledged }]);
});

test("a deletion waits for a save that is under way, and sees it", async () => {
  await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  const { annotation_set: set } = (await openArticle(reviewer, id)).article;
  const saving = await database().pool.connect();
  await saving.query("BEGIN");
  await saving.query("UPDATE annotation_sets SET revision = 1 WHERE id = $1", [set?.id]);
  const deletion = deleteArticles(admin, [id]);
  deletion.catch(() => undefined);
  await expect
    .poll(async () => (await sql("SELECT FROM pg_locks WHERE NOT granted")).rowCount)
    .toBeGreaterThan(0);
  await saving.query("COMMIT");
  saving.release();
  await expect(deletion).rejects.toEqual(code("has_work"));
  expect(await listed()).toHaveLength(1);
});

test("a project that is deleted while somebody imports into it gets nothing more, and the import says so", async () => {
  async function* slowly() {
    yield aFile("one.md", "# One\n\nYes.");
    await deleteProject(admin, project.slug);
    for (let n = 0; n < 3; n += 1) yield aFile(`later-${n}.md`, `# Later ${n}\n\nNo.`);
  }
  await expect(
    importFiles(operator, project.slug, { format: "auto", files: slowly() }),
  ).rejects.toEqual(code("deleted"));
  await restoreProject(admin, project.id);
  const { rows } = await sql("SELECT id, state FROM imports");
  expect(rows).toMatchObject([{ state: "failed" }]);
  expect((await importOf(admin, project.slug, rows[0]?.id)).failure).toMatch(/project was deleted/);
  await isHealthy();
});

test("an export that has begun is of the state it began in", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "Dark." });
  const { bytes } = await exportDataset(admin, project.slug, { layer: "all" });
  const first = await bytes.next();
  await deleteArticles(admin, [await idOf("harbour"), await idOf("lighthouse")]);
  expect(
    Buffer.from(first.value ?? [])
      .toString("utf8")
      .trimEnd()
      .split("\n"),
  ).toHaveLength(2);
  expect((await bytes.next()).done).toBe(true);
  expect(await exported()).toEqual([""]);
});

test("undoing an import takes out what it created, and brings back what it changed", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "The lamp went out." });
  const second = await bring({ harbour: "The pier was sunk.", customs: "Nothing to declare." });
  expect(second).toMatchObject({ created: 1, updated: 1 });
  const planned = {
    articles: 1,
    versions: 1,
    kept: { changed_since: 0, worked: 0, overwritten: 0 },
  };
  expect(await undoingOf(admin, project.slug, second.id)).toMatchObject(planned);
  expect(await undoImport(admin, project.slug, second.id)).toMatchObject(planned);

  expect((await listed()).sort()).toEqual(["About harbour", "About lighthouse"]);
  expect((await openArticle(admin, await idOf("harbour"))).article).toMatchObject({
    text: "About harbour\n\nThe pier sank.",
    version: { number: 1, current: true },
  });
  expect(await listed("sank")).toEqual(["About harbour"]);
  expect(await listed('"was sunk"')).toEqual([]);
  expect((await trashOf(admin)).items).toMatchObject([{ title: "About customs" }]);
  expect((await importOf(admin, project.slug, second.id)).undone_at).not.toBeNull();
  const { items } = await itemsOf(admin, project.slug, second.id, { limit: 10 });
  expect(items.find(({ path }) => path === "customs.md")).toMatchObject({
    article_id: null,
    title: null,
  });
  await expect(undoImport(admin, project.slug, second.id)).rejects.toEqual(code("conflict"));
  await isHealthy();
});

test("an import is undone as far as nobody has built on it", async () => {
  const first = await bring({
    harbour: "One.",
    lighthouse: "One.",
    customs: "One.",
    pilot: "One.",
  });
  const second = await bring({ harbour: "Two.", lighthouse: "Two.", customs: "Two." });
  await mark(reviewer, await idOf("lighthouse"));
  await bring({ customs: "Three." });
  expect(await undoImport(admin, project.slug, second.id)).toMatchObject({
    articles: 0,
    versions: 1,
    kept: { changed_since: 1, worked: 1 },
  });
  expect(await undoImport(admin, project.slug, first.id)).toMatchObject({
    articles: 2,
    kept: { changed_since: 2 },
  });
  expect((await listed()).sort()).toEqual(["About customs", "About lighthouse"]);
  await isHealthy();
});

test("an import on which others have worked is undone only if told so", async () => {
  const run = await bring({ harbour: "One.", lighthouse: "One." });
  await mark(reviewer, await idOf("harbour"));
  await expect(undoImport(admin, project.slug, run.id)).rejects.toMatchObject({
    code: "has_work",
    details: { work: { articles: 2, of_others: { annotation_sets: 1, spans: 1, people: 1 } } },
  });
  expect((await importOf(admin, project.slug, run.id)).undone_at).toBeNull();
  await undoImport(admin, project.slug, run.id, { force: true });
  expect(await listed()).toEqual([]);
});

test("an import that runs is not undone", async () => {
  const id = uuidv7();
  await sql(
    "INSERT INTO imports (id, project_id, state, format) VALUES ($1, $2, 'running', 'auto')",
    [id, project.id],
  );
  await expect(undoImport(admin, project.slug, id)).rejects.toEqual(code("conflict"));
});

test("a deleted project comes back by a request that says nothing else", async () => {
  await deleteProject(admin, project.slug);
  const request = new NextRequest("http://localhost/", {
    method: "POST",
    headers: { authorization: `Bearer ${await aToken(admin)}` },
  });
  const restored = await restore(request, { params: Promise.resolve({ project: project.id }) });
  expect(restored.status).toBe(200);
  expect(await restored.json()).toMatchObject({ id: project.id, slug: project.slug });
});

test("a deleted project is nowhere, its short name is free, and it comes back under another", async () => {
  await bring({ harbour: "The pier sank." });
  const id = await idOf("harbour");
  await mark(reviewer, id);
  await expect(deleteProject(admin, project.slug)).rejects.toEqual(code("has_work"));
  await deleteProject(admin, project.slug, { force: true });
  expect(await projectsOf(admin)).toEqual([]);
  expect(await projectsOf(operator)).toEqual([]);
  for (const ref of [project.slug, project.id]) {
    await expect(listArticles(admin, ref, {})).rejects.toEqual(code("not_found"));
  }
  await expect(openArticle(reviewer, id)).rejects.toEqual(code("not_found"));
  const siteAdmin = await aUser({ siteAdmin: true });
  await createProject(siteAdmin, { slug: project.slug, title: "Another" });
  await expect(restoreProject(admin, project.id)).rejects.toMatchObject({
    code: "conflict",
    details: { field: "slug" },
  });
  expect(await restoreProject(admin, project.id, { slug: "old-one" })).toMatchObject({
    slug: "old-one",
  });
  project = { ...project, slug: "old-one" };
  expect(await listed("pier")).toEqual(["About harbour"]);
  await isHealthy();
});

test("what has lain in the trash for 30 days is deleted for good, and nothing of it is left", async () => {
  await bring({ harbour: "The pier sank.", lighthouse: "The lamp went out.", customs: "Nothing." });
  for (const title of ["harbour", "customs"]) await mark(reviewer, await idOf(title));
  const harbour = await idOf("harbour");
  const other = await aProject();
  const files = [aFile("a.md", "# A\n\nWords."), aFile("b.md", "# B\n\nWords.")];
  await importFiles(operator, other.slug, { format: "auto", files });
  await deleteArticles(admin, [harbour, await idOf("lighthouse")], { force: true });
  await deleteProject(operator, other.slug);
  expect(await purge(database())).toEqual({ articles: 0, projects: [] });

  await sql("UPDATE articles SET deleted_at = now() - interval '30 days' WHERE id = $1", [harbour]);
  await sql("UPDATE projects SET deleted_at = now() - interval '31 days' WHERE id = $1", [
    other.id,
  ]);
  await expect(restoreArticle(admin, harbour)).rejects.toEqual(code("not_found"));
  expect((await trashOf(operator)).items).toMatchObject([{ title: "About lighthouse" }]);
  expect(await purge(database())).toEqual({
    articles: 3,
    projects: [{ id: other.id, slug: other.slug }],
  });
  expect(await rowsWith(harbour, ["import_items", "audit_events"])).toEqual([]);
  expect(await rowsWith(other.id, ["audit_events"])).toEqual([]);
  expect((await sql("SELECT FROM search_words WHERE word = 'pier'")).rowCount).toBe(0);
  expect(await listed()).toEqual(["About customs"]);
  await isHealthy();
});

/** Tables with a row that names an id somewhere. */
async function rowsWith(id: string, except: readonly string[]): Promise<string[]> {
  const { rows } = await sql(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    if (except.includes(name)) continue;
    const { rowCount } = await sql(
      `SELECT FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`,
      [id],
    );
    if (rowCount) found.push(name);
  }
  return found;
}

test("a purge that is stopped goes on where it was", async () => {
  await bring(Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`n${n}`, `Word${n}.`])));
  await deleteProject(operator, project.slug);
  await sql("UPDATE projects SET deleted_at = now() - interval '31 days'");
  const stopping = new AbortController();
  const purging = purge(database(), { signal: stopping.signal });
  purging.catch(() => undefined);
  await expect
    .poll(async () => (await sql("SELECT FROM articles")).rowCount, { interval: 1 })
    .toBeLessThan(250);
  stopping.abort();
  await purging.catch(() => undefined);
  await Promise.all([purge(database()), purge(database())]);
  expect((await sql("SELECT FROM projects")).rowCount).toBe(0);
  expect((await sql("SELECT FROM articles")).rowCount).toBe(0);
});

test("a node's jobs empty the trash by themselves", async () => {
  await bring({ harbour: "The pier sank." });
  await deleteArticles(admin, [await idOf("harbour")]);
  await sql("UPDATE articles SET deleted_at = now() - interval '31 days'");
  const jobs = await startJobs();
  await expect
    .poll(async () => (await sql("SELECT FROM articles")).rowCount, { timeout: 90_000 })
    .toBe(0);
  await jobs.stop();
  const { rows } = await sql("SELECT details FROM audit_events WHERE action = 'article.purged'");
  expect(rows).toEqual([{ details: { articles: 1, projects: 0 } }]);
});

test("a large project is deleted at once, while others work in theirs", async () => {
  await sql(
    `BEGIN;
     INSERT INTO articles (id, project_id, source_key, title)
     SELECT gen_random_uuid(), '${project.id}', n::text, 'T' FROM generate_series(1, 20000) n;
     INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
     SELECT gen_random_uuid(), project_id, id, 1, title, 'x', encode(sha256('x'), 'hex'), 1, '[]' FROM articles;
     COMMIT`,
  );
  // Where each row lies, which is elsewhere once it has been written anew.
  const places = async () => {
    const { rows } = await sql(
      `SELECT md5(string_agg(ctid::text, ' ' ORDER BY id)) FROM articles
       UNION ALL SELECT md5(string_agg(ctid::text, ' ' ORDER BY id)) FROM article_versions`,
    );
    return rows;
  };
  const before = await places();
  await deleteProject(operator, project.slug);
  // A flag, not 20,000 rows.
  expect(await places()).toEqual(before);
});

test("the samples, once deleted, do not come back with the next start", async () => {
  await loadSeeds();
  await deleteProject(operator, "sample", { force: true });
  await loadSeeds();
  expect((await projectsOf(operator)).map(({ slug }) => slug)).toEqual([project.slug]);
  await sql("UPDATE projects SET deleted_at = now() - interval '31 days' WHERE slug = 'sample'");
  await purge(database());
  await loadSeeds();
  expect((await projectsOf(operator)).map(({ slug }) => slug)).toEqual([project.slug]);
});

test("what lies in the trash says until when it can be restored", async () => {
  await bring({ harbour: "The pier sank." });
  await deleteArticles(admin, [await idOf("harbour")]);
  await sql("UPDATE articles SET deleted_at = date_trunc('day', now()) - interval '3 days'");
  const [item] = (await trashOf(admin)).items;
  const day = 86_400_000;
  expect(Date.parse(item?.kept_until ?? "") - Date.parse(item?.deleted_at ?? "")).toBe(30 * day);
});

test("the trash is read in pages, each thing once, whatever was deleted in the same moment", async () => {
  await bring({ harbour: "One.", lighthouse: "Two.", customs: "Three." });
  const ids = await Promise.all(["harbour", "lighthouse", "customs"].map(idOf));
  await deleteArticles(admin, ids);
  const other = await aProject();
  await deleteProject(operator, other.slug);
  const whole = (await trashOf(operator)).items.map(({ id }) => id);
  expect(whole.toSorted()).toEqual([...ids, other.id].sort());
  for (const limit of [1, 2, 3, 4]) {
    const found: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < whole.length / limit; page += 1) {
      const { items, next_cursor } = await trashOf(operator, { cursor, limit });
      found.push(...items.map(({ id }) => id));
      cursor = next_cursor ?? undefined;
    }
    expect([found, cursor]).toEqual([whole, undefined]);
  }
});

test("a new text that somebody submitted without a mark is not taken away with its import", async () => {
  await bring({ harbour: "One." });
  const second = await bring({ harbour: "Two." });
  const { annotation_set: set } = (await openArticle(reviewer, await idOf("harbour"))).article;
  await submit(reviewer, set?.id ?? "", { revision: 0 });
  expect(await undoImport(admin, project.slug, second.id)).toMatchObject({
    versions: 0,
    kept: { worked: 1 },
  });
});

test("with the text before, its title comes back, and is found", async () => {
  await bring({ harbour: "One." });
  const files = [aFile("harbour.md", "# The quay\n\nTwo.")];
  const second = await importFiles(operator, project.slug, { format: "auto", files, update: true });
  expect(await listed()).toEqual(["The quay"]);
  await undoImport(admin, project.slug, second.id);
  expect([await listed(), await listed("harbour"), await listed("quay")]).toEqual([
    ["About harbour"],
    ["About harbour"],
    [],
  ]);
  await isHealthy();
});
