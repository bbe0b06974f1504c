import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { ArticleText } from "@/lib/domain/text";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { exportDataset } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
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
