import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { defaultScheme } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText, type Range } from "@/lib/domain/text";
import { readBrat, writeBrat, writeBratCommon } from "@/lib/formats/brat";
import { LostInWriting } from "@/lib/formats/writing";
import { aFile, itemsIn, readPage, sha256 } from "../setup/files";
import { type Marks, marksIn, marksOf, records, richScheme } from "../setup/records";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/foreign/brat/${name}`, import.meta.url), "utf8");

const read = (text: string, ann: string, options: Parameters<typeof itemsIn>[2] = {}) =>
  itemsIn("a.txt", text, { beside: { "a.ann": ann }, ...options });

const quotes = ({ spans }: Marks) => spans.map(({ label, quote }) => `${label} ${quote}`);

describe("what brat wrote", () => {
  const ofBrat = (options: Parameters<typeof itemsIn>[2] = {}) =>
    read(fixture("foreign-a.txt"), fixture("foreign-a.ann"), options);

  test("is read to the letter", async () => {
    const [item] = await ofBrat();
    const marks = marksIn(item);
    expect(marks.text).toBe(fixture("foreign-a.txt"));
    expect(quotes(marks)).toEqual([
      "attribution The embassy denied",
      "attribution he added",
      "attribution the ministry said",
      "claim The clips were staged",
      "claim —and the actors were paid",
      "claim The bots amplified the rumour",
      "claim 500\u00a0accounts were removed",
      "claim the network of fake accounts was run from abroad",
      "denial denied any involvement",
    ]);
    expect(marks.spans.find(({ quote }) => quote.startsWith("The bots"))?.at).toBe(
      "245-253,265-285",
    );
    expect(marks.spans.find(({ quote }) => quote.startsWith("the network"))?.attributes).toEqual({
      certainty: "probable",
    });
    expect(marks.relations.map(({ type, from, to }) => `${type} ${from} ${to}`)).toEqual([
      "source_of attribution 128-146 denial 140-162",
      "source_of attribution 255-263 claim 245-253,265-285",
      "source_of attribution 53-70 claim 77-125",
    ]);
    expect(marks.sets).toEqual([
      {
        annotator: null,
        note: "“denied any involvement”: Check the embassy’s own statement.",
        attributes: {},
      },
    ]);
    expect(item).toMatchObject({ warnings: [], wholeFile: true, path: "a.txt" });
  });

  test.for([
    { who: "brat, which counts it", by: 1 },
    { who: "a program that drops it", by: 0 },
  ])("is the same with a byte-order mark before the text, by $who", async ({ by }) => {
    const ann = fixture("foreign-a.ann").replace(/(?<=^T.*)\b\d+(?=[ ;\t])(?=.*\t)/gm, (at) =>
      String(Number(at) + by),
    );
    const [plain] = await ofBrat();
    const [item] = await read(`\ufeff${fixture("foreign-a.txt")}`, ann);
    expect(marksIn(item)).toEqual(marksIn(plain));
  });

  test("is not what it says in another unit", async () => {
    const [item] = await ofBrat({ offsets: "utf16" });
    expect(quotes(marksIn(item))).toEqual([]);
    expect(item?.kind === "article" && item.warnings.slice(0, 9).map(({ code }) => code)).toEqual(
      Array(9).fill("span_left_out"),
    );
  });

  test("belongs to its text, without which it is refused", async () => {
    const items: unknown[] = [];
    const ann = {
      ...aFile("x/a.ann", "T1\tclaim 0 8\tThe port\n"),
      beside: async () => new Uint8Array(),
    };
    for await (const one of readBrat(ann, { scheme: richScheme, readPage, sha256 }))
      items.push(one);
    expect(items).toEqual([{ kind: "companion", of: "x/a.txt" }]);
    expect(await itemsIn("x/a.ann", "T1\tclaim 0 8\tThe port\n")).toMatchObject([
      { reason: expect.stringMatching(/give the file a\.txt with it\.$/) },
    ]);
  });
});

describe("a line", () => {
  const text = "Marovia denied it. The port is closed, he said.";
  const said = async (...lines: string[]) => {
    const [item] = await read(text, lines.map((line) => `${line}\n`).join(""));
    const { spans, relations, sets } = marksIn(item);
    const warnings = item?.kind === "article" ? item.warnings.map(({ message }) => message) : [];
    return {
      spans: spans.map(({ label, quote, attributes }) => ({ label, quote, ...attributes })),
      relations: relations.map(({ type, from, to }) => `${type} ${from} ${to}`),
      notes: sets.map(({ note }) => note),
      warnings,
    };
  };
  const marked = [
    "T1\tdenial 0 14\tMarovia denied",
    "T2\tclaim 19 37\tThe port is closed",
    "T3\tattribution 39 46\the said",
  ];

  test("of an event is the trigger with a relation for each role", async () => {
    expect(await said(...marked, "E1\tattribution:T3 source_of:T2", "A1\tcue E1 speech")).toEqual({
      spans: [
        { label: "attribution", quote: "he said", cue: "speech" },
        { label: "claim", quote: "The port is closed" },
        { label: "denial", quote: "Marovia denied" },
      ],
      relations: ["source_of attribution 39-46 claim 19-37"],
      notes: [""],
      warnings: [],
    });
    const { relations } = await said(
      ...marked,
      "E2\tattribution:T3 source_of:T2 source_of2:E1",
      "E1\tdenial:T1 denies:T2",
    );
    expect(relations).toEqual([
      "denies denial 0-14 claim 19-37",
      "source_of attribution 39-46 claim 19-37",
      "source_of attribution 39-46 denial 0-14",
    ]);
  });

  /** Corpora of events have one for each pair of what takes part in them. */
  test("of several events of a trigger has what they share once, and that is told once", async () => {
    const marked = ["T1\tclaim 0 8\tThe port", "T2\tclaim 12 16\tshut", "T3\tattribution 9 11\tis"];
    const events = [
      "E1\tattribution:T3 Agent:T1 Theme:T2",
      "E2\tattribution:T3 Agent:T1 Theme2:T1",
    ];
    const lines = [...marked, ...events, "A1\tcue E2 speech"];
    const relation = (name: string) => ({
      name,
      from: ["attribution"],
      to: ["claim"],
      symmetric: false,
      attributes: [],
    });
    const [item] = await itemsIn("a.txt", "The port is shut.", {
      beside: { "a.ann": lines.map((line) => `${line}\n`).join("") },
      scheme: { ...defaultScheme, relations: [relation("Agent"), relation("Theme")] },
    });
    expect(
      marksIn(item)
        .relations.map(({ type, to }) => `${type} ${to}`)
        .toSorted(),
    ).toEqual(["Agent claim 0-8", "Theme claim 0-8", "Theme claim 12-16"]);
    expect(item).toMatchObject({
      warnings: [{ message: expect.stringMatching(/^1 triggers have several events/) }],
    });
  });

  test("of what is the same links each to the next", async () => {
    const other = "T5\tclaim 0 7\tMarovia";
    const { relations } = await said(marked[1] ?? "", other, "*\tsame_claim T2 T5");
    expect(relations).toEqual(["same_claim claim 19-37 claim 0-7"]);
  });

  test("of an identifier elsewhere is an attribute of that name", async () => {
    expect(await said(...marked, "N1\taccused_actor T2 Wikidata:Q1\tMarovia")).toMatchObject({
      spans: [{}, { accused_actor: "Wikidata:Q1" }, {}],
    });
    expect(await said(...marked, "N1\tReference T2 Wikidata:Q1\tMarovia")).toMatchObject({
      warnings: ['line 2: A claim has no attribute "Reference". It was left out.'],
    });
  });

  test("of a remark is a part of the article's note, whatever it is about", async () => {
    const { notes } = await said(
      ...marked,
      "R1\tsource_of Arg1:T3 Arg2:T2\t",
      "#1\tAnnotatorNotes R1\tis he?",
      "#2\tCommentary T1\tby whom?",
      "#3\tsource T3\tthe mayor",
    );
    expect(notes).toEqual(["R1: is he?\n“Marovia denied”: Commentary: by whom?"]);
  });

  test.for([
    "T9 claim 0 5\tx",
    "T9\tclaim 0\tx",
    "T9\tclaim zero 5\tx",
    "T9\tclaim 0 5;\tx",
    "R9\tdenies T1 T2",
    "R9\tdenies Arg1:T1",
    "E9\t",
    "A9\tcertainty",
    "*\tEquiv T1",
    "N9\tReference T1",
    "?",
  ])("%j that is none is told, and the others are read", async (line) => {
    const { spans, warnings } = await said(...marked, line);
    expect(spans).toHaveLength(3);
    expect(warnings).toEqual([
      "a.ann, line 4: This is no line of marks as brat writes them; it was left out.",
    ]);
  });

  test.for([
    { line: "T9\tclaim 40 400\tx", warning: /^line 4: 40-400 is no range/ },
    { line: "T9\tclaim 99999999999999999999 5\tx", warning: /^line 4: .* is no range/ },
    { line: "T9\tclaim 40 40\t", warning: /^line 4: A fragment ends after its start/ },
    { line: "T9\tclaim 39 41\tsaid", warning: /^line 4: The quote "said" is not the text/ },
    { line: "T9\t__proto__ 39 41\the", warning: /^line 4: There is no label "__proto__"/ },
    { line: "R9\tdenies Arg1:T1 Arg2:T9\t", warning: /^line 4: It links the span "T9"/ },
    { line: "A9\t__proto__ T2 x", warning: /no attribute "__proto__"|cannot be called/ },
    { line: "A9\tcertainty T9 certain", warning: /^line 4: "certainty" is said of T9/ },
    { line: "E9\tdenial:T1 denies:E9", warning: /^line 4: / },
    { line: "E9\tdenial:E9 denies:T2", warning: /^line 4: It links the span "E9"/ },
  ])("$line is refused by itself", async ({ line, warning }) => {
    const { spans, warnings } = await said(...marked, line);
    expect(spans).toHaveLength(3);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
  });
});

test("very many lines end", async () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `T${at}\tattribution 0 7\tMarovia`);
  const [item] = await read("Marovia denied it.", `${many.join("\n")}\n`);
  expect(marksIn(item).spans).toHaveLength(10_000);
});

test("a text by itself is read with nothing marked, and that is told", async () => {
  const [item] = await itemsIn("a.txt", "The port is closed.", { format: "brat" });
  expect(item).toMatchObject({
    article: { annotations: [] },
    warnings: [{ message: "There is no file a.ann beside it: nothing is marked." }],
  });
});

test("the configuration offers what the scheme has", () => {
  const [file] = writeBratCommon({ scheme: richScheme });
  expect(file?.path).toBe("annotation.conf");
  expect(file?.text).toContain("\nsource_of\tArg1:attribution, Arg2:claim|denial\n");
  expect(file?.text).toContain("\nsame_claim\tArg1:claim, Arg2:claim, <REL-TYPE>:symmetric\n");
  expect(file?.text).toContain("\ntone\tArg:claim|source_of, Value:calm|sharp\n");
  expect(file?.text).toContain("\nquoted\tArg:claim|source_of\n");
  expect(file?.text).not.toContain("remark");
});

/** Pieces as brat has them: without line ends at their edges, and apart by more than those. */
function apart(text: ArticleText, fragments: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (let { start, end } of fragments) {
    const isEnd = (at: number) => /[\r\n]/.test(text.slice({ start: at, end: at + 1 }));
    while (start < end && isEnd(start)) start += 1;
    while (start < end && isEnd(end - 1)) end -= 1;
    if (start === end) continue;
    const last = kept.at(-1);
    if (last && text.slice({ start: last.end, end: start }).replaceAll(/[\r\n]/g, "") === "") {
      kept[kept.length - 1] = { start: last.start, end };
    } else kept.push({ start, end });
  }
  return kept;
}

/** What brat keeps of a record: marks alone, of one annotator, and values on one line. */
function kept(given: ArticleRecord): Pick<Marks, "text" | "spans" | "relations"> {
  const whole = new ArticleText(given.text);
  const record = {
    ...given,
    spans: given.spans.map((span) => {
      const fragments = apart(whole, span.fragments);
      return { ...span, fragments, text: quoteOf(whole, fragments) };
    }),
  };
  const { text, spans, relations } = marksOf(record);
  const flat = <T extends { attributes: Marks["spans"][number]["attributes"] }>(one: T): T => ({
    ...one,
    annotator: null,
    attributes: Object.fromEntries(
      Object.entries(one.attributes).map(([name, value]) => [
        name,
        typeof value === "string" ? value.replaceAll(/[\t\n]/g, " ") : value,
      ]),
    ),
  });
  return { text, spans: spans.map(flat), relations: relations.map(flat) };
}

test("what is written is read the same", async () => {
  const about = { scheme: richScheme };
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1 }), async (record) => {
      const lost = new LostInWriting();
      const [text, ann] = writeBrat(record, lost, about);
      expect(text?.path).toBe(`${record.id}.txt`);
      const [item] = await read(text?.text ?? "", ann?.text ?? "", { scheme: richScheme });
      const { text: body, spans, relations } = marksIn(item);
      expect({ text: body, spans, relations }).toEqual(kept(record));
      expect(writeBrat(record, new LostInWriting(), about)).toEqual([text, ann]);
      const isMultiline = /"[^"]*\\[nt][^"]*"/.test(
        JSON.stringify([...record.spans, ...record.relations].map(({ attributes }) => attributes)),
      );
      const what = lost.list.map((one) => one.what);
      expect(what.includes("line ends and tabs within values")).toBe(isMultiline);
      expect(what).toContain("fields of metadata");
    }),
  );
});

test("each of several annotators has a folder", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 3 }), async (record) => {
      const files = writeBrat(record, new LostInWriting(), { scheme: richScheme });
      const names = record.sets.map(({ annotator }) => annotator);
      if (names.length < 2) return;
      expect(files.map(({ path }) => path)).toEqual(
        names.flatMap((name) => [`${name}/${record.id}.txt`, `${name}/${record.id}.ann`]),
      );
      for (const [at, annotator] of names.entries()) {
        const [item] = await read(record.text, files[2 * at + 1]?.text ?? "", {
          scheme: richScheme,
        });
        const own = kept({
          ...record,
          spans: record.spans.filter((one) => one.annotator === annotator),
          relations: record.relations.filter((one) => one.annotator === annotator),
        });
        const { text, spans, relations } = marksIn(item);
        expect({ text, spans, relations }).toEqual(own);
      }
    }),
    { numRuns: 30 },
  );
});
