import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText, type Range } from "@/lib/domain/text";
import { polnearTable, readPolnear, writePolnear } from "@/lib/formats/polnear";
import { LostInWriting } from "@/lib/formats/writing";
import { aFile, itemsIn, readPage, sha256 } from "../setup/files";
import { aRecord, marksIn, marksOf, records, richScheme } from "../setup/records";

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

/** The files of a record, with the table, by path. */
function filesOf(record: ArticleRecord, lost = new LostInWriting()): Record<string, string> {
  const files = writePolnear(record, lost, { scheme: richScheme });
  const table = polnearTable.before + polnearTable.entry(record) + polnearTable.after;
  const all = [...files, { path: polnearTable.path, text: table }];
  return Object.fromEntries(all.map(({ path, text: content }) => [path, content]));
}

const readBack = async (beside: Record<string, string>) => {
  const path = Object.keys(beside).find((one) => one.endsWith(".txt")) ?? "";
  const [item] = await itemsIn(path, beside[path] ?? "", { beside, scheme: richScheme });
  return item;
};

/** Pieces as they come back: none with white space at its ends, none apart from another by nothing else. */
function normalised(fragments: readonly Range[], whole: ArticleText): Range[] {
  const lines = fragments.flatMap(({ start, end }) => {
    const ends = [...whole.slice({ start, end }).matchAll(/[\r\n]+/g)].map(
      ({ 0: found, index }) => {
        const at = start + [...whole.slice({ start, end }).slice(0, index)].length;
        return { start: at, end: at + found.length };
      },
    );
    const edges = [start, ...ends.flatMap((one) => [one.start, one.end]), end];
    return edges.flatMap((from, at) =>
      at % 2 === 0 ? [{ start: from, end: edges[at + 1] ?? from }] : [],
    );
  });
  const bare = lines.flatMap(({ start, end }) => {
    const characters = [...whole.slice({ start, end })];
    const first = characters.findIndex((one) => one.trim() !== "");
    const last = characters.findLastIndex((one) => one.trim() !== "");
    if (first < 0) return [];
    return [
      { start: whole.boundaryBefore(start + first), end: whole.boundaryAfter(start + last + 1) },
    ];
  });
  const merged: Range[] = [];
  for (const range of bare) {
    const before = merged.at(-1);
    const gap = before ? whole.slice({ start: before.end, end: range.start }) : "x";
    if (before && gap.trim() === "") merged[merged.length - 1] = { ...before, end: range.end };
    else merged.push(range);
  }
  return merged;
}

test("what is written is read the same, but for what the corpus has no place for", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 3 }), async (record) => {
      const lost = new LostInWriting();
      const item = await readBack(filesOf(record, lost));
      const whole = new ArticleText(record.text);
      const placeOf = (fragments: readonly Range[]) =>
        fragments.map(({ start, end }) => `${start}-${end}`).join(",");
      const byId = new Map(
        record.spans.map(({ id, label, fragments }) => [
          id,
          `${label} ${placeOf(normalised(fragments, whole))}`,
        ]),
      );
      const { text: body, title, spans, relations, sets } = marksIn(item);
      expect({ body, title }).toEqual({ body: record.text, title: record.title });
      expect(sets.map(({ annotator }) => annotator)).toEqual(
        record.sets.map(({ annotator }) => annotator),
      );
      expect(
        spans.map(({ annotator, label, at }) => `${annotator} ${label} ${at}`).toSorted(),
      ).toEqual(record.spans.map(({ annotator, id }) => `${annotator} ${byId.get(id)}`).toSorted());
      const kept = record.relations.filter(
        ({ type, to }) => type === "source_of" && !byId.get(to)?.startsWith("attribution"),
      );
      expect(
        relations
          .map(({ annotator, type, from, to }) => [annotator, type, from, to].join())
          .toSorted(),
      ).toEqual(
        kept
          .map(({ annotator, type, from, to }) =>
            [annotator, type, byId.get(from), byId.get(to)].join(),
          )
          .toSorted(),
      );
      const told = new Map(lost.list.map(({ what, count }) => [what, count]));
      const of = (words: RegExp) => [...told].find(([what]) => words.test(what))?.[1] ?? 0;
      expect(of(/^relations, but/)).toBe(record.relations.length - kept.length);
      expect(of(/^white space at/)).toBe(
        record.spans.filter(
          ({ fragments }) => placeOf(normalised(fragments, whole)) !== placeOf(fragments),
        ).length,
      );
      expect(item).toMatchObject({
        article: {
          publisher: record.publisher,
          author: record.author,
          url: record.url,
          language: record.language,
          sourceId: record.source_id,
          meta: { compartment: "train" },
        },
        warnings: [],
        unknown: [],
      });
    }),
    { numRuns: 60 },
  );
});

