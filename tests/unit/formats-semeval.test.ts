import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasLetterOrDigit } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { writeSemeval } from "@/lib/formats/semeval";
import { LostInWriting } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { marksIn, records, richScheme } from "../setup/records";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/foreign/semeval/${name}`, import.meta.url), "utf8");
const text = fixture("article900000001.txt");
const labels = fixture("article900000001.task-flc-tc.labels");

describe("an article of SemEval", () => {
  test.for([
    { at: "article900000001.txt", labelled: "article900000001.task-flc-tc.labels" },
    {
      at: "x/train-articles/article900000001.txt",
      labelled: "x/train-labels-task-flc-tc/article900000001.task-flc-tc.labels",
    },
    { at: "train-articles/article900000001.txt", labelled: "train-task2-TC.labels" },
    {
      at: "en/train-articles-subtask-3/article900000001.txt",
      labelled: "en/train-labels-subtask-3-spans.txt",
    },
    {
      at: "en/dev-articles-subtask-3/article900000001.txt",
      labelled: "en/dev-labels-subtask-3-spans/article900000001-labels-subtask-3.txt",
    },
    {
      at: "train-articles/article900000001.txt",
      labelled: "train-labels-FLC/article900000001.task-FLC.labels",
    },
    { at: "train-articles/article900000001.txt", labelled: "train.task-FLC.labels" },
  ])("at $at is read with its labels in $labelled", async ({ at, labelled }) => {
    const rows = `1\tLoaded_Language\t0\t5\n${labels}`;
    const [item, ...more] = await itemsIn(at, text, { beside: { [labelled]: rows } });
    expect(more).toEqual([]);
    const marks = marksIn(item);
    expect(marks.text).toBe(text);
    expect(marks.title).toBe("Fake accounts brief");
    expect(marks.spans.map(({ label, quote }) => `${label} ${quote}`).toSorted()).toEqual(
      [
        "attribution The embassy denied",
        "attribution he added",
        "attribution the ministry said",
        "claim The clips were staged",
        "claim —and the actors were paid",
        "claim 500\u00a0accounts were removed",
        "claim the network of fake accounts was run from abroad",
        "denial denied any involvement",
      ].toSorted(),
    );
    expect(item).toMatchObject({ recordId: "900000001", warnings: [] });
    expect(await itemsIn(labelled, labels, { beside: { [at]: text } })).toEqual([]);
  });

  /** Of an article without propaganda there is an empty file. */
  test.for([
    "train-labels-task1-span-identification/article900000001.task1-SI.labels",
    "train-labels-task2-technique-classification/article900000001.task2-TC.labels",
    "train-labels-FLC/article900000001.task-FLC.labels",
    "train-labels-SLC/article900000001.task-SLC.labels",
    "train-labels/article900000001.labels",
  ])("has nothing marked where %s is empty", async (labelled) => {
    const at = "train-articles/article900000001.txt";
    const [item] = await itemsIn(at, text, { beside: { [labelled]: "" } });
    expect(item).toMatchObject({ article: { annotations: [] }, warnings: [] });
    expect(await itemsIn(labelled, "", { beside: { [at]: text } })).toEqual([]);
  });

  test("has the lines that were told to be propaganda in 2019, and not the others", async () => {
    const labelled = "train.task-SLC.labels";
    const rows = "900000001\t1\tnon-propaganda\n900000001\t3\tpropaganda\n";
    const at = "train-articles/article900000001.txt";
    const [item] = await itemsIn(at, text, { beside: { [labelled]: rows } });
    expect(item).toMatchObject({ unknown: [{ name: "propaganda", count: 1 }] });
    expect(await itemsIn(labelled, rows, { beside: { [at]: text } })).toEqual([]);
  });

  test("is not what it says in another unit", async () => {
    const beside = { "article900000001.labels": labels };
    const [item] = await itemsIn("article900000001.txt", text, { beside, offsets: "utf16" });
    expect(marksIn(item).spans.map(({ quote }) => quote)).not.toContain("the ministry said");
  });

  test("whose labels have places alone is marked as propaganda", async () => {
    const beside = { "article1.task-si.labels": "1\t0\t4\n" };
    const [item] = await itemsIn("article1.txt", text, { beside });
    expect(item).toMatchObject({ unknown: [{ name: "propaganda", count: 1 }] });
  });

  test("without labels is read by its format's name, and that is told", async () => {
    const [item] = await itemsIn("article1.txt", text, { format: "semeval" });
    expect(item).toMatchObject({
      warnings: [{ message: "There are no labels of article1.txt beside it: nothing is marked." }],
    });
  });

  test("has rows that are none told", async () => {
    const beside = { "article1.labels": "1\tclaim\t0\n1\tclaim\t0\t9999\n1\t__proto__\t0\t4\n" };
    const [item] = await itemsIn("article1.txt", text, { beside });
    expect(item).toMatchObject({
      article: { annotations: [] },
      warnings: [
        { code: "annotations_left_out", line: 1 },
        { message: "article1.labels, line 2: 0-9999 is no range of the text in characters." },
        { message: expect.stringContaining('There is no label "__proto__"') },
      ],
    });
  });
});

test("labels of articles that are not there are refused, each once", async () => {
  const rows = "1\tclaim\t0\t4\n2\tclaim\t0\t4\n2\tclaim\t5\t6\n";
  const items = await itemsIn("x-task2-TC.labels", rows, {
    beside: { "x-articles/article1.txt": text },
  });
  expect(items).toEqual([
    {
      kind: "rejected",
      path: "x-task2-TC.labels",
      line: 2,
      column: null,
      reason:
        "This has the labels of article 2, whose text is not there: give the file article2.txt with it.",
    },
  ]);
  expect(await itemsIn("a.labels", "x")).toMatchObject([{ kind: "rejected" }]);
  expect(await itemsIn("stdin", "1\tclaim\t0\t4\n")).toMatchObject([{ kind: "rejected", line: 1 }]);
});

test("what is written is read the same, each piece by itself", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1, scheme: richScheme }), async (record) => {
      const lost = new LostInWriting();
      const [article, labelled] = writeSemeval(record, lost);
      if (!article || !labelled) throw new Error("Two files are written.");
      expect(article.path).toMatch(/^article\d+\.txt$/);
      const [item] = await itemsIn(article.path, article.text, {
        beside: { [labelled.path]: labelled.text },
      });
      const whole = new ArticleText(record.text);
      const pieces = record.spans.flatMap(({ label, fragments }) =>
        fragments.map((piece) => ({
          label,
          at: `${piece.start}-${piece.end}`,
          quote: whole.slice(piece),
        })),
      );
      const { text: body, spans } = marksIn(item);
      const key = (one: { label: string; at: string }) => `${one.label} ${one.at}`;
      expect(body).toBe(record.text);
      expect(spans.map(key).toSorted()).toEqual(
        pieces
          .filter(({ quote }) => hasLetterOrDigit(quote))
          .map(key)
          .toSorted(),
      );
      const gaps = pieces.length - record.spans.length;
      expect(lost.list.find(({ what }) => what === "gaps within spans")?.count ?? 0).toBe(gaps);
    }),
    { numRuns: 50 },
  );
});
