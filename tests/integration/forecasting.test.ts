import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { forecastImport, importFiles, itemsOf, previewImport } from "@/lib/workflow/importing";
import { prepare } from "@/lib/workflow/importing/batches";
import { Forecast } from "@/lib/workflow/importing/forecast";
import { aDatabase } from "../setup/database";
import { aFile, itemsIn } from "../setup/files";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

type Given = { readonly path: string; readonly content: string };
type Options = { readonly strict?: boolean; readonly update?: boolean };

const filesOf = (given: readonly Given[]) => given.map(({ path, content }) => aFile(path, content));
const line = (record: object) => `${JSON.stringify(record)}\n`;

/** How much there is of everything that an import writes. */
async function written(projectId: string) {
  const { rows } = await database().pool.query(
    `SELECT (SELECT count(*)::int FROM articles WHERE project_id = $1) AS articles,
       (SELECT count(*)::int FROM article_versions WHERE project_id = $1) AS versions,
       (SELECT count(*)::int FROM annotation_sets WHERE project_id = $1) AS sets,
       (SELECT count(*)::int FROM annotators WHERE project_id = $1) AS annotators,
       (SELECT count(*)::int FROM imports WHERE project_id = $1) AS imports`,
    [projectId],
  );
  return rows[0];
}

/** What was said of an import before, as a whole and item by item, and what it then did. */
async function saidAndDone(
  project: { id: string; slug: string },
  given: readonly Given[],
  options: Options = {},
) {
  const before = await written(project.id);
  const request = () => ({ format: "auto", files: filesOf(given), ...options }) as const;
  const said = await forecastImport(operator, project.slug, request());
  const forecast = new Forecast(database().pool, project.id, { update: false, ...options });
  const one: string[] = [];
  for (const { path, content } of given) {
    for (const item of await itemsIn(path, content, options)) {
      const prepared = item.kind === "article" ? prepare(item, null) : item;
      for (const { outcome, warnings } of await forecast.of([prepared])) {
        one.push([outcome, ...warnings.map(({ code }) => code)].join(" "));
      }
    }
  }
  expect(await written(project.id)).toEqual(before);
  const { id, ...done } = await importFiles(operator, project.slug, request());
  const { items } = await itemsOf(operator, project.slug, id, { limit: 1000 });
  const oneDone = items.map(({ outcome, warnings }) =>
    [outcome, ...warnings.map(({ code }) => code)].join(" "),
  );
  return { said, done, one, oneDone };
}

const text = "Tehran denied it.";
const span = { label: "claim", start: 0, end: 6 };

