import { text } from "node:stream/consumers";
import { NextRequest } from "next/server";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { GET } from "@/app/api/v1/projects/[project]/export/route";
import { operator, type UserActor } from "@/lib/access/actor";
import type { ArticleFilterQuery } from "@/lib/api/articles";
import type { ArticleRecord } from "@/lib/domain/record";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { listArticles } from "@/lib/workflow/articles";
import type { DatasetOutcome } from "@/lib/workflow/dataset-bytes";
import { type ExportOptions, exportDataset, previewExport } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import { aToken } from "../setup/client";
import { aDatabase } from "../setup/database";
import { aFile, aFileOfCrossingSpans } from "../setup/files";
import { aRound } from "../setup/rounds";
import { haveSearchable } from "../setup/searchable";
import { aMember, aProject } from "../setup/world";

const articles = [
  {
    id: "1",
    language: "en",
    publisher: "The Courier",
    text: "Tehran denied it. The port is shut.",
  },
  { id: "2", language: "en-GB", publisher: "The Herald", text: "The shut port denied nobody." },
  { id: "3", language: "fa", text: "سفارت آن را رد کرد 😀 و گفت دروغ است." },
  { id: "4", publisher: "The Courier", text: "Nobody said anything about the harbour." },
];

let project: { id: string; slug: string };
let [ana, ben, curator]: UserActor[] = [];
let ids: Record<string, string> = {};

const people = () => {
  if (!ana || !ben || !curator) throw new Error("There are people.");
  return { ana, ben, curator };
};

async function mark(actor: UserActor, articleId: string, label: string, words: string) {
  const { article } = await openArticle(actor, articleId);
  const set = article.annotation_set;
  if (!set) throw new Error("The actor may annotate.");
  const text = new ArticleText(article.text);
  const at = article.text.indexOf(words);
  const fragments = [{ start: text.fromUtf16(at), end: text.fromUtf16(at + words.length) }];
  const span = { id: uuidv7(), label, fragments, quote: quoteOf(text, fragments), attributes: {} };
  await annotate(actor, set.id, {
    revision: set.revision,
    operations: [{ id: uuidv7(), type: "add_span", span }],
  });
  return { id: set.id, revision: set.revision + 1 };
}

beforeAll(async () => {
  await aDatabase();
  project = await aProject();
  [ana, ben, curator] = [
    await aMember(project.id),
    await aMember(project.id),
    await aMember(project.id, "admin"),
  ];
  const source = articles
    .map(
      ({ id, ...rest }) =>
        `${JSON.stringify({ source_id: id, title: `Article ${id}`, ...rest })}\n`,
    )
    .join("");
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("articles.jsonl", source)],
  });
  await haveSearchable();
  const all = await recordsOf({ layer: "all" });
  ids = Object.fromEntries(all.map(({ source_id, id }) => [source_id, id]));
  const done = await mark(people().ana, ids[1] ?? "", "denial", "Tehran denied it");
  await submit(people().ana, done.id, { revision: done.revision });
  const other = await mark(people().ben, ids[1] ?? "", "claim", "The port is shut");
  await submit(people().ben, other.id, { revision: other.revision });
  await mark(people().ben, ids[2] ?? "", "claim", "The shut port");
});

