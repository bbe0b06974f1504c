import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText } from "@/lib/domain/text";
import { writeTei } from "@/lib/formats/tei-writing";
import { LostInWriting } from "@/lib/formats/writing";
import { blocksOf, itemsIn } from "../setup/files";
import { type Marks, marksIn, marksOf, records, richScheme } from "../setup/records";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/foreign/tei/${name}`, import.meta.url));

/** What is marked: `label quote {attributes} by`, and relations by quotes; with what is told. */
async function saidIn(path: string, source: string | Uint8Array) {
  const [item, ...more] = await itemsIn(path, source);
  if (item?.kind !== "article") throw new Error(item?.kind === "rejected" ? item.reason : "none");
  expect(more).toEqual([]);
  const { annotations } = item.article;
  const quotes = new Map(
    annotations.flatMap(({ spans }) => spans.map(({ id, quote }) => [id, quote] as const)),
  );
  return {
    item,
    blocks: blocksOf(item.article),
    spans: annotations
      .flatMap(({ annotator, spans }) =>
        spans.map(({ label, quote }) => `${annotator ?? "-"} ${label}: ${quote}`),
      )
      .toSorted(),
    relations: annotations.flatMap(({ relations }) =>
      relations.map(({ type, from, to }) => `${quotes.get(from)} ${type} ${quotes.get(to)}`),
    ),
    warnings: item.warnings.map(({ message }) => message),
    unknown: item.unknown.map(({ name }) => name),
  };
}

const tei = (body: string, { header = "", after = "" } = {}) =>
  `<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt>${header}</fileDesc></teiHeader><text><body>${body}</body></text>${after}</TEI>`;

describe("documents in the forms of real corpora", () => {
  test("with segments in the text are read to every quote", async () => {
    const { item, blocks, spans, relations, warnings } = await saidIn(
      "inline.xml",
      fixture("inline.xml"),
    );
    expect(item.article).toMatchObject({
      title: "Embassy rejects the report 😀",
      author: "Lena Orfi, N. N.",
      publisher: "The Harbour Courier",
      publishedAt: "2024-07-30T00:00:00Z",
      url: "https://courier.example/2024/07/30/embassy",
      sourceId: "hc-2024-0730",
      language: "en",
    });
    expect(blocks).toEqual([
      "title|Embassy rejects the report 😀",
      "paragraph|On Monday 😀 an anonymous channel said that the pier had been sold to a foreign state. “No such sale has taken place”, the harbour master told reporters.",
      "heading2|What is known",
      "list_item|The lease runs until 2040.",
      "list_item|The embassy denied, in a short note,\nany involvement.",
      "quote|We were not asked.",
      "paragraph|A harbour and its ships\nare never sold by night",
      "list_item|The note was dated 29 July.",
    ]);
    expect(spans).toEqual([
      "Ana attribution: an anonymous channel said",
      "Ana claim: the pier had been sold to a foreign state",
      "Ana denial: “No such sale has taken place”",
      "Ben denial: The embassy denied any involvement",
    ]);
    expect(relations).toEqual([
      "“No such sale has taken place” denies the pier had been sold to a foreign state",
    ]);
    expect(warnings.filter((one) => !/persName|quote/.test(one))).toEqual([]);
  });

  test("with marks apart from the text are read to every quote", async () => {
    const { spans, relations, warnings, item } = await saidIn(
      "standoff.tei",
      fixture("standoff.tei"),
    );
    expect(spans).toEqual(
      [
        "- claim: ships 😀 were seen",
        "Ana attribution: closed on Monday. The mayor",
        "Ana claim: The 😀 port was closed",
        "Ana denial: denied … it",
        "Ben attribution: mayor",
        "Ben denial: She did not.",
      ].map((one) => one.replace(" … ", " ")),
    );
    expect(relations).toEqual(["closed on Monday. The mayor source_of The 😀 port was closed"]);
    expect(
      marksIn(item).spans.find(({ quote }) => quote === "The 😀 port was closed"),
    ).toMatchObject({
      attributes: { certainty: "probable" },
    });
    expect(warnings).toEqual([
      expect.stringMatching(/<span xml:id="lost">: What it points at, #string-range\(p1,500,3\)/),
      "1 links are not between two marks that are read.",
    ]);
  });
});

/** Of 16,423 diary entries each says the ISBN of its volume; of 4,849 letters 2,036 lie on one shelf. */
describe("which document it is", () => {
  test.for([
    {
      name: "the number that it is published under",
      header:
        "<publicationStmt><idno><idno type='ISSN'>1</idno><idno>K-7</idno></idno></publicationStmt>",
      expected: { sourceId: "K-7", meta: { idno: "1" } },
    },
    {
      name: "a number of its kind in the account of the source",
      header: "<sourceDesc><bibl><idno type='local'>K-7</idno></bibl></sourceDesc>",
      expected: { sourceId: "K-7", meta: {} },
    },
    {
      name: "not the number of the book that it is from",
      header:
        "<sourceDesc><biblStruct><monogr><idno type='ISBN'>978</idno></monogr><series><idno>9</idno></series></biblStruct></sourceDesc>",
      expected: { sourceId: null, meta: { idno: "978; 9" } },
    },
    {
      name: "not the shelf where it lies",
      header:
        "<sourceDesc><msDesc><msIdentifier><idno>J I.67</idno></msIdentifier></msDesc></sourceDesc>",
      expected: { sourceId: null, meta: { idno: "J I.67" } },
    },
  ])("says $name", async ({ header, expected }) => {
    const [item] = await itemsIn("a.xml", tei("<p>The port.</p>", { header }));
    expect(item).toMatchObject({ article: expected });
  });
});

test("a letter is by who sent it, when it was sent, not when it was edited", async () => {
  const source = tei("<p>The port.</p>", {
    header: "<publicationStmt><date when='2017'/></publicationStmt>",
  }).replace(
    "</teiHeader>",
    "<profileDesc><correspDesc><correspAction type='received'><persName>Ben</persName><date when='1852-01-04'/></correspAction><correspAction type='sent'><persName>Ana  Orfi</persName><date notBefore='1851-12-29'>late in 1851</date></correspAction></correspDesc></profileDesc></teiHeader>",
  );
  const [item] = await itemsIn("a.xml", source);
  expect(item).toMatchObject({
    article: { author: "Ana Orfi", publishedAt: "1851-12-29T00:00:00Z" },
  });
});

test("a note does not divide the paragraph that it stands in", async () => {
  const { blocks, spans } = await saidIn(
    "a.xml",
    tei(
      "<p>The port<note>A <hi>harbour</hi>.</note> of <seg ana='#claim'>Marovia <note>Where?</note>is</seg> shut.</p><lg><l>A line<note>Old.</note></l><l>another</l></lg>",
    ),
  );
  expect(blocks).toEqual([
    "paragraph|The port of Marovia is shut.",
    "paragraph|A line\nanother",
    "list_item|A harbour.",
    "list_item|Where?",
    "list_item|Old.",
  ]);
  expect(spans).toEqual(["- claim: Marovia is"]);
});

/** As Recogito Studio exports it. */
test.for([
  "//text[@xml:id='t']/body[1]/p[2]/hi[1]::5 //text[@xml:id='t']/body[1]/p[2]/hi[1]::15",
  "/TEI[1]/text[1]/body[1]/p[2]::5 /TEI[1]/text[1]/body[1]/p[2]/hi[1]::15",
])("a tag of Recogito stands where its two paths lead: %s", async (target) => {
  const standoff = `<standOff type="recogito_studio_annotations"><listAnnotation><annotation target="${target}" xml:id="u1"><note resp="#u2">Sure?</note><rs ana="claim"/><rs ana="#denial"/><respStmt xml:id="u2"><name>ana</name></respStmt></annotation></listAnnotation></standOff>`;
  const source = tei("<p>One.</p><p><hi>This first port</hi> is shut.</p>", { after: standoff });
  const { spans, warnings, item } = await saidIn(
    "a.xml",
    source.replace("<text>", '<text xml:id="t">'),
  );
  expect(spans).toEqual(["ana claim: first port", "ana denial: first port"]);
  expect(warnings).toEqual([]);
  expect(marksIn(item).sets[0]?.note).toContain("“first port”: Sure?");
});

test.for([
  {
    name: "white space becomes one space",
    body: "<p>\n  a\n  <hi>b</hi>\n c </p>",
    blocks: ["paragraph|a b c"],
  },
  {
    name: "a line begins where one is said to, but not within a word",
    body: '<p>one <lb/>two thr<lb break="no"/>ee</p>',
    blocks: ["paragraph|one\ntwo three"],
  },
  {
    name: "an editor's form counts, and what is told apart does not",
    body: "<p><choice><sic>teh</sic><corr>the</corr></choice> port<fw>page 3</fw><index><term>x</term></index></p>",
    blocks: ["paragraph|the port"],
  },
  {
    name: "speeches, rows and paragraphs within items have their own blocks",
    body: "<sp><speaker>A.</speaker><p>Yes.</p></sp><table><row><cell>1</cell><cell>2</cell></row></table><list><item><p>x</p><p>y</p></item></list>",
    blocks: ["paragraph|A.", "paragraph|Yes.", "paragraph|1\t2", "list_item|x", "list_item|y"],
  },
  {
    name: "what stands in no block is one",
    body: "<div>loose <p>x</p> end</div>",
    blocks: ["paragraph|loose", "paragraph|x", "paragraph|end"],
  },
])("$name", async ({ body, blocks }) => {
  expect((await saidIn("a.xml", tei(body))).blocks).toEqual(blocks);
});

test.for([
  { name: "an id", target: "#p1", quote: "The 😀 port is shut." },
  { name: "a range of an id", target: "#string-range(p1,4,6)", quote: "😀 port" },
  { name: "several", target: "#string-range(p1,4,1,11,7)", quote: "😀 is shut" },
  { name: "a range by XPath", target: "#string-range(//body/p[1],6,4)", quote: "port" },
  { name: "a path from the root", target: "#string-range(/TEI/text[1]/body/p,6,4)", quote: "port" },
  { name: "an id in XPath", target: "#string-range(//*[@xml:id='p1'],6,4)", quote: "port" },
  {
    name: "from one place to another",
    target: "#range(string-index(p1,6),string-index(p2,2))",
    quote: "port is shut.\n\nIt",
  },
])("a pointer by $name is followed", async ({ target, quote }) => {
  const source = tei('<p xml:id="p1">The 😀 port is shut.</p><p xml:id="p2">It is.</p>', {
    after: `<standOff><span ana="#claim" target="${target}"/></standOff>`,
  });
  expect((await saidIn("a.xml", source)).spans).toEqual([`- claim: ${quote}`]);
});

test("anchors, parts and words from one to another are marks", async () => {
  const source = tei(
    '<p><w xml:id="w1">The</w> <w xml:id="w2">port</w> is <anchor xml:id="a"/>shut now<anchor xml:id="b"/>. <seg ana="#denial" part="I">She</seg> says <seg ana="#denial" part="F">no</seg>.</p><spanGrp type="claim"><span from="#w1" to="#w2"/><span from="#a" to="#b"/></spanGrp>',
  );
  expect((await saidIn("a.xml", source)).spans).toEqual([
    "- claim: The port",
    "- claim: shut now",
    "- denial: She no",
  ]);
});

test("a corpus has an article a document", async () => {
  const one = tei("<p>One.</p>");
  const corpus = `<?xml version="1.0"?><!-- <TEI> --><teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/>${one}${tei("<p/>")}${one.replace("One", "Two")}</teiCorpus>`;
  const items = await itemsIn("a.xml", corpus);
  expect(items).toMatchObject([
    { article: { text: "One." } },
    { kind: "rejected", reason: "There is no text in it." },
    { article: { text: "Two." } },
  ]);
  expect(await itemsIn("a.xml", corpus, { skip: 1 })).toEqual(items.slice(1));
});

test.for([
  { name: "other XML", source: "<rss><channel/></rss>", reason: /This is XML, which is not read/ },
  { name: "no XML", source: tei("<p>"), reason: /no XML as it should be/ },
  {
    name: "entities that grow",
    source: `<!DOCTYPE TEI [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${tei("<p>&b;</p>")}`,
    reason: /no XML as it should be: undefined entity/,
  },
  {
    name: "what nests without end",
    source: tei("<div>".repeat(100_000)),
    reason: /more than 1000 deep/,
  },
  { name: "no text", source: tei(""), reason: /There is no text in it/ },
])("$name is refused", async ({ source, reason }) => {
  expect(await itemsIn("a.xml", source)).toMatchObject([
    { kind: "rejected", reason: expect.stringMatching(reason) },
  ]);
});

test("what is no UTF-8 is read as it says itself", async () => {
  const source = `<?xml version="1.0" encoding="ISO-8859-1"?>${tei("<p>caf\u00e9</p>")}`;
  const [item] = await itemsIn("a.xml", Buffer.from(source, "latin1"));
  expect(item).toMatchObject({ article: { text: "café" } });
});

/** A record whose text is in blocks of every kind, divided in every way. */
function inBlocks(record: ArticleRecord, seed: number): ArticleRecord {
  const text = new ArticleText(record.text);
  const kinds = ["title", "heading", "paragraph", "list_item", "quote"] as const;
  const blocks: ArticleRecord["blocks"] = [];
  let at = seed % 3;
  for (let count = 0; count < 6 && at < text.length; count += 1) {
    const end = text.boundaryAfter(Math.min(text.length, at + 1 + ((seed >> count) % 20)));
    const kind = kinds[count === 0 ? 0 : 1 + ((seed + count) % 4)] ?? "paragraph";
    if (text.slice({ start: at, end }).trim() !== "") {
      blocks.push({
        kind,
        start: at,
        end,
        ...(kind === "heading" && seed % 2 ? { level: 3 } : {}),
      });
    }
    at = end + ((seed >> count) % 3);
  }
  return { ...record, blocks: blocks.length > 0 ? blocks : record.blocks };
}

test("what is written is read the same, blocks and all", async () => {
  await fc.assert(
    fc.asyncProperty(records(), fc.nat(10_000), fc.boolean(), async (plain, seed, laidOut) => {
      const record = laidOut ? inBlocks(plain, seed) : plain;
      const lost = new LostInWriting();
      const [file] = writeTei(record, lost, { scheme: richScheme });
      const [item] = await itemsIn("a.xml", file?.text ?? "", { scheme: richScheme });
      const { text, title, spans, relations, sets } = marksIn(item);
      const own: Marks = marksOf(record);
      expect({ text, title, spans, relations, sets }).toEqual(own);
      expect(item).toMatchObject({
        article: {
          blocks: record.blocks,
          publisher: record.publisher,
          author: record.author,
          url: record.url,
          language: record.language,
          sourceId: record.source_id,
          meta: record.meta,
        },
        warnings: [],
        unknown: [],
      });
      if (item?.kind === "article") {
        const ids = item.article.annotations.flatMap((set) => set.spans.map(({ id }) => id));
        expect(ids.toSorted()).toEqual(record.spans.map(({ id }) => id).toSorted());
      }
      expect(lost.list).toEqual([]);
    }),
    { numRuns: 80 },
  );
});
