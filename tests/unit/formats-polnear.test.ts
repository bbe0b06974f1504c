import { describe, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { readPolnear } from "@/lib/formats/polnear";
import { aFile, itemsIn, readPage, sha256 } from "../setup/files";
import { marksIn } from "../setup/records";

const text =
  "Mayor 😀 closes port\n\nThe port, the mayor said, is closed. According to Le Monde, it opens. Many believe it.\n";

/** The place of words in the text, as the corpus writes it. */
const at = (...words: string[]) =>
  words
    .map((one) => {
      const start = [...text.slice(0, text.indexOf(one))].length;
      return `${start} ${start + [...one].length}`;
    })
    .join(";");

const marks = [
  `T1\tSource ${at("the mayor")}\tthe mayor`,
  `T2\tCue ${at("said")}\tsaid`,
  `T3\tContent ${at("The port", "is closed")}\tThe port is closed`,
  `T4\tAttribution ${at("said")}\tsaid`,
  "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1",
  `T5\tSource ${at("Le Monde")}\tLe Monde`,
  `T6\tCue ${at("According to")}\tAccording to`,
  `T7\tContent ${at("it opens")}\tit opens`,
  `T8\tAttribution ${at("According to")}\tAccording to`,
  "E2\tAttribution:T8 Content:T7 Cue:T6 Source:T5",
  `T9\tCue ${at("believe")}\tbelieve`,
  `T10\tContent ${at("it.")}\tit.`,
  `T11\tAttribution-no-source ${at("believe")}\tbelieve`,
  "E3\tAttribution-no-source:T11 Cue:T9 Content:T10",
  `T12\tDiscard ${at("Mayor")}\tMayor`,
  "",
].join("\r\n");

const read = (beside: Record<string, string>, options = {}) =>
  itemsIn("data/dev/text/a.txt", text, { format: "polnear", beside, ...options });

describe("an article of the corpus", () => {
  test("has attributions of source and cue, and claims", async () => {
    const [item] = await read({ "data/dev/attributions/a_4b22.ann": marks });
    const { spans, relations } = marksIn(item);
    expect(spans.map(({ label, quote, attributes }) => ({ label, quote, ...attributes }))).toEqual([
      { label: "attribution", quote: "the mayor said", source: "the mayor" },
      {
        label: "attribution",
        quote: "According to Le Monde",
        source: "Le Monde",
        cue: "according_to",
      },
      { label: "attribution", quote: "believe" },
      { label: "claim", quote: "it." },
      { label: "claim", quote: "The port is closed" },
      { label: "claim", quote: "it opens" },
    ]);
    expect(relations.map(({ type, annotator }) => `${annotator} ${type}`)).toEqual(
      Array(3).fill("4b22 source_of"),
    );
    expect(item).toMatchObject({
      recordId: "a",
      unknown: [{ kind: "label", name: "Discard", count: 1 }],
      warnings: [{ code: "span_left_out" }],
    });
  });

  test("is not what it says in another unit", async () => {
    const [item] = await read({ "data/dev/attributions/a_4b22.ann": marks }, { offsets: "utf16" });
    expect(marksIn(item).spans.map(({ quote }) => quote)).not.toContain("the mayor said");
  });

  test("has a set of each annotator, and what the table says of it", async () => {
    const table =
      "compartment\tfilename\tannotators\tpublisher\tpublication_date\tauthor\ttitle\twire\n" +
      "dev\ta\t4b22|ef2d\tnyt\t2016-03-11\tN. N.\tMayor closes port\tNone\n";
    const [item] = await read({
      "data/dev/attributions/a_4b22.ann": marks,
      "data/dev/attributions/a_ef2d.ann": "",
      "data/metadata.tsv": table,
    });
    expect(marksIn(item).sets.map(({ annotator }) => annotator)).toEqual(["4b22", "ef2d"]);
    expect(item).toMatchObject({
      article: {
        title: "Mayor closes port",
        publisher: "nyt",
        author: "N. N.",
        publishedAt: "2016-03-11T00:00:00Z",
        meta: { compartment: "dev" },
      },
    });
  });

  test("may lie in one folder with its marks, or have none", async () => {
    const [item] = await read({ "data/dev/text/a.ann": marks });
    expect(marksIn(item).spans).toHaveLength(6);
    const [alone] = await read({});
    expect(alone).toMatchObject({
      warnings: [{ message: "There are no attributions of a.txt beside it: nothing is marked." }],
    });
  });

  test("tells of marks whose words are not there, and of what is no attribution", async () => {
    const [item] = await read({
      "data/dev/text/a.ann":
        "T1\tCue 0 5\tnever\nT2\tCue 3 900\tx\nE1\tAttribution:T1 Cue:T1\nR1\tr a:T1 b:T2\n",
    });
    expect(item).toMatchObject({
      article: { annotations: [{ spans: [] }] },
      warnings: [
        { code: "span_left_out", line: 1 },
        { code: "span_left_out", line: 3 },
        { code: "detail_left_out", line: 4 },
      ],
    });
  });
});

test.for([
  { path: "data/dev/attributions/a_4b22.ann", of: "data/dev/text/a.txt" },
  { path: "x/a_4b22.ann", of: "x/a.txt" },
  { path: "data/metadata.tsv", of: "data/" },
])("$path belongs to $of", async ({ path, of }) => {
  const items: unknown[] = [];
  const beside = async (one: string) => (one === of ? new Uint8Array() : null);
  const file = { ...aFile(path, "x"), beside };
  for await (const one of readPolnear(file, { scheme: defaultScheme, readPage, sha256 }))
    items.push(one);
  expect(items).toEqual([{ kind: "companion", of }]);
});

test("marks without their text are refused", async () => {
  expect(await itemsIn("a_4b22.ann", "x", { format: "polnear" })).toMatchObject([
    { kind: "rejected", reason: expect.stringContaining("give the file a.txt with it") },
  ]);
});