async function textOf(options: ExportOptions): Promise<string> {
  const { bytes } = await exportDataset(operator, project.slug, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const recordsOf = async (options: ExportOptions): Promise<ArticleRecord[]> =>
  (await textOf(options))
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const named = (records: readonly ArticleRecord[]) =>
  records.map(({ source_id }) => source_id).toSorted();

describe("a dataset of some articles", () => {
  test.for<{ query: ArticleFilterQuery; has: string[] }>([
    { query: { q: "denied" }, has: ["1", "2"] },
    { query: { q: '"port is shut"' }, has: ["1"] },
    { query: { q: "port -herald -tehran" }, has: ["2"] },
    { query: { q: "harbor" }, has: ["4"] }, // no article has the word; one has one like it
    { query: { q: "…" }, has: [] },
    { query: { label: "denial" }, has: ["1"] },
    { query: { state: "submitted", reviewer: "anyone" }, has: ["1"] },
    { query: { state: "open", reviewer: "anyone" }, has: ["2"] },
    { query: { state: "unannotated", language: "fa" }, has: ["3"] },
    { query: { from: "2020-01-01", until: "2021-01-01", reviewer: "anyone" }, has: [] },
    { query: { from: "2020-01-01", reviewer: "anyone" }, has: ["1"] },
    { query: { language: "en" }, has: ["1", "2"] },
    { query: { language: "EN_us" }, has: ["1", "2"] },
    { query: { language: "und" }, has: ["4"] },
    { query: { publisher: "The Courier" }, has: ["1", "4"] },
    { query: { publisher: "" }, has: ["3"] },
    { query: { publisher: "The Courier", q: "port" }, has: ["1"] },
    { query: { round: 7 }, has: [] },
    { query: {}, has: ["1", "2", "3", "4"] },
    { query: { q: "  " }, has: ["1", "2", "3", "4"] },
  ])("picks by $query what the list shows", async ({ query, has }) => {
    expect(named(await recordsOf({ articles: query, layer: "all" }))).toEqual(has);
    const list = await listArticles(operator, project.slug, query);
    expect(list.articles.map(({ title }) => title.slice(-1)).toSorted()).toEqual(has);
    const { articles: count } = await previewExport(operator, project.slug, { articles: query });
    expect(count).toBe(has.length);
  });

  test("is not made of a search that would leave out what has just come in", async () => {
    const fresh = await aProject();
    await importFiles(operator, fresh.slug, {
      format: "jsonl",
      files: [aFile("new.jsonl", '{"id":"new","text":"The port is new."}')],
    });
    const searched = () => exportDataset(operator, fresh.slug, { articles: { q: "port" } });
    // The server's own jobs do not run here.
    await expect(searched()).rejects.toMatchObject({
      code: "unavailable",
      details: { not_searchable: 1 },
    });
    const all = await exportDataset(operator, fresh.slug, { layer: "all" });
    await all.bytes.return(undefined);
    await haveSearchable();
    const { bytes } = await searched();
    expect(await text(bytes)).toContain("The port is new.");
  });

  test("says which words were searched for instead", async () => {
    const outcomes: DatasetOutcome[] = [];
    const onDone = (outcome: DatasetOutcome) => outcomes.push(outcome);
    await textOf({ articles: { q: "harbor" }, onDone });
    expect(outcomes).toMatchObject([
      { records: 1, instead: [{ word: "harbor", words: ["harbour"] }] },
    ]);
  });

  test("has those of a round, which reviewers cannot list by", async () => {
    const { ana: reviewer, curator: admin } = people();
    const { number } = await aRound(
      { admin, project, team: [reviewer] },
      { articles: { q: "nobody" } },
    );
    const query = { round: number };
    expect(named(await recordsOf({ articles: query, layer: "all" }))).toEqual(["2", "4"]);
    await expect(listArticles(people().ana, project.slug, query)).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("has the work of those who are named, and counts it", async () => {
    const all = await recordsOf({ layer: "reviewers", includeOpen: true });
    const annotators = [...new Set(all.flatMap(({ sets }) => sets.map((set) => set.annotator)))];
    expect(annotators).toHaveLength(2);
    for (const annotator of annotators) {
      const own = all.map((record) => ({
        ...record,
        sets: record.sets.filter((set) => set.annotator === annotator),
        spans: record.spans.filter((span) => span.annotator === annotator),
      }));
      const layer = "reviewers";
      expect(await recordsOf({ layer, includeOpen: true, annotator })).toEqual(own);
      const { layers } = await previewExport(operator, project.slug, { annotator });
      expect(layers.reviewers.withOpen).toMatchObject({
        sets: own.flatMap(({ sets }) => sets).length,
        spans: own.flatMap(({ spans }) => spans).length,
        records: 4,
      });
    }
    const both = annotators.join(",");
    expect(await recordsOf({ layer: "reviewers", includeOpen: true, annotator: both })).toEqual(
      all,
    );
    await expect(textOf({ annotator: "ana" })).rejects.toThrow('"ana" is no pseudonym');
  });

  test("has counts that are right for the articles that are picked", async () => {
    const articles = { language: "en" };
    const { layers } = await previewExport(operator, project.slug, { articles });
    expect(layers.reviewers).toEqual({
      finished: { annotated: 1, sets: 2, spans: 2, records: 2 },
      withOpen: { annotated: 2, sets: 3, spans: 3, records: 2 },
    });
  });

  test("is the same in parts as at once, in the order of ids", async () => {
    const many = await aProject();
    const source = Array.from(
      { length: 950 },
      (_, at) => `${JSON.stringify({ source_id: `${at}`, language: "en", text: `Text ${at}.` })}\n`,
    );
    await importFiles(operator, many.slug, {
      format: "jsonl",
      files: [aFile("many.jsonl", source.join(""))],
    });
    await haveSearchable();
    const bytesOf = async (options: ExportOptions) => {
      const { bytes } = await exportDataset(operator, many.slug, options);
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      return Buffer.concat(chunks).toString("utf8");
    };
    const all = await bytesOf({});
    expect(all.split("\n")).toHaveLength(951);
    expect(await bytesOf({ articles: { language: "en" } })).toBe(all);
  });
});

describe("the API", () => {
  const ask = async (query: string) => {
    const token = await aToken(people().curator);
    const request = new NextRequest(`http://localhost/api/v1/projects/x/export?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return GET(request, { params: Promise.resolve({ project: project.slug }) });
  };

  test("takes the filters of the list by the same names", async () => {
    const response = await ask("q=denied&language=en&publisher=The+Herald&layer=all");
    const lines = (await response.text()).split("\n").slice(0, -1);
    expect(lines.map((line) => JSON.parse(line).source_id)).toEqual(["2"]);
  });

  test.for([
    {
      query: "format=csv&layer=reviewers",
      name: "-reviewers-spans.csv",
      type: "text/csv; charset=utf-8",
    },
    {
      query: "shape=sentence&layer=reviewers",
      name: "-reviewers-sentences.jsonl",
      type: "application/x-ndjson; charset=utf-8",
    },
    {
      query: "format=parquet&shape=pair&texts=false&layer=all",
      name: "-all-pairs-without-texts.parquet",
      type: "application/vnd.apache.parquet",
    },
  ])("gives $query out as a file of its kind", async ({ query, name, type }) => {
    const response = await ask(query);
    expect(response.headers.get("content-disposition")).toContain(`${project.slug}${name}"`);
    expect(response.headers.get("content-type")).toBe(type);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  });

  test("gives pages out in an archive, with a list of them", async () => {
    const response = await ask("format=print&layer=all");
    const bytes = Buffer.from(await response.arrayBuffer()).toString("latin1");
    expect(bytes).toContain("index.html");
    for (const id of Object.values(ids)) expect(bytes).toContain(`${id}.html`);
  });

  test("answers that spans overlap, where they are to be refused, and gives its place back", async () => {
    const crossing = await aProject();
    await importFiles(operator, crossing.slug, {
      format: "jsonl",
      files: [aFileOfCrossingSpans()],
    });
    const token = await aToken(await aMember(crossing.id, "admin"));
    const get = (query: string) =>
      GET(
        new NextRequest(`http://localhost/api/v1/projects/x/export?layer=all&${query}`, {
          headers: { authorization: `Bearer ${token}` },
        }),
        { params: Promise.resolve({ project: crossing.slug }) },
      );
    for (let time = 0; time < 5; time += 1) {
      for (const query of [
        "format=conll",
        "format=token-rows&shape=article",
        "format=dataset&shape=token",
      ]) {
        const response = await get(`${query}&overlap=refuse`);
        expect(response.status).toBe(422);
        expect((await response.json()).detail).toMatch(
          /^Two spans labelled attribution by a1 overlap in “Port” \(article .*, version 1\): “The mayor said” \(0-14\) and “mayor said that” \(4-19\)/,
        );
      }
    }
    const split = await get("format=token-rows&shape=article&overlap=split");
    expect(JSON.parse(await split.text()).attribution_tags.join(" ")).toBe(
      "B-attribution B-attribution I-attribution B-attribution O O O O O",
    );
  });

  test("gives spans out with what is around them", async () => {
    const response = await ask("shape=span&context=4&layer=reviewers");
    const rows = (await response.text()).split("\n").slice(0, -1);
    const contexts = rows.map((row): string => JSON.parse(row).context);
    expect(contexts.toSorted()).toEqual(
      ["it. The port is shut.", " 1\n\nTehran denied it. Th"].toSorted(),
    );
  });

  test.for([
    { query: "shape=row", says: /There is no shape "row"/ },
    { query: "format=brat&shape=span", says: /cannot be written by span; jsonl, parquet, csv can/ },
    { query: "format=conll&texts=false", says: /CoNLL cannot go out without texts; jsonl/ },
    { query: "context=-1", says: /./ },
    { query: "format=conll&overlap=shortest", says: /./ },
    {
      query: "format=csv&overlap=split",
      says: /In CSV or TSV by span spans may overlap.*jsonl by token,.* conll\.$/,
    },
    { query: "overlap=refuse", says: /by article spans may overlap/ },
    { query: "state=done", says: /./ },
    { query: "annotator=b1", says: /"b1" is no pseudonym/ },
    { query: "round=0", says: /./ },
    { query: "sort=title", says: /./ },
  ])("refuses $query", async ({ query, says }) => {
    const response = await ask(query);
    expect(response.status).toBe(400);
    expect((await response.json()).detail).toMatch(says);
  });
});
