import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { NextRequest } from "next/server";
import type { QueryConfig } from "pg";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { GET, HEAD } from "@/app/api/v1/projects/[project]/export/route";
import { GET as getSchema } from "@/app/api/v1/schemas/[name]/route";
import { operator, type UserActor } from "@/lib/access/actor";
import {
  type ArticleRecord,
  articleRecord,
  recordJsonSchema,
  SCHEMA_FILE,
} from "@/lib/domain/record";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { writeJsonl } from "@/lib/formats/jsonl";
import { database, type Sql } from "@/lib/store/database";
import { openSnapshot, readDataset } from "@/lib/store/export";
import { streamed } from "@/lib/web/stream";
import { annotate, openArticle, reopen, submit } from "@/lib/workflow/annotating";
import { type ExportOptions, exportDataset, previewExport } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import { aToken } from "../setup/client";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** Datasets that may be read at once: a fifth of a pool of 20. */
const PLACES = 4;

/** Connections of this database that wait in a transaction for somebody to go on. */
async function transactionsLeftOpen(): Promise<number> {
  const { rows } = await database().pool.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
  );
  return rows[0]?.open ?? 0;
}

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(recordJsonSchema());

async function bytesOf(project: { slug: string }, options: ExportOptions = {}): Promise<string> {
  const { bytes } = await exportDataset(operator, project.slug, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The records of an export, every line checked against the published schema and against its text. */
async function recordsOf(project: { slug: string }, options: ExportOptions = {}) {
  const text = await bytesOf(project, options);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const record: ArticleRecord = JSON.parse(line);
      expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
      const characters = [...record.text];
      for (const { fragments, text: quote, start, end } of record.spans) {
        const pieces = fragments.map((piece) => characters.slice(piece.start, piece.end).join(""));
        expect(pieces.join(" ")).toBe(quote);
        expect([start, end]).toEqual([fragments[0]?.start, fragments.at(-1)?.end]);
      }
      expect(record.text_sha256).toBe(createHash("sha256").update(record.text).digest("hex"));
      return record;
    });
}

/** Labels words of an article, and links the first two of them if they are a denial and a claim. */
async function mark(
  actor: UserActor,
  articleId: string,
  marks: readonly (readonly [label: string, words: string])[],
  { done = false } = {},
) {
  const { article } = await openArticle(actor, articleId);
  const { annotation_set: set } = article;
  if (!set) throw new Error("The actor may not annotate.");
  const text = new ArticleText(article.text);
  const spans = marks.map(([label, words]) => {
    const fragments = words.split("…").map((piece) => {
      const at = article.text.indexOf(piece);
      return { start: text.fromUtf16(at), end: text.fromUtf16(at + piece.length) };
    });
    return { id: uuidv7(), label, fragments, quote: quoteOf(text, fragments), attributes: {} };
  });
  const [from, to] = spans;
  const relation = from?.label === "denial" &&
    to?.label === "claim" && {
      id: uuidv7(),
      type: "denies",
      from: from.id,
      to: to.id,
      attributes: {},
    };
  await annotate(actor, set.id, {
    revision: set.revision,
    operations: [
      ...spans.map((span) => ({ id: uuidv7(), type: "add_span" as const, span })),
      ...(relation ? [{ id: uuidv7(), type: "add_relation" as const, relation }] : []),
    ],
  });
  if (done)
    await submit(actor, set.id, { revision: set.revision + marks.length + (relation ? 1 : 0) });
}

const annotatorsOf = (record: ArticleRecord | undefined) =>
  record?.sets.map(({ annotator }) => annotator);

/** When and how often something was done in a set. */
function timesOf(set: ArticleRecord["sets"][number] | undefined) {
  return {
    revision: set?.revision ?? 0,
    submittedAt: set?.submitted_at ? new Date(set.submitted_at) : null,
    updatedAt: new Date(set?.updated_at ?? 0),
  };
}

const TEXT = "😀 Tehran denied it. “The plot”, he said, “was real”. دروغ گفتند.";

