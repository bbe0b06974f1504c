import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { listArticles } from "@/lib/workflow/articles";
import { backUp, restore } from "@/lib/workflow/backup";
import { deleteArticles, restoreArticle } from "@/lib/workflow/deleting";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { importFiles, importOf, receiveImport } from "@/lib/workflow/importing";
import { makeSearchable } from "@/lib/workflow/making-searchable";
import { aDatabase, sql } from "../setup/database";
import { aFile } from "../setup/files";
import { broken } from "../setup/health";
import { aJobsProcess, heldAtRow } from "../setup/jobs";
import { haveSearchable } from "../setup/searchable";
import { aMember, aProject } from "../setup/world";

beforeEach(async () => {
  await aDatabase();
});

type Project = Awaited<ReturnType<typeof aProject>>;

/** Imports Markdown files: their names, and what they say under a title of that name. */
const bring = (project: Project, articles: Record<string, string>) =>
  importFiles(operator, project.slug, {
    format: "auto",
    update: true,
    files: Object.entries(articles).map(([name, text]) =>
      aFile(`x/${name}.md`, `# ${name}\n\n${text}`),
    ),
  });

const titles = async (project: Project, query: Parameters<typeof listArticles>[2] = {}) =>
  (await listArticles(operator, project.slug, query)).articles.map(({ title }) => title);

const count = async (table: string) =>
  Number((await sql(`SELECT count(*) AS count FROM ${table}`)).rows[0]?.count);

test("what was imported is in all lists at once, and found behind that", async () => {
  const project = await aProject();
  await bring(project, { Pier: "The harbour sank." });
  await haveSearchable();
  await bring(project, { Élan: "The lamp sank.", Zoo: "The seal swims." });
  const page = await listArticles(operator, project.slug, { q: "sank" });
  expect(page.articles.map(({ title }) => title)).toEqual(["Pier"]);
  expect(page.not_searchable).toBe(2);
  for (const limit of [1, 50]) {
    const first = await listArticles(operator, project.slug, { sort: "title", limit });
    const rest = first.next_cursor
      ? await listArticles(operator, project.slug, { sort: "title", cursor: first.next_cursor })
      : { articles: [] };
    const all = [...first.articles, ...rest.articles].map(({ title }) => title);
    expect(all).toEqual(["Élan", "Pier", "Zoo"]);
    expect(first.count).toBe(3);
  }
  expect(await titles(project, { state: "unannotated", sort: "oldest" })).toHaveLength(3);
  expect(await broken()).toEqual([]);

  await haveSearchable();
  expect(await titles(project, { q: "sank", sort: "title" })).toEqual(["Élan", "Pier"]);
  expect(await titles(project, { sort: "title" })).toEqual(["Élan", "Pier", "Zoo"]);
  expect((await listArticles(operator, project.slug)).not_searchable).toBe(0);
  expect(await broken()).toEqual([]);
});

test("an article whose text is replaced is not found by the old one meanwhile", async () => {
  const project = await aProject();
  await bring(project, { Pier: "before" });
  await haveSearchable();
  await bring(project, { Pier: "after" });
  expect(await titles(project, { q: "before" })).toEqual([]);
  expect(await titles(project, { sort: "title" })).toEqual(["Pier"]);
  expect(await broken()).toEqual([]);
  await haveSearchable();
  expect(await titles(project, { q: "after" })).toEqual(["Pier"]);
});

test("what is in the trash waits for nothing, and is found when it comes back", async () => {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  await bring(project, { Pier: "harbour" });
  const [article] = (await listArticles(operator, project.slug)).articles;
  await deleteArticles(admin, [article?.id ?? ""], { force: true });
  expect(await count("search_waiting")).toBe(0);
  expect(await broken()).toEqual([]);
  await restoreArticle(admin, article?.id ?? "");
  await haveSearchable();
  expect(await titles(project, { q: "harbour" })).toEqual(["Pier"]);
});

test("several at once share what waits", async () => {
  const project = await aProject();
  const lines = Array.from({ length: 900 }, (_, n) =>
    JSON.stringify({ id: n, text: `word${n} x` }),
  );
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("a.jsonl", lines.join("\n"))],
  });
  await Promise.all([makeSearchable(), makeSearchable(), makeSearchable()]);
  expect(await count("article_search")).toBe(900);
  expect(await count("search_waiting")).toBe(0);
  expect(await broken()).toEqual([]);
});

test("what neither waits nor is found is a breach; what waits comes with a backup", async () => {
  const project = await aProject();
  await bring(project, { Pier: "harbour", Zoo: "seal" });
  const folder = mkdtempSync(join(tmpdir(), "gainsay-waiting-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await backUp(join(folder, "backup"));
  await sql("DELETE FROM search_waiting WHERE title = 'zoo'");
  expect(await broken()).toEqual(["search_entries_are_of_the_texts", "search_words_are_all_there"]);
  await repair(await diagnose());
  expect(await titles(project, { q: "seal" })).toEqual(["Zoo"]);
  await aDatabase();
  await restore(join(folder, "backup"), { replace: false });
  expect(await count("search_waiting")).toBe(2);
  await haveSearchable();
  expect(await titles(project, { q: "seal" })).toEqual(["Zoo"]);
  await sql(`INSERT INTO search_waiting VALUES (gen_random_uuid(), gen_random_uuid(), '')`);
  expect(await broken()).toEqual(["the_trash_is_not_searched"]);
  await haveSearchable();
  expect(await broken()).toEqual([]);
});

test("spans that overlap in an imported set are found", async () => {
  const project = await aProject();
  const spans = [
    { start: 0, end: 3, label: "claim" },
    { start: 4, end: 8, label: "claim" },
  ];
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("a.jsonl", JSON.stringify({ id: 1, text: "One word.", spans }))],
  });
  expect(await broken()).toEqual([]);
  await sql("UPDATE spans SET fragments = '{[0,8)}', quote = 'One word' WHERE quote = 'One'");
  expect(await broken()).toEqual(["spans_of_a_label_do_not_overlap"]);
});

