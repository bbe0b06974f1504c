import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { exportDataset } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile, sha256 } from "../setup/files";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

type Project = Awaited<ReturnType<typeof aProject>>;

const bring = (project: Project, lines: string) =>
  importFiles(operator, project.slug, { format: "auto", files: [aFile("data.jsonl", lines)] });

async function dataset(project: Project): Promise<string> {
  const { bytes } = await exportDataset(operator, project.slug, {
    layer: "all",
    includeOpen: true,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Datasets name articles by ids that each project gives anew. */
const withoutIds = (lines: string) =>
  lines.replaceAll(/^(\{"schema":"[^"]*","id":)"[^"]*"/gm, "$1null");

const words = fc.constantFrom(
  "She",
  "denied",
  "یک",
  "خبر",
  "الخبر",
  "слух",
  "选举",
  "😀",
  "👩‍👩‍👧",
  "e\u0301",
  "🇮🇷 x",
  "\u00a0",
  "\r\n",
  "\n\n",
  "“no”",
  "\\",
  '"',
  "</script>",
);

/** A record of a random text with random spans, relations, annotators and metadata. */
const aRecord = fc
  .record({
    words: fc.array(words, { minLength: 5, maxLength: 30 }),
    spans: fc.array(
      fc.record({
        label: fc.constantFrom("claim", "denial", "attribution"),
        at: fc.nat(),
        length: fc.integer({ min: 1, max: 12 }),
        annotator: fc.constantFrom("ann", "bob", undefined),
      }),
      { maxLength: 8 },
    ),
    title: fc.option(fc.string({ unit: "grapheme", maxLength: 40 }), { nil: undefined }),
    meta: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== "__proto__"),
      fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 3 },
    ),
  })
  .map(({ words: parts, spans, title, meta }) => {
    const text = `Word ${parts.join(" ")}`;
    const whole = new ArticleText(text);
    const taken: { label: string; annotator: string | undefined; start: number; end: number }[] =
      [];
    for (const { label, at, length, annotator } of spans) {
      const start = whole.boundaryBefore(at % whole.length);
      const end = whole.boundaryAfter(Math.min(whole.length, start + length));
      const overlaps = taken.some(
        (other) =>
          other.label === label &&
          label !== "attribution" &&
          other.annotator === annotator &&
          other.start < end &&
          start < other.end,
      );
      const covers = /[\p{L}\p{N}]/u.test(whole.slice({ start, end }));
      if (!overlaps && covers) taken.push({ label, annotator, start, end });
    }
    const marked = taken.map((span, index) => ({ ...span, id: `s${index}` }));
    const relations = marked.flatMap((from) => {
      const to = marked.find(
        (other) => from.annotator === other.annotator && other.label === "claim",
      );
      return from.label === "denial" && to
        ? [{ type: "denies", from: from.id, to: to.id, annotator: from.annotator }]
        : [];
    });
    return {
      text,
      title: title?.isWellFormed() ? title : undefined,
      meta,
      spans: marked,
      relations,
    };
  });

test("what is exported and imported elsewhere is exported as the same; here it changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRecord, { minLength: 1, maxLength: 6 }), async (records) => {
      const [here, elsewhere] = [await aProject(), await aProject()];
      const lines = records.map((record, index) =>
        JSON.stringify({ source_id: `r${index}`, ...record }),
      );
      const first = await bring(here, lines.join("\n"));
      expect(first.rejected).toEqual([]);
      const exported = await dataset(here);
      expect(await bring(elsewhere, exported)).toMatchObject({
        created: records.length,
        rejected: [],
      });
      expect(withoutIds(await dataset(elsewhere))).toBe(withoutIds(exported));
      expect(await bring(here, exported)).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: records.length,
      });
      expect(await dataset(here)).toBe(exported);
    }),
    { numRuns: 25, seed: 20240730, endOnFailure: true },
  );
}, 120_000);

/** What a reviewer's work is called elsewhere: nobody there made it, and its history stays here. */
const asImported = (lines: string) =>
  lines
    .replaceAll('"kind":"reviewer"', '"kind":"imported"')
    .replaceAll(/"revision":\d+/g, '"revision":0');

test("an article's versions, with the sets, notes and times on each, come back as they went out", async () => {
  const [here, elsewhere] = [await aProject(), await aProject()];
  const version = (text: string, spans: object[]) =>
    bring(here, JSON.stringify({ id: 1, title: text.slice(0, 5), text, publisher: text, spans }));
  await version("First text.", [{ start: 0, end: 5, label: "claim", annotator: "B" }]);
  const { rows } = await database().pool.query("SELECT id FROM articles WHERE project_id = $1", [
    here.id,
  ]);
  for (const note of ["One note.", "Another."]) {
    const reviewer = await aMember(here.id);
    const { annotation_set: set } = (await openArticle(reviewer, rows[0].id)).article;
    await annotate(reviewer, set?.id ?? "", {
      revision: 0,
      operations: [{ id: uuidv7(), type: "set_article_note", note }],
    });
    if (note === "Another.") await submit(reviewer, set?.id ?? "", { revision: 1 });
  }
  await version("A text without work.", []);
  await version("Third text.", [{ start: 0, end: 5, label: "denial" }]);
  const exported = await dataset(here);
  expect(exported.match(/"version":\d+/g)).toEqual(['"version":1', '"version":3']);
  expect(await bring(elsewhere, exported)).toMatchObject({ created: 1, updated: 1, rejected: [] });
  expect(withoutIds(await dataset(elsewhere))).toBe(asImported(withoutIds(exported)));
  expect(await bring(elsewhere, exported)).toMatchObject({ unchanged: 2, rejected: [] });
  expect(await bring(here, exported)).toMatchObject({ unchanged: 2, rejected: [] });
  expect(await dataset(here)).toBe(exported);
});

