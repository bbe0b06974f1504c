import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { writeConll } from "@/lib/formats/conll";
import { LostInWriting } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { type Marks, marksIn, records, richScheme } from "../setup/records";

const quotes = ({ spans }: Marks) =>
  spans.map(({ label, quote }) => `${label} ${quote}`).toSorted();

test("what spaCy tagged is read, article by article", async () => {
  const source = readFileSync(
    new URL("../fixtures/foreign/conll/corpus.iob2.tsv", import.meta.url),
    "utf8",
  );
  const items = await itemsIn("corpus.iob2.tsv", source);
  expect(items.map((item) => quotes(marksIn(item)))).toEqual([
    [
      "attribution The embassy denied",
      "attribution he added",
      "attribution the ministry said",
      "claim 500 accounts were removed",
      "claim The clips were staged",
      "claim the network of fake accounts was run from abroad",
      "claim — and the actors were paid",
    ],
    [
      "attribution به گفتهٔ پژوهشگران",
      "attribution وزارت خارجه اعلام کرد",
      "claim ربات‌ها شایعه را پخش کردند",
      "claim شبکهٔ حساب‌های جعلی از خارج اداره می‌شود",
      "claim ویدیوها ساختگی بودند",
      "claim — و بازیگران پول گرفتند",
      "denial سفارت هرگونه دخالت را رد کرد",
    ],
    [
      "attribution 大 使 馆 否 认",
      "attribution 研 究 人 员 称",
      "attribution 网 络 观 察 员 A n d r e ́ M i l l e r 表 示",
      "claim 机 器 人 账 号 放 大 了 谣 言",
      "claim 演 员 也 收 了 钱",
      "claim 视 频 是 伪 造 的",
      "claim 这 些 账 号 由 境 外 机 构 操 纵",
    ],
  ]);
  expect(items[0]).toMatchObject({ line: 1, wholeFile: false });
  const again = await itemsIn("corpus.iob2.tsv", source, { skip: 1 });
  expect(again).toEqual(items.slice(1));
});

describe("columns that are named", () => {
  const header = "TOKEN\tNE-COARSE\tNE-FINE\tNEL\tMISC";
  const source = [
    header,
    "# hipe:language = fr",
    "# hipe:document_id = paper-1",
    "# hipe:date = 1890-03-31",
    "Le\tO\tO\t_\t_",
    "port\tB-loc\tB-loc.sea\tQ1\t_",
    "d'\tI-loc\tO\t_\tNoSpaceAfter",
    "Aden\tI-loc\tB-loc.town\tQ2\tNoSpaceAfter",
    ".\tO\tO\t_\tEndOfLine|EndOfSentence",
    "Il\tO\tO\t_\t_",
    "",
    "# hipe:language = de",
    "# hipe:document_id = paper-2",
    "Hafen\tO\tO\t_\t_",
    "",
  ].join("\n");

  test.for(["conll", "auto"] as const)(
    "are tags, or what stands behind a token, by %s",
    async (format) => {
      const items = await itemsIn("a.tsv", source, { format });
      expect(items.map((item) => marksIn(item).text)).toEqual(["Le port d'Aden.\nIl", "Hafen"]);
      expect(items).toMatchObject([
        {
          article: { sourceId: "paper-1", language: "fr", publishedAt: "1890-03-31T00:00:00Z" },
          unknown: [
            { name: "loc", count: 1 },
            { name: "loc.sea", count: 1 },
            { name: "loc.town", count: 1 },
          ],
          warnings: [
            { message: expect.stringContaining("put together of tokens") },
            { message: expect.stringContaining("of each of 2 tokens") },
            { code: "span_left_out" },
            { code: "span_left_out" },
            { code: "span_left_out" },
          ],
        },
        { article: { sourceId: "paper-2", language: "de", publishedAt: null } },
      ]);
    },
  );

  test("are in the order that the names say", async () => {
    const rows = [
      "No.\tTOKEN\tNE-TAG",
      "1\tThe\tO",
      "2\tport\tB-claim",
      "",
      "1\tshut\tB-claim",
      "",
    ];
    const [item] = await itemsIn("a.tsv", rows.join("\n"));
    expect(quotes(marksIn(item))).toEqual(["claim port", "claim shut"]);
  });
});

/** As in a corpus of arguments that is called so, and has its tags apart. */
test("a file without any tag is refused rather than read as a text of its columns", async () => {
  const items = await itemsIn("a.bio", "Si| B| claim| NA| 0\nes| I| claim| NA| 1\n");
  expect(items).toMatchObject([{ kind: "rejected", line: 1 }]);
  expect(items[0]).toHaveProperty("reason", expect.stringMatching(/^There are no tags .* "0"\.$/));
});

/** As Stanford's programs write them, and the GUM corpus. */
test("labels without a letter are tags that do not say where a span begins", async () => {
  const source = "The\tclaim\nport\tclaim\nis\tO\nshut\tdenial\nnow\tclaim\n.\tO\n";
  const [item] = await itemsIn("a.tsv", source);
  expect(quotes(marksIn(item))).toEqual(["claim The port", "claim now", "denial shut"]);
  expect(item).toMatchObject({
    warnings: [{ message: expect.stringContaining("do not say where a span begins") }, {}],
  });
});

test.for([
  {
    name: "with parts of speech",
    source: "The|DT|O port|NN|B-claim is|VB|I-claim\nIt|PR|O ||SYM|O\n",
  },
  { name: "without", source: "The|O port|B-claim is|I-claim\nIt|O ||O\n" },
])("a sentence a line, as spaCy has it, is read $name", async ({ source }) => {
  for (const path of ["a.iob", "stdin"]) {
    const [item] = await itemsIn(path, source);
    expect(quotes(marksIn(item))).toEqual(["claim port is"]);
    expect(marksIn(item).text).toBe("The port is\nIt |");
  }
});