describe("of an attribution that is written", () => {
  const attribution = (words: string, source: string | undefined, ...gap: string[]) => {
    const value = "😀 The mayor of Kyiv, he said, denied it. 网络观察员表示否认。";
    const whole = new ArticleText(value);
    const at = (one: string) => {
      const unit = value.indexOf(one);
      return { start: whole.fromUtf16(unit), end: whole.fromUtf16(unit + one.length) };
    };
    const fragments = [words, ...gap].map(at);
    const [span] = aRecord().spans;
    if (!span) throw new Error("It has a span.");
    const own = {
      ...span,
      label: "attribution",
      start: fragments[0]?.start ?? 0,
      end: fragments.at(-1)?.end ?? 0,
      fragments,
      text: [words, ...gap].join(" "),
      attributes: source === undefined ? {} : { source },
    };
    return aRecord({ text: value, spans: [own] });
  };
  const marksFor = (record: ArticleRecord) =>
    (Object.entries(filesOf(record)).find(([path]) => path.endsWith("_a1.ann"))?.[1] ?? "")
      .split("\n")
      .filter((line) => /^T\d+\t(?:Source|Cue) /.test(line))
      .map((line) => line.replace(/^T\d+\t(\S+) .*\t/, "$1: "));

  test.for([
    {
      name: "before",
      words: "The mayor of Kyiv, he said",
      source: "The mayor of Kyiv",
      marks: ["Source: The mayor of Kyiv", "Cue: , he said"],
    },
    {
      name: "behind a gap",
      words: "said",
      gap: ["网络观察员表示"],
      source: "said",
      marks: ["Source: said", "Cue: 网络观察员表示"],
    },
    {
      name: "within",
      words: "Kyiv, he said",
      source: "he",
      marks: ["Source: he", "Cue: Kyiv, said"],
    },
    { name: "all of it", words: "he", source: "he", marks: ["Source: he"] },
    { name: "no word of its own", words: "The mayor", source: "he", marks: ["Cue: The mayor"] },
    { name: "somewhere else", words: "he said", source: "The mayor", marks: ["Cue: he said"] },
    { name: "not said", words: "he said", source: undefined, marks: ["Cue: he said"] },
    {
      name: "no more than signs of a pattern",
      words: "he said",
      source: ".*",
      marks: ["Cue: he said"],
    },
  ])(
    "the source is where it stands: $name",
    async ({ words, gap = [], source, marks: expected }) => {
      const record = attribution(words, source, ...gap);
      expect(marksFor(record)).toEqual(expected);
      const { spans } = marksIn(await readBack(filesOf(record)));
      const isFound = expected.some((one) => one.startsWith("Source"));
      expect(spans).toMatchObject([
        { at: marksOf(record).spans[0]?.at, attributes: isFound ? { source } : {} },
      ]);
      const lost = new LostInWriting();
      filesOf(record, lost);
      const what = lost.list.map((one) => one.what);
      expect(what.some((one) => one.startsWith("attributes of spans"))).toBe(
        source !== undefined && !isFound,
      );
    },
  );
});

test("the table of the corpus is no table of articles", async () => {
  const files = filesOf(aRecord());
  const path = polnearTable.path;
  expect(await itemsIn(path, files[path] ?? "", { beside: { ...files, "data/": "" } })).toEqual([]);
});