test("versions that come in the wrong order stand in the right one, and the highest is current", async () => {
  const [here, elsewhere] = [await aProject(), await aProject()];
  for (const text of ["First text.", "Second text."]) {
    const spans = [{ start: 0, end: 5, label: "claim" }];
    await bring(here, JSON.stringify({ id: 1, text, spans }));
  }
  const exported = await dataset(here);
  const turned = exported.trimEnd().split("\n").reverse().join("\n");
  expect(await bring(elsewhere, turned)).toMatchObject({ created: 1, updated: 1, rejected: [] });
  expect(withoutIds(await dataset(elsewhere))).toBe(withoutIds(exported));
  const { rows } = await database().pool.query(
    "SELECT title, current_version FROM articles WHERE project_id = $1",
    [elsewhere.id],
  );
  expect(rows).toEqual([{ title: "Second text.", current_version: 2 }]);
});

test("versions that differ in their metadata alone stay apart, in either order", async () => {
  const [here, elsewhere] = [await aProject(), await aProject()];
  for (const publisher of ["One", "Another"]) {
    const spans = [{ start: 0, end: 5, label: publisher === "One" ? "claim" : "denial" }];
    await bring(here, JSON.stringify({ id: 1, text: "First text.", publisher, spans }));
  }
  const exported = await dataset(here);
  expect(exported.match(/"publisher":"\w+"/g)).toEqual([
    '"publisher":"One"',
    '"publisher":"Another"',
  ]);
  expect(await bring(here, exported)).toMatchObject({ unchanged: 2, rejected: [] });
  expect(await dataset(here)).toBe(exported);
  await bring(elsewhere, exported.trimEnd().split("\n").reverse().join("\n"));
  expect(withoutIds(await dataset(elsewhere))).toBe(withoutIds(exported));
});

test("a version whose text was changed in the file is the article's newest", async () => {
  const project = await aProject();
  for (const text of ["First text.", "Second text."]) {
    const spans = [{ start: 0, end: 5, label: "claim" }];
    await bring(project, JSON.stringify({ id: 1, text, spans }));
  }
  const [first = ""] = (await dataset(project)).split("\n");
  const { text_sha256: _, ...record } = JSON.parse(first);
  const edited = { ...record, title: "First", text: "First words.", blocks: null };
  expect(await bring(project, JSON.stringify(edited))).toMatchObject({ updated: 1, rejected: [] });
  expect((await dataset(project)).match(/"version":\d+|"text":"[^"]*\."/g)).toEqual([
    '"version":1',
    '"text":"First text."',
    '"version":2',
    '"text":"Second text."',
    '"version":3',
    '"text":"First words."',
  ]);
});

test("a dataset of the first kind of record comes in too", async () => {
  const project = await aProject();
  const record = {
    schema: "gainsay.article/1",
    id: "0198c0de-0000-7000-8000-000000000001",
    source_id: null,
    title: "Port",
    publisher: null,
    author: null,
    url: null,
    published_at: "2024-07-30T14:35:34Z",
    language: null,
    text: "Port\n\nIt is closed.",
    text_sha256: sha256("Port\n\nIt is closed."),
    offset_unit: "code_point",
    blocks: [{ kind: "title", start: 0, end: 4 }],
    layer: "all",
    annotators: ["a1", "a2"],
    spans: [
      {
        id: "0198c0de-0000-7000-8000-000000000002",
        label: "claim",
        start: 6,
        end: 19,
        fragments: [{ start: 6, end: 19 }],
        text: "It is closed.",
        attributes: {},
        annotator: "a1",
      },
    ],
    relations: [],
    split: null,
    meta: {},
  };
  expect(await bring(project, JSON.stringify(record))).toMatchObject({ created: 1, rejected: [] });
  expect(JSON.parse(await dataset(project))).toMatchObject({
    schema: "gainsay.article/2",
    version: 1,
    published_at: "2024-07-30T14:35:34.000Z",
    sets: [{ note: "" }, { note: "" }],
    spans: [{ text: "It is closed." }],
  });
});

test("what a reviewer marked here is not taken for something brought along", async () => {
  const project = await aProject();
  const article = await anArticle(project.id);
  const reviewer = await aMember(project.id);
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  const fragments = [{ start: 0, end: 6 }];
  const span = { id: uuidv7(), label: "claim", fragments, quote: "Tehran", attributes: {} };
  await annotate(reviewer, set?.id ?? "", {
    revision: 0,
    operations: [{ id: uuidv7(), type: "add_span", span }],
  });
  const exported = await dataset(project);
  expect(exported).toContain('"annotator":"a1"');
  expect(await bring(project, exported)).toMatchObject({ updated: 0, unchanged: 1 });
  expect(await dataset(project)).toBe(exported);
  const edited = exported.replaceAll('"label":"claim"', '"label":"denial"');
  expect(await bring(project, edited)).toMatchObject({ updated: 1 });
  expect(await dataset(project)).toContain('"label":"denial"');
});