async function aReviewedProject() {
  const project = await aProject();
  const articles = [
    await anArticle(project.id, TEXT),
    await anArticle(project.id),
    await anArticle(project.id),
  ];
  const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
  const [one, two] = articles.map(({ id }) => id);
  if (!one || !two) throw new Error("There are articles.");
  await mark(
    ana,
    one,
    [
      ["denial", "Tehran denied"],
      ["claim", "The plot…was real"],
    ],
    { done: true },
  );
  await mark(ben, one, [["claim", "دروغ گفتند"]], { done: true });
  await mark(ben, two, [["denial", "denied it"]]);
  return { project, one, two, ana, ben };
}

describe("a dataset", () => {
  test("has every article of the project, by id, and the finished work of every reviewer", async () => {
    const { project, one, two } = await aReviewedProject();
    const records = await recordsOf(project, { layer: "reviewers" });
    expect(records).toHaveLength(3);
    expect(records.map(({ id }) => id)).toEqual(records.map(({ id }) => id).sort());
    const first = records.find(({ id }) => id === one);
    expect(annotatorsOf(first)).toEqual(["a1", "a2"]);
    expect(first?.spans.map(({ text, annotator }) => `${annotator} ${text}`)).toEqual([
      "a1 Tehran denied",
      "a1 The plot was real",
      "a2 دروغ گفتند",
    ]);
    expect(first?.relations).toMatchObject([
      { type: "denies", from: first?.spans[0]?.id, to: first?.spans[1]?.id, annotator: "a1" },
    ]);
    expect(records.find(({ id }) => id === two)).toMatchObject({ sets: [], spans: [] });
  });

  test("holds unfinished work only when asked to", async () => {
    const { project, two } = await aReviewedProject();
    const records = await recordsOf(project, { layer: "reviewers", includeOpen: true });
    expect(records.find(({ id }) => id === two)?.spans).toMatchObject([{ text: "denied it" }]);
  });

  test("does not name somebody who has opened an article and done nothing", async () => {
    const { project, one, two } = await aReviewedProject();
    const visitor = await aMember(project.id);
    for (const id of [one, two]) await openArticle(visitor, id);
    for (const layer of ["reviewers", "all"] as const) {
      const records = await recordsOf(project, { layer, includeOpen: true });
      expect(annotatorsOf(records.find(({ id }) => id === one))).toEqual(["a1", "a2"]);
      expect(annotatorsOf(records.find(({ id }) => id === two))).toEqual(["a2"]);
    }
  });

  test("names somebody who submitted that there is nothing", async () => {
    const { project, two } = await aReviewedProject();
    const careful = await aMember(project.id);
    const { annotation_set: set } = (await openArticle(careful, two)).article;
    await submit(careful, set?.id ?? "", { revision: 0 });
    const records = await recordsOf(project, { layer: "reviewers" });
    const record = records.find(({ id }) => id === two);
    expect(record).toMatchObject({ sets: [{ annotator: "a3", revision: 0 }], spans: [] });
  });

  test.for([
    { source: "2024-07-30T14:35:34.007Z", expected: "2024-07-30T14:35:34.007Z" },
    { source: "2024-07-30T16:35:34.120+02:00", expected: "2024-07-30T14:35:34.120Z" },
    { source: "2024-07-30T14:35:34Z", expected: "2024-07-30T14:35:34.000Z" },
  ])(
    "keeps the time $source to the millisecond, and knows it again",
    async ({ source, expected }) => {
      const project = await aProject();
      const file = () =>
        aFile("a.jsonl", JSON.stringify({ id: "a", text: "x", published_at: source }));
      const bring = () => importFiles(operator, project.slug, { format: "auto", files: [file()] });
      expect(await bring()).toMatchObject({ created: 1 });
      expect((await recordsOf(project))[0]?.published_at).toBe(expected);
      expect(await bring()).toMatchObject({ unchanged: 1, updated: 0 });
    },
  );

  test("of gold has no reviewers' work, and names nobody who has none in it", async () => {
    const { project } = await aReviewedProject();
    for (const record of await recordsOf(project, { layer: "gold" })) {
      expect(record).toMatchObject({ layer: "gold", sets: [], spans: [], relations: [] });
    }
  });

  test("holds an article as large as a whole batch, and those behind it", async () => {
    const project = await aProject();
    const lengths = [10, 1_000_001, 10];
    for (const length of lengths) await anArticle(project.id, "x".repeat(length));
    expect((await recordsOf(project)).map(({ text }) => text.length)).toEqual(lengths);
  });

  test("is the same, byte for byte, when made again", async () => {
    const { project } = await aReviewedProject();
    expect(await bytesOf(project, { layer: "all" })).toBe(await bytesOf(project, { layer: "all" }));
  });

  test("is what the writer of the format writes", async () => {
    const { project, one } = await aReviewedProject();
    const line = (await bytesOf(project, { layer: "reviewers" }))
      .split("\n")
      .find((candidate) => candidate.includes(one));
    const record: ArticleRecord = JSON.parse(line ?? "");
    const rebuilt = articleRecord(
      {
        id: record.id,
        version: record.version,
        sourceId: null,
        title: record.title,
        publisher: null,
        author: null,
        url: null,
        publishedAt: null,
        language: null,
        text: record.text,
        textSha256: record.text_sha256,
        blocks: record.blocks.map(({ level, ...block }) =>
          level === undefined ? block : { ...block, level },
        ),
        meta: {},
      },
      [1, 2].map((annotator) => ({
        annotator,
        kind: "reviewer" as const,
        schemeVersion: 1,
        guidelineVersion: null,
        ...timesOf(record.sets[annotator - 1]),
        note: "",
        attributes: {},
        spans: record.spans
          .filter((span) => span.annotator === `a${annotator}`)
          .map(({ text, ...span }) => ({ ...span, quote: text })),
        relations: record.relations.filter((relation) => relation.annotator === `a${annotator}`),
      })),
      "reviewers",
    );
    expect(`${line}\n`).toBe(writeJsonl(rebuilt));
  });

  test("has no name and no e-mail address in it", async () => {
    const { project, ana } = await aReviewedProject();
    const text = await bytesOf(project, { layer: "all", includeOpen: true });
    expect(text).not.toContain(ana.email);
    expect(text).not.toContain(ana.userId);
  });

  test("has each version that has work, with its own title, and else the current one", async () => {
    const project = await aProject();
    const bring = (text: string) =>
      importFiles(operator, project.slug, {
        format: "auto",
        files: [aFile("a.md", text)],
        update: true,
      });
    const { rows } = await bring("# Title\n\nShe denied it.").then(() =>
      database().pool.query("SELECT id FROM articles WHERE project_id = $1", [project.id]),
    );
    const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
    await mark(ana, rows[0].id, [["denial", "denied it"]], { done: true });
    await bring("# A mill\n\nA mill burned.");
    await bring("# Title, corrected\n\nHe denied all.");
    const first = { version: 1, title: "Title", spans: [{ text: "denied it", annotator: "a1" }] };
    expect(await recordsOf(project, { layer: "reviewers" })).toMatchObject([first]);
    expect(await recordsOf(project, { layer: "gold" })).toMatchObject([
      { version: 3, title: "Title, corrected", sets: [] },
    ]);
    await mark(ben, rows[0].id, [["denial", "denied all"]], { done: true });
    expect(await recordsOf(project, { layer: "reviewers" })).toMatchObject([
      first,
      { version: 3, title: "Title, corrected", sets: [{ annotator: "a2" }] },
    ]);
    const { layers } = await previewExport(operator, project.slug);
    expect(layers.reviewers.finished).toEqual({ annotated: 1, records: 2, sets: 2, spans: 2 });
    expect(layers.gold.finished).toEqual({ annotated: 0, records: 1, sets: 0, spans: 0 });
  });

  test("has the versions of an article that was imported again and again", async () => {
    const project = await aProject();
    for (const name of ["d1", "d2", "d3"]) {
      const content = readFileSync(new URL(`../fixtures/intake/${name}.jsonl`, import.meta.url));
      const files = [aFile(`${name}.jsonl`, content)];
      expect(await importFiles(operator, project.slug, { format: "auto", files })).toMatchObject({
        rejected: [],
      });
    }
    expect(await recordsOf(project, { layer: "all" })).toMatchObject([
      {
        version: 1,
        title: "First article about the port.",
        text: "First article about the port.",
        spans: [{ text: "First article" }],
      },
      {
        version: 3,
        title: "First article about the port, corrected.",
        text: "First article about the port, corrected.",
        spans: [{ text: "First" }],
      },
    ]);
  });

  test("comes in more versions than one batch holds, each once", async () => {
    const project = await aProject();
    const versions = Array.from({ length: 95 }, (_, index) => {
      const spans = [{ start: 0, end: 4, label: "claim" }];
      return JSON.stringify({ id: 1, text: `Text ${index}.`, spans });
    });
    for (const line of versions) {
      const files = [aFile("a.jsonl", line)];
      await importFiles(operator, project.slug, { format: "auto", files });
    }
    const numbers = (await recordsOf(project, { layer: "all" })).map(({ version }) => version);
    expect(numbers).toEqual(versions.map((_, index) => index + 1));
  });

  test("takes reviewers' notes and when they did what along", async () => {
    const { project, one, ana } = await aReviewedProject();
    const { annotation_set: set } = (await openArticle(ana, one)).article;
    await reopen(ana, set?.id ?? "", { revision: 3 });
    const note = { id: uuidv7(), type: "set_article_note" as const, note: "Read “twice”.\u001f" };
    await annotate(ana, set?.id ?? "", { revision: 3, operations: [note] });
    const records = await recordsOf(project, { layer: "reviewers", includeOpen: true });
    const [first, second] = records.find(({ id }) => id === one)?.sets ?? [];
    expect(first).toMatchObject({
      annotator: "a1",
      kind: "reviewer",
      scheme_version: 1,
      guideline_version: null,
      revision: 4,
      submitted_at: null,
      note: "Read “twice”.\u001f",
      attributes: {},
    });
    expect(second?.submitted_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(first?.updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("is of gold where there is some, else of the reviewers, if nobody says of what", async () => {
    const { project, one } = await aReviewedProject();
    const layerOf = async () => {
      const { layer, bytes } = await exportDataset(operator, project.slug);
      await bytes.return(undefined);
      return layer;
    };
    expect(await layerOf()).toBe("reviewers");
    expect((await previewExport(operator, project.slug)).usual).toBe("reviewers");
    const [record] = (await recordsOf(project)).filter(({ id }) => id === one);
    expect(record).toMatchObject({ layer: "reviewers", sets: [{ annotator: "a1" }, {}] });
    await database().pool.query(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, submitted_at)
       SELECT gen_random_uuid(), project_id, article_id, version_id, 'gold', 1, 1, now()
       FROM annotation_sets WHERE article_id = $1 AND annotator = 1`,
      [one],
    );
    expect(await layerOf()).toBe("gold");
    expect((await previewExport(operator, project.slug)).usual).toBe("gold");
    expect((await recordsOf(project)).find(({ id }) => id === one)).toMatchObject({
      layer: "gold",
      sets: [{ annotator: "a1", kind: "gold" }],
    });
    // What was settled in the trash is settled no more.
    await database().pool.query("UPDATE articles SET deleted_at = now() WHERE id = $1", [one]);
    expect(await layerOf()).toBe("reviewers");
  });

  test("comes back in by import, spans and all", async () => {
    const { project } = await aReviewedProject();
    const other = await aProject();
    const text = await bytesOf(project, { layer: "reviewers" });
    const { created, rejected } = await importFiles(operator, other.slug, {
      format: "jsonl",
      files: [aFile("dataset.jsonl", text)],
    });
    expect({ created, rejected }).toEqual({ created: 3, rejected: [] });
    const spans = (records: ArticleRecord[]) =>
      records.flatMap((record) => record.spans.map((span) => `${span.label} ${span.text}`)).sort();
    expect(spans(await recordsOf(other, { layer: "all" }))).toEqual(
      spans(await recordsOf(project, { layer: "reviewers" })),
    );
  });

  test("is of one moment, whatever is written while it is read", async () => {
    const project = await aProject();
    for (let count = 0; count < 90; count += 1)
      await anArticle(project.id, `Article ${count}. ${"x".repeat(3000)}`);
    const { bytes } = await exportDataset(operator, project.slug);
    const first = await bytes.next();
    await database().pool.query("DELETE FROM articles WHERE project_id = $1", [project.id]);
    let text = Buffer.from(first.value ?? []).toString("utf8");
    for await (const chunk of bytes) text += Buffer.from(chunk).toString("utf8");
    expect(text.split("\n")).toHaveLength(91);
  });

  test("that nobody reads to the end gives its connection back", async () => {
    const project = await aProject();
    for (let count = 0; count < 90; count += 1)
      await anArticle(project.id, `Article ${count}. ${"x".repeat(3000)}`);
    const { pool } = database();
    const { bytes } = await exportDataset(operator, project.slug);
    await bytes.next();
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await bytes.return(undefined);
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });
});

test("a reader who stands still loses the snapshot, and its connection is given back", async () => {
  const { pool } = database();
  const snapshot = await openSnapshot(database(), { standstill: 50 });
  await snapshot.sql.query("SELECT 1");
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0);
  await expect(snapshot.sql.query("SELECT 1")).rejects.toThrow();
  await snapshot.close(); // and once is enough
  expect(await transactionsLeftOpen()).toBe(0);
});

describe("datasets that are read at once", () => {
  const everything = (projectId: string) => ({ projectId, layer: "all", open: true }) as const;

  /** The database, with something around each query. */
  function asking(around: <T>(ask: () => Promise<T>) => Promise<T>): Sql {
    const { pool } = database();
    const query = (config: QueryConfig) => around(() => pool.query(config));
    return { query: query as Sql["query"] }; // the only one of its forms that datasets use
  }

  async function countRead(sql: Sql, projectId: string): Promise<number> {
    let articles = 0;
    for await (const _article of readDataset(sql, everything(projectId))) articles += 1;
    return articles;
  }

  async function aProjectOfArticles(count: number): Promise<string> {
    const { id } = await aProject();
    for (let made = 0; made < count; made += 1) await anArticle(id, `Article ${made}.`);
    return id;
  }

  test("ask the database one after the other, in turns", async () => {
    const project = await aProjectOfArticles(90);
    const asked: string[] = [];
    let underWay = 0;
    const read = (name: string) =>
      countRead(
        asking(async (ask) => {
          asked.push(name);
          underWay += 1;
          expect(underWay).toBe(1);
          return ask().finally(() => {
            underWay -= 1;
          });
        }),
        project,
      );
    expect(await Promise.all(["a", "b", "c"].map(read))).toEqual([90, 90, 90]);
    expect(asked.slice(0, 6).join("")).toBe("abcabc");
  });

  test.for([
    {
      name: "that are several leave the database to others after each query",
      open: 2,
      next: "others",
    },
    { name: "that are alone go on at once", open: 1, next: "asked" },
  ])("$name", async ({ open, next }) => {
    const project = await aProjectOfArticles(90);
    const snapshots = await Promise.all(
      Array.from({ length: open }, () => openSnapshot(database())),
    );
    const events: string[] = [];
    const sql = asking((ask) => {
      events.push("asked");
      return ask().finally(() => {
        events.push("answered");
        setTimeout(() => events.push("others")); // whoever waits for nothing but their turn
      });
    });
    expect(await countRead(sql, project)).toBe(90);
    await Promise.all(snapshots.map(({ close }) => close()));
    const afterEach = events.filter((_, at) => events[at - 1] === "answered");
    expect(afterEach.slice(0, 3)).toEqual([next, next, next]); // of batches of 40, the last one empty
  });

  test("do not wait for one whose answer does not come", async () => {
    const project = await aProjectOfArticles(3);
    const stuck = Promise.withResolvers<void>();
    const first = countRead(
      asking((ask) => stuck.promise.then(ask)),
      project,
    );
    expect(await countRead(database().pool, project)).toBe(3);
    stuck.resolve();
    expect(await first).toBe(3);
  });

  test("go on when one of them fails", async () => {
    const project = await aProjectOfArticles(3);
    const failing = countRead(
      asking(() => Promise.reject(new Error("away"))),
      project,
    );
    const other = countRead(database().pool, project);
    await expect(failing).rejects.toThrow("away");
    expect(await other).toBe(3);
  });
});

test("the preview counts what the dataset holds", async () => {
  const { project } = await aReviewedProject();
  const preview = await previewExport(operator, project.slug);
  expect(preview.articles).toBe(3);
  expect(preview.layers.gold.finished).toEqual({
    annotated: 0,
    records: 3,
    sets: 0,
    spans: 0,
  });
  expect(preview.layers.reviewers).toEqual({
    finished: { annotated: 1, records: 3, sets: 2, spans: 3 },
    withOpen: { annotated: 2, records: 3, sets: 3, spans: 4 },
  });
});

test("a download whose client goes while bytes are being made ends its source, and that is no trouble", async () => {
  const [begun, made] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const seen: string[] = [];
  async function* source() {
    try {
      begun.resolve();
      await made.promise;
      seen.push("made");
      yield new Uint8Array(1);
      seen.push("asked for more");
    } finally {
      seen.push("ended");
    }
  }
  const request = new Request("http://localhost");
  const reader = streamed(request, source(), {}).body?.getReader();
  const reading = reader?.read();
  await begun.promise;
  const cancelling = reader?.cancel();
  made.resolve();
  await cancelling;
  expect(await reading).toEqual({ done: true, value: undefined });
  expect(seen).toEqual(["made", "ended"]);
});

test("a download whose request is over breaks off instead of seeming whole", async () => {
  const client = new AbortController();
  const [begun, made] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* source() {
    begun.resolve();
    await made.promise;
    yield new Uint8Array(1);
  }
  const request = new Request("http://localhost", { signal: client.signal });
  const reading = streamed(request, source(), {}).body?.getReader().read();
  await begun.promise;
  client.abort();
  made.resolve();
  await expect(reading).rejects.toThrow("The client has gone.");
});

describe("the API", () => {
  const ask = async (
    project: { id: string; slug: string },
    query: string,
    role: "curator" | "reviewer" = "curator",
    init: { method?: "HEAD"; signal?: AbortSignal } = {},
  ) => {
    const token = await aToken(await aMember(project.id, role));
    const request = new NextRequest(`http://localhost/api/v1/projects/x/export?${query}`, {
      ...init,
      headers: { authorization: `Bearer ${token}` },
    });
    return (init.method === "HEAD" ? HEAD : GET)(request, {
      params: Promise.resolve({ project: project.slug }),
    });
  };

  test("streams the same bytes as a file to save", async () => {
    const { project } = await aReviewedProject();
    const response = await ask(project, "layer=reviewers&include_open=true");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="${project.slug}-reviewers.jsonl"`,
    );
    expect(await response.text()).toBe(
      await bytesOf(project, { layer: "reviewers", includeOpen: true }),
    );
  });

  test("says whose annotations it answers with", async () => {
    const { project } = await aReviewedProject();
    for (const [query, layer] of [
      ["", "reviewers"],
      ["layer=all", "all"],
      ["layer=gold", "gold"],
    ] as const) {
      const response = await ask(project, query);
      expect(response.headers.get("gainsay-layer")).toBe(layer);
      expect(response.headers.get("content-disposition")).toContain(`-${layer}.jsonl"`);
      await response.body?.cancel();
    }
  });

  /** Somebody may read now. */
  const expectAPlace = async (project: { id: string; slug: string }) => {
    const response = await ask(project, "");
    expect(response.status).toBe(200);
    await response.body?.cancel();
  };

  test("answers HEAD with the headers alone, and asks for no dataset", async () => {
    const { project } = await aReviewedProject();
    for (let time = 0; time < 2 * PLACES; time += 1) {
      const response = await ask(project, "layer=reviewers", "curator", { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toMatch("application/x-ndjson");
      expect(response.body).toBeNull();
    }
    expect(await transactionsLeftOpen()).toBe(0);
  });

  test("ends what it holds when the client is gone before the first byte", async () => {
    const { project } = await aReviewedProject();
    for (let time = 0; time < 2 * PLACES; time += 1) {
      const client = new AbortController();
      await ask(project, "", "curator", { signal: client.signal });
      client.abort();
    }
    await expectAPlace(project);
    expect(await transactionsLeftOpen()).toBe(0);
  });

  test("that nobody reads leaves the rest of the pool alone, and the next one is told to wait", async () => {
    const project = await aProject();
    for (let count = 0; count < 90; count += 1)
      await anArticle(project.id, `Article ${count}. ${"x".repeat(3000)}`);
    const held = await Promise.all(Array.from({ length: PLACES }, () => ask(project, "")));
    const readers = held.map((response) => response.body?.getReader());
    for (const reader of readers) await reader?.read();
    const refused = await ask(project, "");
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const { pool } = database();
    expect(pool.totalCount - pool.idleCount).toBe(PLACES);
    for (const reader of readers) await reader?.cancel();
    await expectAPlace(project);
  });

  test("gives the connection back when the client goes away", async () => {
    const project = await aProject();
    for (let count = 0; count < 90; count += 1)
      await anArticle(project.id, `Article ${count}. ${"x".repeat(3000)}`);
    const { pool } = database();
    const response = await ask(project, "");
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0);
  });

  test.for(["format=docx", "layer=mine", "include_open=yes", "x=1"])(
    "refuses %s",
    async (query) => {
      const response = await ask(await aProject(), query);
      expect(response.status).toBe(400);
    },
  );

  test("is for curators and admins", async () => {
    const project = await aProject();
    expect((await ask(project, "", "reviewer")).status).toBe(403);
    const stranger = await aMember((await aProject()).id, "admin");
    await expect(exportDataset(stranger, project.slug)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("publishes the schema that the lines follow", async () => {
    const at = (name: string) =>
      getSchema(new Request("http://localhost"), { params: Promise.resolve({ name }) });
    expect(await (await at(SCHEMA_FILE)).json()).toEqual(recordJsonSchema());
    const earlier = await at("gainsay.article-1.schema.json");
    expect(await earlier.json()).toMatchObject({ title: "gainsay.article/1" });
    expect((await at("other.json")).status).toBe(404);
  });
});

test("a dataset reads as much for each article, however many there are", async () => {
  const count = 4_000;
  const project = await aProject();
  const { pool } = database();
  await pool.query(
    "INSERT INTO annotators (project_id, number, source_name) VALUES ($1, 1, 'somebody')",
    [project.id],
  );
  await pool.query(
    `WITH added AS (
       INSERT INTO articles (id, project_id, source_key, title)
       SELECT gen_random_uuid(), $1, n::text, 'T' FROM generate_series(1, $2::int) n RETURNING id, source_key
     ), versions AS (
       INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
       SELECT gen_random_uuid(), $1, id, 1, 'T', source_key, encode(sha256(convert_to(source_key, 'UTF8')), 'hex'),
         char_length(source_key), '[]' FROM added RETURNING id, article_id
     )
     INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision, submitted_at)
     SELECT gen_random_uuid(), $1, article_id, id, 'reviewer', 1, 1, 1, now() FROM versions`,
    [project.id, count],
  );
  await pool.query("ANALYZE articles, article_versions, annotation_sets");
  const before = await rowsRead();
  const { length } = (await bytesOf(project, { layer: "reviewers" })).split("\n");
  expect(length).toBe(count + 1);
  // Each article, its version and its set are looked at some times; all of the project, never.
  await expect.poll(async () => (await rowsRead()) - before).toBeGreaterThan(count);
  expect((await rowsRead()) - before).toBeLessThan(20 * count);
});

/** Rows of articles, versions and sets that were read in this database so far, as far as they have been told of. */
async function rowsRead(): Promise<number> {
  const { rows } = await database().pool.query<{ read: number }>(
    `SELECT sum(seq_tup_read + idx_tup_fetch)::float8 AS read FROM pg_stat_user_tables
     WHERE relname IN ('articles', 'article_versions', 'annotation_sets')`,
  );
  return rows[0]?.read ?? 0;
}