describe("what is said before is what an import does", () => {
  const here = [
    { path: "f/a.md", content: "# A\n\nFirst." },
    { path: "b.md", content: "# B\n\nSecond." },
    { path: "c.jsonl", content: line({ id: 1, text, spans: [span] }) + line({ id: 2, text: "x" }) },
  ];
  test.for([
    { name: "the same again", given: here },
    { name: "a new article", given: [{ path: "f/n.md", content: "# N\n\nNew." }] },
    { name: "a copy of one", given: [{ path: "f/n.md", content: "# A\n\nFirst." }] },
    { name: "a new version", given: [{ path: "f/a.md", content: "# A\n\nFirst, mended." }] },
    { name: "a name that is taken", given: [{ path: "b.md", content: "# B\n\nOther." }] },
    {
      name: "a name that is taken, as an update",
      given: [{ path: "b.md", content: "# B\n\nOther." }],
      options: { update: true },
    },
    { name: "no article", given: [{ path: "x.rst", content: "id,text\n1,a" }] },
    {
      name: "one twice",
      given: [
        { path: "x.jsonl", content: line({ id: 9, text: "y" }) + line({ id: 9, text: "z" }) },
        { path: "y.jsonl", content: line({ id: 9, text: "z" }) },
      ],
    },
    {
      name: "one text twice",
      given: [
        { path: "x.jsonl", content: line({ id: 8, text: "y" }) + line({ id: 9, text: "y" }) },
      ],
    },
    {
      name: "other annotations",
      given: [{ path: "c.jsonl", content: line({ id: 1, text, spans: [{ ...span, end: 13 }] }) }],
    },
    {
      name: "an annotator who is new",
      given: [
        { path: "c.jsonl", content: line({ id: 1, text, spans: [{ ...span, annotator: "ann" }] }) },
      ],
    },
    {
      name: "a loss",
      given: [{ path: "c.jsonl", content: line({ id: 1, text, spans: [{ ...span, score: 1 }] }) }],
    },
    {
      name: "a loss, where it is strict",
      given: [{ path: "c.jsonl", content: line({ id: 1, text, spans: [{ ...span, score: 1 }] }) }],
      options: { strict: true },
    },
  ])("$name", async ({ given, options = {} }) => {
    const project = await aProject();
    await importFiles(operator, project.slug, { format: "auto", files: filesOf(here) });
    const { said, done, one, oneDone } = await saidAndDone(project, given, options);
    expect(said).toEqual(done);
    expect(one).toEqual(oneDone);
  });

  test("whatever is here, and whatever comes", { timeout: 60_000 }, async () => {
    const ourId = "0198f0a0-0000-7000-8000-00000000000";
    const record = fc
      .record({
        own: fc.boolean(),
        id: fc.constantFrom(1, 2, 3),
        version: fc.constantFrom(1, 2, 3),
        text: fc.constantFrom("ab", "cd", "ef"),
        author: fc.constantFrom(null, "N. N."),
        annotator: fc.constantFrom(null, "ann", "bob"),
        marked: fc.boolean(),
      })
      .map(({ own, id, version, marked, annotator, ...rest }) => ({
        ...rest,
        ...(own ? { schema: "gainsay.article/2", id: `${ourId}${id}`, version } : { id }),
        ...(marked ? { spans: [{ label: "claim", start: 0, end: 2, annotator }] } : {}),
      }));
    const file = fc.oneof(
      fc.record({
        path: fc.constantFrom("a.jsonl", "b.jsonl"),
        content: fc
          .array(record, { minLength: 1, maxLength: 4 })
          .map((all) => all.map(line).join("")),
      }),
      fc.record({
        path: fc.constantFrom("a.md", "f/a.md", "b.md"),
        content: fc.constantFrom("# T\n\nab", "# T\n\ncd", "ab", "---\nurl: u\n---\ncd"),
      }),
    );
    const files = fc.array(file, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, files, fc.boolean(), async (before, given, update) => {
        const project = await aProject();
        await importFiles(operator, project.slug, { format: "auto", files: filesOf(before) });
        const { said, done, one, oneDone } = await saidAndDone(project, given, { update });
        expect(said).toEqual(done);
        expect(one).toEqual(oneDone);
      }),
      { numRuns: 25 },
    );
  });
});

test("a preview says of each article what would become of it, and which one it is", async () => {
  const project = await aProject();
  const here = [
    { path: "f/a.md", content: "# A\n\nFirst." },
    { path: "b.md", content: "# B\n\nSecond." },
  ];
  await importFiles(operator, project.slug, { format: "auto", files: filesOf(here) });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1 ORDER BY title",
    [project.id],
  );
  async function* given() {
    yield* filesOf([
      { path: "f/a.md", content: "# A\n\nFirst." },
      { path: "f/a.md", content: "# A\n\nFirst, mended." },
      { path: "b.md", content: "# B\n\nOther." },
      { path: "n.md", content: "# A\n\nFirst." },
    ]);
  }
  const { items } = await previewImport(operator, project.slug, { format: "auto", files: given() });
  expect(items).toMatchObject([
    { outcome: "unchanged", reason: null, article_id: rows[0]?.id, warnings: [] },
    { outcome: "rejected", reason: expect.stringContaining("has this path"), article_id: null },
    { outcome: "rejected", reason: expect.stringContaining("“B” has this name") },
    { outcome: "created", article_id: null, warnings: [{ code: "same_text" }] },
  ]);
});
