import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { listArticles } from "@/lib/workflow/articles";
import { importFiles, importOf, itemsOf, previewImport } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { haveSearchable } from "../setup/searchable";
import { aMember, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const bring = (project: { slug: string }, ...files: ReturnType<typeof aFile>[]) =>
  importFiles(operator, project.slug, { format: "auto", files });

/** The same text each time, below another head. */
const aCopy = (path: string, head: string) => () => aFile(path, `${head}# Who\n\nShe denied it.`);

const line = (record: object) => `${JSON.stringify(record)}\n`;

/** `created/updated/unchanged/rejected` of an import. */
const outcome = async (...given: Parameters<typeof bring>) => {
  const { created, updated, unchanged, rejected } = await bring(...given);
  return `${created}/${updated}/${unchanged}/${rejected.length}`;
};

const articles = async (projectId: string) =>
  (
    await database().pool.query<{
      id: string;
      key: string;
      title: string;
      publisher: string | null;
      version: number;
      texts: string[];
    }>(
      `SELECT a.id, a.source_key AS key, a.title, a.publisher, a.current_version AS version,
         (SELECT array_agg(v.text ORDER BY v.number) FROM article_versions v WHERE v.article_id = a.id) AS texts
       FROM articles a WHERE a.project_id = $1 ORDER BY a.source_key`,
      [projectId],
    )
  ).rows;

const sets = async (projectId: string) =>
  (
    await database().pool.query(
      `SELECT v.number AS version, n.source_name AS annotator, s.kind, s.revision, s.label_counts AS counts,
         (SELECT array_agg(p.label || ' ' || p.quote ORDER BY p.fragments, p.label) FROM spans p WHERE p.set_id = s.id) AS spans,
         (SELECT count(*)::int FROM relations r WHERE r.set_id = s.id) AS relations
       FROM annotation_sets s
       JOIN article_versions v ON v.id = s.version_id
       JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
       WHERE s.project_id = $1 ORDER BY v.number, n.source_name`,
      [projectId],
    )
  ).rows;

describe("the same article again", () => {
  test("is unchanged; with another text, a new version; the old one stays", async () => {
    const project = await aProject();
    const first = "# Who\n\nShe denied it.";
    expect(await outcome(project, aFile("x/a.md", first))).toBe("1/0/0/0");
    expect(await outcome(project, aFile("./x/a.md", first))).toBe("0/0/1/0");
    expect(await outcome(project, aFile("x/a.md", "# Who\n\nShe denied all."))).toBe("0/1/0/0");
    expect(await articles(project.id)).toMatchObject([
      {
        key: "path:x/a.md",
        version: 2,
        texts: ["Who\n\nShe denied it.", "Who\n\nShe denied all."],
      },
    ]);
  });

  test("with other metadata is a new version: each says what it said then", async () => {
    const project = await aProject();
    await bring(project, aFile("a.jsonl", line({ id: 1, title: "T", text: "x" })));
    const changed = line({ id: 1, title: "T", text: "x", publisher: "P", n: [1, { b: 2 }] });
    expect(await outcome(project, aFile("b.jsonl", changed))).toBe("0/1/0/0");
    expect(await outcome(project, aFile("b.jsonl", changed))).toBe("0/0/1/0");
    expect(await articles(project.id)).toMatchObject([{ key: "id:1", publisher: "P", version: 2 }]);
    const { rows } = await database().pool.query(
      "SELECT number, publisher, meta FROM article_versions WHERE project_id = $1 ORDER BY number",
      [project.id],
    );
    expect(rows).toEqual([
      { number: 1, publisher: null, meta: {} },
      { number: 2, publisher: "P", meta: { n: [1, { b: 2 }] } },
    ]);
  });

  test.for([
    { name: "path", files: ["a.md", "x/a.md"].map((path) => aCopy(path, "")) },
    {
      name: "address",
      files: ["a", "b"].map((at) => aCopy("a.md", `---\nurl: https://example.org/${at}\n---\n`)),
    },
    { name: "id", files: ["1", "2"].map((id) => aCopy("a.md", `---\nsource_id: ${id}\n---\n`)) },
  ])("with another $name is another article, told of the first", async ({ files }) => {
    const project = await aProject();
    for (const [at, file] of files.entries()) {
      const { created, warnings } = await bring(project, file());
      expect({
        created,
        warnings: warnings.map(({ code, message }) => `${code} ${message}`),
      }).toEqual({
        created: 1,
        warnings:
          at === 0
            ? []
            : ["same_text Its text is the same as that of another article here, “Who”."],
      });
    }
    for (const file of files) expect(await outcome(project, file())).toBe("0/0/1/0");
    const page = await listArticles(operator, project.slug, { sort: "oldest" });
    const [first, second] = page.articles;
    expect(page.articles.map(({ duplicate_of }) => duplicate_of)).toEqual([null, first?.id]);
    expect(second?.id).not.toBe(first?.id);
  });

  test("in one import is told of, too", async () => {
    const project = await aProject();
    const { warnings } = await bring(
      project,
      aFile("a.txt", "She did."),
      aFile("b.txt", "She did."),
    );
    expect(warnings).toMatchObject([{ path: "b.txt", code: "same_text" }]);
  });

  test("is not taken for another's that has its id, its address or its path for a name", async () => {
    const project = await aProject();
    const name = "https://example.org/a.md";
    const files = () => [
      aFile("1.jsonl", line({ source_id: name, text: "one" })),
      aFile("2.jsonl", line({ url: name, text: "two" })),
      aFile(name, "# three"),
    ];
    expect(await outcome(project, ...files())).toBe("3/0/0/0");
    expect(await outcome(project, ...files())).toBe("0/0/3/0");
  });

  test("may have a long id, in any script", async () => {
    const project = await aProject();
    const records = ["1", "2"].map((end) =>
      line({ id: "شناسه".repeat(300) + end, text: `Text ${end}.` }),
    );
    expect(await outcome(project, aFile("a.jsonl", records.join("")))).toBe("2/0/0/0");
    expect(await outcome(project, aFile("a.jsonl", records.join("")))).toBe("0/0/2/0");
  });

  test("in a JSON file of one line is that file's, however long", async () => {
    const project = await aProject();
    for (const length of [10, 5000]) {
      const text = "word ".repeat(length);
      expect(await outcome(project, aFile("x/a.json", JSON.stringify({ text })))).toBe(
        length === 10 ? "1/0/0/0" : "0/1/0/0",
      );
    }
    expect((await articles(project.id)).map(({ key }) => key)).toEqual(["path:x/a.json"]);
  });

  test("is not found by a text that it no longer has", async () => {
    const project = await aProject();
    await bring(project, aFile("x/a.md", "# Who\n\nShe denied it."));
    await bring(project, aFile("x/a.md", "# Who\n\nShe denied all."));
    const { warnings } = await bring(project, aFile("x/b.md", "# Who\n\nShe denied it."));
    expect(warnings).toEqual([]);
  });

  test("goes by its source's id before the id of an export", async () => {
    const project = await aProject();
    const record = {
      schema: "gainsay.article/1",
      id: "0198f0a0-0000-7000-8000-000000000003",
      source_id: "s1",
      title: "Who",
      text: "She denied it.",
      blocks: [{ kind: "paragraph", start: 0, end: 14 }],
    };
    await bring(project, aFile("x.jsonl", line(record)));
    expect(await articles(project.id)).toMatchObject([{ key: "id:s1" }]);
  });

  test("is found by the id that an export gave it", async () => {
    const project = await aProject();
    await bring(project, aFile("a.md", "# Who\n\nShe denied it."));
    const [stored] = await articles(project.id);
    const record = { schema: "gainsay.article/1", id: stored?.id, title: "Who", source_id: null };
    const blocks = [
      { kind: "title", start: 0, end: 3 },
      { kind: "paragraph", start: 5, end: 19 },
    ];
    const text = "Who\n\nShe denied it.";
    expect(await outcome(project, aFile("x.jsonl", line({ ...record, text, blocks })))).toBe(
      "0/0/1/0",
    );
    const elsewhere = await aProject();
    expect(await outcome(elsewhere, aFile("x.jsonl", line({ ...record, text, blocks })))).toBe(
      "1/0/0/0",
    );
  });

  test("twice in one import is refused the second time, in every run", async () => {
    const project = await aProject();
    const source = readFileSync("tests/fixtures/intake/j01-dupid.jsonl");
    for (const counts of [
      { created: 1, unchanged: 0 },
      { created: 0, unchanged: 1 },
    ]) {
      const summary = await bring(project, aFile("j01.jsonl", source));
      expect(summary).toMatchObject({ ...counts, updated: 0 });
      expect(summary.rejected).toEqual([
        {
          path: "j01.jsonl",
          line: 2,
          column: null,
          reason:
            'Another article of this import has the id "1": j01.jsonl, line 1. Only that one was taken.',
        },
      ]);
    }
    expect(await articles(project.id)).toMatchObject([
      { key: "id:1", version: 1, texts: ["First article about the port."] },
    ]);
  });

  test.for([
    {
      name: "two files of one id",
      file: (path: string) => aFile(path, `---\nsource_id: a\n---\n${path}`),
    },
    {
      name: "two files of one address",
      file: (path: string) => aFile(path, `---\nurl: https://example.org/a\n---\n${path}`),
    },
    { name: "two files of one path", file: () => aFile("a.txt", "one") },
    { name: "two lines that say the same", file: () => aFile("a.jsonl", line({ text: "one" })) },
  ])("$name are not taken for versions of each other", async ({ file }) => {
    const project = await aProject();
    expect(await outcome(project, file("a.md"), file("b.md"))).toBe("1/0/0/1");
    expect(await outcome(project, file("a.md"), file("b.md"))).toBe("0/0/1/1");
  });

  test("three imports of one id are three versions, each with its own title, text and work", async () => {
    const project = await aProject();
    for (const name of ["d1", "d2", "d3"]) {
      const source = readFileSync(`tests/fixtures/intake/${name}.jsonl`);
      expect(await outcome(project, aFile(`${name}.jsonl`, source))).toBe(
        name === "d1" ? "1/0/0/0" : "0/1/0/0",
      );
    }
    const { rows } = await database().pool.query(
      "SELECT number, title, text FROM article_versions WHERE project_id = $1 ORDER BY number",
      [project.id],
    );
    expect(rows).toEqual([
      { number: 1, title: "First article about the port.", text: "First article about the port." },
      { number: 2, title: "Another article about a mill.", text: "Another article about a mill." },
      {
        number: 3,
        title: "First article about the port, corrected.",
        text: "First article about the port, corrected.",
      },
    ]);
    expect((await sets(project.id)).map(({ version, spans }) => `${version} ${spans}`)).toEqual([
      "1 claim First article",
      "3 claim First",
    ]);
  });

  test("lines that do not say who they are, are known by their file and what they say", async () => {
    const project = await aProject();
    const source = line({ text: "one" }) + line({ text: "two" });
    expect(await outcome(project, aFile("a.jsonl", source))).toBe("2/0/0/0");
    expect(await outcome(project, aFile("a.jsonl", line({ text: "zero" }) + source))).toBe(
      "1/0/2/0",
    );
    expect(await outcome(project, aFile("b.jsonl", source))).toBe("2/0/0/0");
  });

  test("what came before is known through the whole import, however long", async () => {
    const project = await aProject();
    // More files than are decided and written together.
    const between = Array.from({ length: 1100 }, (_, at) => aFile(`x/${at}.txt`, `Text ${at}.`));
    const { created, unchanged, rejected } = await bring(
      project,
      aFile("x/a.txt", "one"),
      ...between,
      aFile("x/a.txt", "one"),
      aFile("x/a.txt", "two"),
      aFile("x/500.txt", "another"),
    );
    expect({ created, unchanged }).toEqual({ created: 1101, unchanged: 0 });
    expect(rejected.map(({ path }) => path)).toEqual(["x/a.txt", "x/a.txt", "x/500.txt"]);
    // In an import of its own it is the same article, changed.
    expect(await outcome(project, aFile("x/a.txt", "two"))).toBe("0/1/0/0");
  });

  describe("by a name that another text has", () => {
    const one = { text: "one", folder: null };
    test.for([
      { name: "alone is refused", before: one, path: "a.txt", folder: null, outcome: "0/0/0/1" },
      {
        name: "alone, with the same text, is unchanged",
        before: one,
        path: "a.txt",
        folder: null,
        text: "one",
        outcome: "0/0/1/0",
      },
      {
        name: "said to be an update is a version",
        before: one,
        path: "a.txt",
        folder: null,
        update: true,
        outcome: "0/1/0/0",
      },
      {
        name: "within a folder is a version",
        before: one,
        path: "x/a.txt",
        folder: null,
        outcome: "0/1/0/0",
      },
      {
        name: "in the same folder of this machine is a version",
        before: { ...one, folder: "f" },
        path: "a.txt",
        folder: "f",
        outcome: "0/1/0/0",
      },
      {
        name: "in another folder is refused",
        before: { ...one, folder: "f" },
        path: "a.txt",
        folder: "g",
        outcome: "0/0/0/1",
      },
      {
        name: "in another folder of one name is refused",
        before: { ...one, folder: "f" },
        path: "x/a.txt",
        folder: "g",
        outcome: "0/0/0/1",
      },
      {
        name: "in a folder that was not known before is refused",
        before: one,
        path: "a.txt",
        folder: "g",
        outcome: "0/0/0/1",
      },
    ])(
      "$name",
      async ({ before, path, folder, text = "two", update = false, outcome: expected }) => {
        const project = await aProject();
        const as = (given: string, from: string | null) => ({
          ...aFile(path, given),
          folder: from,
        });
        await bring(project, as(before.text, before.folder));
        const files = [as(text, folder)];
        const done = await importFiles(operator, project.slug, { format: "auto", files, update });
        const { created, updated, unchanged, rejected } = done;
        expect(`${created}/${updated}/${unchanged}/${rejected.length}`).toBe(expected);
        expect(done.namesTaken).toEqual(expected === "0/0/0/1" ? [path] : []);
        if (rejected[0])
          expect(rejected[0].reason).toMatch(/^The article “one” has this name and another text\./);
      },
    );
  });

  test("in more than one batch is counted in all of them", async () => {
    const project = await aProject();
    const source = (word: string) =>
      Array.from({ length: 600 }, (_, id) => line({ id, text: `${word} ${id}.` })).join("");
    await bring(project, aFile("a.jsonl", source("Text")));
    const { id } = await bring(project, aFile("a.jsonl", source("Another text")));
    expect(await importOf(operator, project.slug, id)).toMatchObject({ created: 0, updated: 600 });
  });

  test("an import that somebody else has moved on writes nothing more", async () => {
    const project = await aProject();
    async function* files() {
      for (let at = 0; at < 1200; at += 1) yield aFile(`${at}.txt`, `Text ${at}.`);
      // As a second runner would, which took the first one for dead.
      await database().pool.query(
        "UPDATE imports SET next_item = next_item + 1 WHERE project_id = $1 AND state = 'running'",
        [project.id],
      );
      for (let at = 1200; at < 2400; at += 1) yield aFile(`${at}.txt`, `Text ${at}.`);
    }
    await expect(
      importFiles(operator, project.slug, { format: "auto", files: files() }),
    ).rejects.toThrow("somebody else moved it");
    const { rows } = await database().pool.query(
      `SELECT (SELECT count(*)::int FROM articles WHERE project_id = $1) AS articles,
         (SELECT count(*)::int FROM import_items i JOIN imports r ON r.id = i.import_id
          WHERE r.project_id = $1) AS items,
         (SELECT sum(created)::int FROM imports WHERE project_id = $1) AS counted`,
      [project.id],
    );
    const [{ articles, items, counted }] = rows;
    expect(articles).toBeLessThan(1500);
    expect([items, counted]).toEqual([articles, articles]);
  });

  test("in imports that run at once is there once", async () => {
    const project = await aProject();
    const source = Array.from({ length: 700 }, (_, id) => line({ id, text: `Text ${id}.` })).join(
      "",
    );
    const summaries = await Promise.all(
      [1, 2, 3].map(() => bring(project, aFile("a.jsonl", source))),
    );
    const sum = (pick: (summary: (typeof summaries)[0]) => number) =>
      summaries.reduce((total, summary) => total + pick(summary), 0);
    expect(sum(({ created }) => created)).toBe(700);
    expect(sum(({ unchanged }) => unchanged)).toBe(1400);
    expect(await articles(project.id)).toHaveLength(700);
  });
});

describe("annotations that come along", () => {
  const text = "Tehran denied it. She said so.";
  const spans = [
    { id: "c", label: "claim", start: 0, end: 16, annotator: "ann" },
    {
      id: "d",
      label: "denial",
      start: 7,
      end: 13,
      annotator: "ann",
      attributes: { form: "direct" },
    },
    { label: "denial", start: 0, end: 13, annotator: "bob" },
  ];
  const relations = [{ type: "denies", from: "d", to: "c" }];
  const record = { id: 1, text, spans, relations };

  test("become an imported set for each annotator", async () => {
    const project = await aProject();
    expect(await outcome(project, aFile("a.jsonl", line(record)))).toBe("1/0/0/0");
    expect(await sets(project.id)).toEqual([
      {
        version: 1,
        annotator: "ann",
        kind: "imported",
        revision: 0,
        counts: { claim: 1, denial: 1 },
        spans: ["claim Tehran denied it", "denial denied"],
        relations: 1,
      },
      {
        version: 1,
        annotator: "bob",
        kind: "imported",
        revision: 0,
        counts: { denial: 1 },
        spans: ["denial Tehran denied"],
        relations: 0,
      },
    ]);
    expect(await outcome(project, aFile("a.jsonl", line(record)))).toBe("0/0/1/0");
  });

  test("may overlap where their label may; of others, what overlaps is left out with a warning", async () => {
    const project = await aProject();
    const overlapping = ["claim", "attribution"].flatMap((label) =>
      [0, 7].map((start) => ({ label, start, end: 16, annotator: "ann" })),
    );
    const given = line({ text, spans: overlapping });
    const summary = await bring(project, aFile("a.jsonl", given));
    expect(summary).toMatchObject({
      created: 1,
      rejected: [],
      warnings: [
        {
          path: "a.jsonl",
          line: 1,
          code: "span_left_out",
          field: "spans[1]",
          message: "spans[1]: Two spans labelled claim cannot overlap.",
        },
      ],
    });
    expect(await sets(project.id)).toMatchObject([
      {
        counts: { claim: 1, attribution: 2 },
        spans: ["attribution Tehran denied it", "claim Tehran denied it", "attribution denied it"],
      },
    ]);
    // The same again is the same, left-out spans and all.
    expect(await outcome(project, aFile("a.jsonl", given))).toBe("0/0/1/0");
    const strict = { format: "auto", strict: true, files: [aFile("a.jsonl", given)] } as const;
    expect(await importFiles(operator, project.slug, strict)).toMatchObject({
      rejected: [{ line: 1, reason: "spans[1]: Two spans labelled claim cannot overlap." }],
      warnings: [],
    });
  });

  test("replace what the same annotator brought before, and nobody else's", async () => {
    const project = await aProject();
    await bring(project, aFile("a.jsonl", line(record)));
    const fewer = { ...record, spans: spans.slice(0, 1), relations: [] };
    expect(await outcome(project, aFile("a.jsonl", line(fewer)))).toBe("0/1/0/0");
    const kept = (await sets(project.id)).map(({ annotator, counts, relations }) => {
      return { annotator, counts, relations };
    });
    expect(kept).toEqual([
      { annotator: "ann", counts: { claim: 1 }, relations: 0 },
      { annotator: "bob", counts: { denial: 1 }, relations: 0 },
    ]);
  });

  test("that are replaced follow the scheme of today", async () => {
    const project = await aProject();
    await bring(project, aFile("a.jsonl", line(record)));
    await database().pool.query(
      `WITH next AS (INSERT INTO scheme_versions (project_id, version, definition)
         SELECT project_id, 2, definition FROM scheme_versions WHERE project_id = $1)
       UPDATE projects SET scheme_version = 2 WHERE id = $1`,
      [project.id],
    );
    await bring(project, aFile("a.jsonl", line({ ...record, relations: [] })));
    const { rows } = await database().pool.query(
      `SELECT n.source_name AS annotator, s.scheme_version AS scheme
       FROM annotation_sets s
       JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
       WHERE s.project_id = $1 ORDER BY 1`,
      [project.id],
    );
    expect(rows).toEqual([
      { annotator: "ann", scheme: 2 },
      { annotator: "bob", scheme: 1 },
    ]);
  });

  test("stay with the version they were made on", async () => {
    const project = await aProject();
    await bring(project, aFile("a.jsonl", line(record)));
    const changed = { id: 1, text: `${text} Again.`, spans: spans.slice(0, 1) };
    expect(await outcome(project, aFile("a.jsonl", line(changed)))).toBe("0/1/0/0");
    expect((await sets(project.id)).map((set) => `${set.version} ${set.annotator}`)).toEqual([
      "1 ann",
      "1 bob",
      "2 ann",
    ]);
  });
});

describe("a bad item", () => {
  test("keeps nothing else out, and is told with its place", async () => {
    const project = await aProject();
    const summary = await bring(
      project,
      aFile("good.md", "# Good\n\nText."),
      aFile("bad/utf8.md", Uint8Array.from([0x41, 0x0a, 0xff])),
      aFile("bad/empty.txt", ""),
      aFile("bad/matter.md", "---\na: [\n---\nx"),
      aFile("mixed.jsonl", `${line({ text: "one" })}{oops}\n${line({ text: "two" })}`),
      aFile("bad/large.txt", "word ".repeat(1_700_000), { piece: 100_000 }),
      aFile("good.txt", "Also good."),
    );
    expect({ ...summary, id: null }).toEqual({
      id: null,
      warnings: [],
      namesTaken: [],
      created: 4,
      updated: 0,
      unchanged: 0,
      rejected: [
        {
          path: "bad/utf8.md",
          line: 2,
          column: null,
          reason: "This is not UTF-8: byte 0xff at line 2, byte 2.",
        },
        { path: "bad/empty.txt", line: null, column: null, reason: "The file is empty." },
        {
          path: "bad/matter.md",
          line: 3,
          column: 1,
          reason: expect.stringContaining("The front matter is no YAML"),
        },
        {
          path: "mixed.jsonl",
          line: 2,
          column: 2,
          reason: 'This is no JSON: "o" where a key in quotes should stand.',
        },
        {
          path: "bad/large.txt",
          line: null,
          column: null,
          reason: "The file has more than 8 MiB, the most one article may have.",
        },
      ],
    });
    const kept = await importOf(operator, project.slug, summary.id);
    expect(kept).toMatchObject({ state: "done", files: 7, created: 4, rejected_count: 5 });
    expect(kept.rejected).toHaveLength(5);
    const page = { limit: 3, outcome: "created" as const };
    const created = await itemsOf(operator, project.slug, summary.id, page);
    expect(created.items.map(({ item, title }) => `${item} ${title}`)).toEqual([
      "0 Good",
      "4 one",
      "6 two",
    ]);
    expect(created.next_cursor).toBe("0.6");
  });

  test("may be wrong by what cannot even be told", async () => {
    const span = { label: "claim", start: 0, end: 1 };
    const files = () => [
      aFile(
        "a.jsonl",
        [
          line({ text: "x1", spans: [{ ...span, label: "a\0\ud800" }] }),
          line({ text: "x2", spans: [{ ...span, ["k\0".repeat(5000)]: 1 }] }),
          line({ text: "x3", spans: [{ ...span, attributes: { "\0": "\0" } }] }),
          line({ text: "x4", spans: [span], annotators: ["\0"] }),
          line({ text: "x5", id: "\ud800" }),
          line({ text: "x6", "\0": 1 }),
        ].join(""),
      ),
      aFile("b.md", '---\n"\\0": !x 1\n---\nx'),
    ];
    const project = await aProject();
    const options = { format: "auto", strict: true, files: files() } as const;
    const { rejected } = await importFiles(operator, project.slug, options);
    expect(rejected).toHaveLength(7);
    const { warnings } = await bring(await aProject(), ...files());
    expect(warnings.map(({ line, code }) => `${line} ${code}`)).toEqual([
      "1 span_left_out",
      "2 detail_left_out",
      "3 detail_left_out",
      "4 annotations_left_out",
      "6 unreadable_field",
    ]);
    expect(rejected[0]?.reason).toBe(
      'spans[0]: There is no label "a\ufffd\ufffd"; there are: claim, denial, attribution.',
    );
    expect(rejected[1]?.reason.length).toBeLessThan(1100);
  });

  test("is never more than an item, whatever stands in it", async () => {
    const project = await aProject();
    const odd = fc.oneof(
      fc.constantFrom<unknown>("a\0", "\ud800", "\u202e", "", "x".repeat(3000), "1e999", -0, 1.5),
      fc.constantFrom<unknown>(null, true, 2 ** 53, [], {}, [[]], { start: -1, end: 2 ** 31 }),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const span = fc.record(
      {
        label: fc.constantFrom("claim", "x"),
        start: odd,
        end: odd,
        attributes: odd,
        id: odd,
        quote: odd,
      },
      { requiredKeys: ["label"] },
    );
    const names = [
      "id",
      "title",
      "url",
      "author",
      "language",
      "published_at",
      "meta",
      "blocks",
      "schema",
    ];
    const fields = Object.fromEntries(
      [...names, "source_id", "annotators", "relations", "offset_unit", "k\0", "__proto__"].map(
        (name) => [name, odd],
      ),
    );
    const record = fc.record(
      { ...fields, text: fc.oneof(odd, fc.constant("Tehran denied it.")), spans: fc.array(span) },
      { requiredKeys: ["text"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 20, maxLength: 60 }), async (records) => {
        const { created, updated, unchanged, rejected } = await bring(
          project,
          aFile("a.jsonl", records.map(line).join("")),
        );
        expect(created + updated + unchanged + rejected.length).toBe(records.length);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  test("that is read halfway when its stream fails leaves the batches before it", async () => {
    const project = await aProject();
    async function* stream() {
      for (let id = 0; id < 1200; id += 1) yield Buffer.from(line({ id, text: `Text ${id}.` }));
      throw new Error("The disk is gone.");
    }
    await expect(bring(project, { path: "a.jsonl", stream: stream() })).rejects.toThrow(
      "The disk is gone.",
    );
    const created = 250 + 500; // the next batch would have been full with 500 more
    expect(await articles(project.id)).toHaveLength(created);
    const { rows } = await database().pool.query(
      "SELECT state, created, failure FROM imports WHERE project_id = $1",
      [project.id],
    );
    expect(rows).toEqual([
      { state: "failed", created, failure: expect.stringMatching(/^Something went wrong/) },
    ]);
  });
});

describe("text that is no text for people", () => {
  const nasty = `<script>alert("x")</script> '; DROP TABLE articles; -- \${1} {{x}}`;

  test("comes in as it is, in every field, and is only text", async () => {
    const project = await aProject();
    const record = {
      id: nasty,
      title: nasty,
      text: `${nasty} and more`,
      author: nasty,
      [nasty]: nasty,
    };
    await bring(project, aFile(`${nasty}.jsonl`, line(record)));
    const { rows } = await database().pool.query(
      "SELECT title, author, source_id, meta FROM articles WHERE project_id = $1",
      [project.id],
    );
    expect(rows).toEqual([
      { title: nasty, author: nasty, source_id: nasty, meta: { [nasty]: nasty } },
    ]);
  });

  test("a file's name is no place: what leads elsewhere in it, or hides, is gone", async () => {
    const project = await aProject();
    await bring(project, aFile("..\\.././a\u202e\u0007\nb//c.md", "# T"));
    expect((await articles(project.id)).map(({ key }) => key)).toEqual(["path:ab/c.md"]);
  });
});

test("search finds an article by its current text only", async () => {
  const project = await aProject();
  const entries = async () => {
    const sql = "SELECT terms::text FROM article_search WHERE project_id = $1";
    return (await database().pool.query(sql, [project.id])).rows;
  };
  await bring(project, aFile("x/a.md", "# Who\n\nvorher"));
  await haveSearchable();
  expect(await entries()).toEqual([{ terms: "'vorher' 'who'" }]);
  await bring(project, aFile("x/a.md", "# Who\n\nnachher"));
  expect(await entries()).toEqual([]);
  await haveSearchable();
  expect(await entries()).toEqual([{ terms: "'nachher' 'who'" }]);
});

test("search finds an article by its current title only", async () => {
  const project = await aProject();
  const titled = (title: string) => {
    const blocks = [{ kind: "paragraph", start: 0, end: 5 }]; // the title is not in the text
    const record = { schema: "gainsay.article/1", source_id: "1", title, text: "Text.", blocks };
    return aFile("a.jsonl", line({ ...record, id: "0198f0a0-0000-7000-8000-000000000004" }));
  };
  await bring(project, titled("Vorher"));
  await haveSearchable();
  await bring(project, titled("Nachher"));
  await haveSearchable();
  const found = async (q: string) => {
    const { articles } = await listArticles(operator, project.slug, { q: `"${q}"` });
    return articles.map(({ title }) => title);
  };
  expect([await found("vorher"), await found("nachher")]).toEqual([[], ["Nachher"]]);
});

describe("who may", () => {
  test.for(["curator", "reviewer", "viewer"] as const)("a %s may not import", async (role) => {
    const project = await aProject();
    const member = await aMember(project.id, role);
    const files = [aFile("a.md", "# T")];
    await expect(
      importFiles(member, project.slug, { format: "auto", files }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  test("another project is not there", async () => {
    const [mine, theirs] = [await aProject(), await aProject()];
    const admin = await aMember(mine.id, "admin");
    const { id } = await bring(theirs, aFile("a.md", "# T"));
    await expect(importOf(admin, theirs.slug, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(importOf(admin, mine.slug, id)).rejects.toMatchObject({ code: "not_found" });
  });
});

test("a preview shows twenty articles, and whether there are more", async () => {
  const project = await aProject();
  const of = async (count: number) => {
    const source = Array.from({ length: count }, (_, at) => line({ id: at, text: "x" })).join("");
    async function* files() {
      yield aFile("a.jsonl", source);
    }
    const given = { format: "auto", files: files() } as const;
    const { items, more } = await previewImport(operator, project.slug, given);
    return [items.length, more];
  };
  expect([await of(20), await of(21)]).toEqual([
    [20, false],
    [20, true],
  ]);
});

test("an outcome lists what was refused first, then what has warnings, page by page", async () => {
  const project = await aProject();
  const files = ["a.rst", "b.txt", "c.md", "d.rst", "e.txt", "f.md"].map((path, at) =>
    aFile(path, path.endsWith(".md") ? `---\ndate: soon\n---\nText ${at}.` : `Text ${at}.`),
  );
  const { id, rejected, warnings } = await bring(project, ...files);
  expect(rejected.map(({ path, reason }) => `${path} ${reason.slice(0, 24)}`)).toEqual([
    "a.rst This is reStructuredText",
    "d.rst This is reStructuredText",
  ]);
  expect(warnings.map(({ path, line, code, field }) => `${path}:${line} ${code} ${field}`)).toEqual(
    ["c.md:2 unreadable_date date", "f.md:2 unreadable_date date"],
  );
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await itemsOf(operator, project.slug, id, { sort: "trouble", limit: 4, cursor });
    seen.push(...page.items.map(({ path }) => path));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(["a.rst", "d.rst", "c.md", "f.md", "b.txt", "e.txt"]);
  const warned = await itemsOf(operator, project.slug, id, { outcome: "warned", limit: 10 });
  expect(warned.items).toMatchObject([
    { path: "c.md", outcome: "created", warnings: [{ code: "unreadable_date", line: 2 }] },
    { path: "f.md" },
  ]);
  expect(await importOf(operator, project.slug, id)).toMatchObject({
    created: 4,
    rejected_count: 2,
    warned_count: 2,
  });
});

test("a preview shows what would be read, and stores nothing", async () => {
  const project = await aProject();
  async function* files() {
    yield aFile("a.md", "# T\n\nText.");
    yield aFile("b.md", "");
    yield aFile("c.txt", "😀".repeat(25_000));
  }
  const { items, more } = await previewImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  expect(more).toBe(false);
  expect(items).toMatchObject([
    { kind: "article", title: "T", text: "T\n\nText.", cut: false },
    { kind: "rejected", path: "b.md", reason: "The file is empty." },
    { kind: "article", text_length: 25_000, cut: true, blocks: [{ end: 20_000 }] },
  ]);
  expect(await articles(project.id)).toEqual([]);
});

test("after an import PostgreSQL knows how much there is, without having to be waited for", async () => {
  const sql = database().pool;
  await sql.query("ALTER TABLE article_versions SET (autovacuum_enabled = false)");
  await sql.query("ANALYZE article_versions");
  const project = await aProject();
  const known = async () =>
    Number(
      (await sql.query("SELECT reltuples FROM pg_class WHERE oid = 'article_versions'::regclass"))
        .rows[0]?.reltuples,
    );
  const before = await known();
  // Half as many again as other tests have left here: less would be no reason to look.
  const count = 200 + Math.ceil(before / 2);
  const records = Array.from({ length: count }, (_, n) =>
    line({ id: n, title: `Article ${n}`, text: `${n} was denied. `.repeat(60) }),
  );
  await bring(project, aFile("many.jsonl", records.join("")));
  expect(await known()).toBeGreaterThanOrEqual(before + count);
});

/** A line an article of 1,000 spans. */
function annotatedLines(count: number): string {
  const text = "denied it ".repeat(1000);
  const label = Array.from({ length: 1000 }, (_, at) => [at * 10, at * 10 + 6, "attribution"]);
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({ id: `many-${at}`, text: `${text}${at}`, label }),
  );
  return lines.join("\n");
}

test("articles of very many spans are written some at a time, and all of them come in", async () => {
  const project = await aProject();
  const progress: number[] = [];
  const { created } = await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("many.jsonl", annotatedLines(12))],
    onProgress: (done) => progress.push(done.created),
  });
  expect(created).toBe(12);
  expect(progress.at(-1)).toBe(12);
  // On a slow machine fewer: a batch ends after a while, too.
  const sizes = progress.map((done, at) => done - (progress[at - 1] ?? 0));
  expect(sizes.filter((size) => size > 10)).toEqual([]);
});

test("a preview lets others have their turn after each article", async () => {
  const project = await aProject();
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  /** Turns when all files had come, and when the database was asked what would become of their articles. */
  const at: number[] = [];
  async function* files() {
    yield aFile("many.jsonl", annotatedLines(10));
    at.push(turns);
  }
  const { pool } = database();
  const query = pool.query.bind(pool);
  onTestFinished(() => void Reflect.deleteProperty(pool, "query"));
  Object.assign(pool, {
    query: (...given: Parameters<typeof query>) => {
      if (at.length === 1) at.push(turns);
      return query(...given);
    },
  });
  const { items } = await previewImport(operator, project.slug, {
    format: "jsonl",
    files: files(),
  });
  counting = false;
  expect(items).toHaveLength(10);
  const [begun = 0, asked = 0] = at;
  expect(asked - begun).toBeGreaterThanOrEqual(10);
});