/** Two thousand articles with spans, links and a bad line among them. */
function manyLines(): string {
  const lines = Array.from({ length: 2000 }, (_, n) => {
    const text = `Text ${n} says that word${n} was denied. ${"Some words follow. ".repeat(20)}`;
    const spans = [
      { id: "a", start: 0, end: 4, label: "claim" },
      { id: "b", start: 5, end: 9, label: "denial" },
    ];
    const relations = [{ type: "contradicts", from: "b", to: "a" }];
    return n === 700
      ? "{bad"
      : JSON.stringify({ id: n, title: `Title ${n}`, text, spans, relations });
  });
  return lines.join("\n");
}

/** All that an import leaves behind in a project, without ids and times. */
async function stateOf({ id }: Project): Promise<unknown> {
  const queries = [
    `SELECT source_key, title, meta, current_version FROM articles WHERE project_id = $1 ORDER BY 1`,
    `SELECT a.source_key, v.number, v.title, v.text, v.text_sha256, v.blocks FROM article_versions v
       JOIN articles a ON a.id = v.article_id WHERE v.project_id = $1 ORDER BY 1, 2`,
    `SELECT a.source_key, s.kind, s.annotator, s.revision, s.label_counts, s.note FROM annotation_sets s
       JOIN articles a ON a.id = s.article_id WHERE s.project_id = $1 ORDER BY 1`,
    `SELECT a.source_key, p.label, p.exclusive, p.fragments::text, p.quote, p.attributes FROM spans p
       JOIN annotation_sets s ON s.id = p.set_id JOIN articles a ON a.id = s.article_id
      WHERE p.project_id = $1 ORDER BY 1, 4`,
    `SELECT a.source_key, r.type, f.quote AS "from", t.quote AS "to" FROM relations r
       JOIN spans f ON f.set_id = r.set_id AND f.id = r.from_id JOIN spans t ON t.set_id = r.set_id AND t.id = r.to_id
       JOIN annotation_sets s ON s.id = r.set_id JOIN articles a ON a.id = s.article_id
      WHERE r.project_id = $1 ORDER BY 1`,
    `SELECT a.source_key, e.title, e.terms::text FROM article_search e JOIN articles a ON a.id = e.article_id
      WHERE e.project_id = $1 ORDER BY 1`,
    `SELECT word FROM search_words WHERE project_id = $1 ORDER BY 1`,
    `SELECT count(*) FROM search_waiting WHERE project_id = $1`,
    `SELECT i.item, i.path, i.line, i.outcome, i.reason, i.warnings, i.title FROM import_items i
       JOIN imports m ON m.id = i.import_id WHERE m.project_id = $1 ORDER BY 1`,
    `SELECT state, files, bytes, created, updated, unchanged, rejected, warned, next_file, next_item, failure
       FROM imports WHERE project_id = $1`,
  ];
  const state: unknown[] = [];
  for (const query of queries) state.push((await sql(query, [id])).rows);
  return state;
}

async function anImport(lines: string) {
  const project = await aProject();
  const upload = { format: "auto", files: onlyOne(aFile("a.jsonl", lines)) } as const;
  const received = await receiveImport(operator, project.slug, upload);
  const isOver = async () =>
    (await importOf(operator, project.slug, received.id)).finished_at !== null;
  return { project, id: received.id, isOver };
}

async function* onlyOne<T>(one: T): AsyncGenerator<T> {
  yield one;
}

test("an import killed in the middle, and again behind it, ends as one that was not", async () => {
  const lines = manyLines();
  const calm = await anImport(lines);
  const untroubled = aJobsProcess();
  while (!(await calm.isOver())) await pause(20);
  await haveSearchable();
  untroubled.kill("SIGKILL");
  await once(untroubled, "exit");

  const killed = await anImport(lines);
  const inTheMiddle = await heldAtRow(
    "import_items",
    `NEW.item = 1200 AND NEW.import_id = '${killed.id}'`,
  );
  const first = aJobsProcess();
  await inTheMiddle.reached();
  first.kill("SIGKILL");
  await once(first, "exit");
  await inTheMiddle.letGo();
  await sql("DROP TRIGGER hold ON import_items");
  const behind = await heldAtRow(
    "article_search",
    `NEW.title = 'title 1100' AND NEW.project_id = '${killed.project.id}'`,
  );
  const second = aJobsProcess();
  await behind.reached();
  while (!(await killed.isOver())) await pause(20);
  second.kill("SIGKILL");
  await once(second, "exit");
  await behind.letGo();
  aJobsProcess();
  while ((await count("search_waiting")) > 0) await pause(20);

  expect(await stateOf(killed.project)).toEqual(await stateOf(calm.project));
  expect(await broken()).toEqual([]);
});