const scheme = {
  ...defaultScheme,
  labels: ["A", "B", "C"].map((name) => ({
    ...richScheme.labels[0],
    name,
    overlap: false,
    attributes: [],
    key: "1",
    letter: "A",
  })),
};

describe("tags", () => {
  const read = async (...tags: string[]) => {
    const rows = tags.map((tag, at) => (tag === "" ? "" : `w${at}\t${tag}`));
    const [item] = await itemsIn("a.conll", `${rows.join("\n")}\n`, { scheme });
    return quotes(marksIn(item));
  };

  test.for([
    { name: "IOB2", tags: "B-A I-A B-A O B-B", spans: ["A w0 w1", "A w2", "B w4"] },
    { name: "IOB1", tags: "I-A I-A B-A O I-B I-A", spans: ["A w0 w1", "A w2", "A w5", "B w4"] },
    { name: "BIOES", tags: "B-A I-A E-A S-A O B-B E-B", spans: ["A w0 w1 w2", "A w3", "B w5 w6"] },
    { name: "BILOU", tags: "B-A L-A U-A O U-B", spans: ["A w0 w1", "A w2", "B w4"] },
    { name: "BMEWO", tags: "B-A M-A E-A W-A O", spans: ["A w0 w1 w2", "A w3"] },
    { name: "a sentence", tags: "I-A  I-A O", spans: ["A w0", "A w2"] },
    {
      name: "an end without a beginning",
      tags: "O E-A I-B L-A O",
      spans: ["A w1", "A w3", "B w2"],
    },
  ])("of $name are told apart", async ({ tags, spans }) => {
    expect(await read(...tags.split(" "))).toEqual(spans);
  });
});

test.for([
  {
    name: "the last of all columns",
    source: "EU NNP B-NP B-A\nrejects VBZ B-VP O\n",
    spans: ["A EU"],
  },
  {
    name: "all columns, if they are tags",
    source: "EU\tB-A\tB-B\nis\tO\tI-B\n",
    spans: ["A EU", "B EU is"],
  },
  { name: "tokens behind a number", source: "1\tEU\t_\tB-A\n2\tis\t_\tO\n", spans: ["A EU"] },
  { name: "numbers as tokens", source: "1\tO\tB-A\n2\tO\tI-A\n", spans: ["A 1 2"] },
  { name: "a hash as a token", source: "#\tB-A\nx\tO\n# note = y\n", spans: ["A #"] },
  { name: "CR LF", source: "EU\tB-A\r\nis\tO\r\n", spans: ["A EU"] },
])("columns are read as $name", async ({ source, spans }) => {
  const [item] = await itemsIn("a.conll", source, { scheme });
  if (spans[0] === "A #") expect(marksIn(item).text).toBe("# x");
  else expect(quotes(marksIn(item))).toEqual(spans);
});

test("an article has its id and what comments say of it", async () => {
  const items = await itemsIn(
    "a.conll",
    "# newdoc id = x1\n# title = The port\n# sent_id = 1\nport\tO\nis\tB-A\n\n# newdoc id = x2\nshut\tO\n",
  );
  expect(items).toMatchObject([
    { recordId: "x1", line: 1, article: { title: "The port", text: "port is", meta: {} } },
    { recordId: "x2", line: 7, article: { text: "shut" } },
  ]);
});

test.for([
  { source: "port\nis\n", reason: "There is no tag behind the token in line 1." },
  { source: `${"x".repeat(70_000)}\tO\n`, reason: /^The line has 70002 bytes/ },
  { source: new Uint8Array([0x61, 9, 0x4f, 10, 0xff, 9, 0x4f, 10]), reason: /line 2/ },
  { source: "\n\n", reason: "There is no article in it." },
])("$reason", async ({ source, reason }) => {
  const [item, ...more] = await itemsIn("a.conll", source);
  expect(more).toEqual([]);
  expect(item).toMatchObject({ kind: "rejected" });
  if (item?.kind === "rejected") expect(item.reason).toMatch(reason);
});

test("a tag that is none is told, with its line", async () => {
  const [item] = await itemsIn("a.conll", "port\t_\tB-A\nis\t_\tQ-A\n", { scheme });
  expect(item).toMatchObject({
    warnings: [{ message: 'line 2: "Q-A" is no tag; the token is taken as outside.' }, {}],
  });
});

test("what is written is read the same, but for the space between tokens and what overlaps", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1, fragments: 1 }), async (record) => {
      const lost = new LostInWriting();
      const written = writeConll(record, lost, { scheme: richScheme });
      const [item, ...more] = await itemsIn("a.conll", written, { scheme: richScheme });
      expect(more).toEqual([]);
      const plain = (text: string) => text.replaceAll(/\s+/gu, "");
      const { text, spans } = marksIn(item);
      expect(plain(text)).toBe(plain(record.text));
      const overlapping =
        lost.list.find(({ what }) => what.startsWith("spans that overlap"))?.count ?? 0;
      const left =
        item?.kind === "article"
          ? item.warnings.filter(({ code }) => code === "span_left_out").length
          : 0;
      const all = record.spans.map(({ label, text: quote }) => `${label} ${plain(quote)}`);
      for (const { label, quote } of spans) {
        const at = all.indexOf(`${label} ${plain(quote)}`);
        expect(at).toBeGreaterThanOrEqual(0);
        all.splice(at, 1);
      }
      if (left === 0) expect(all).toHaveLength(overlapping);
    }),
    { numRuns: 60 },
  );
});
