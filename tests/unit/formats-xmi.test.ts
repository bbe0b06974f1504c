import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { LostInWriting } from "@/lib/formats/writing";
import { writeXmi, writeXmiCommon } from "@/lib/formats/xmi";
import { itemsIn } from "../setup/files";
import { type Marks, marksIn, marksOf, records, richScheme } from "../setup/records";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/foreign/uima/${name}`, import.meta.url), "utf8");

const xmi = (inside: string) =>
  `<?xml version="1.0"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore" xmlns:x="http:///org/x.ecore" xmi:version="2.0">${inside}</xmi:XMI>`;
const sofa =
  '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="The 😀 port is shut."/>';

describe("what dkpro-cassis wrote", () => {
  test.for([{ types: true }, { types: false }])(
    "is read to the letter, with types: $types",
    async ({ types }) => {
      const beside = types ? { "TypeSystem.xml": fixture("TypeSystem.xml") } : {};
      const [item] = await itemsIn("foreign-a.xmi", fixture("foreign-a.xmi"), { beside });
      const marks = marksIn(item);
      expect(marks.title).toBe("Fake accounts brief");
      expect(marks.spans.map(({ label, quote }) => `${label} ${quote}`).toSorted()).toEqual([
        "attribution The embassy denied",
        "attribution he added",
        "attribution the ministry said",
        "claim 500\u00a0accounts were removed",
        "claim The clips were staged",
        "claim the network of fake accounts was run from abroad",
        "claim —and the actors were paid",
        "denial denied any involvement",
      ]);
      expect(marks.spans.find(({ quote }) => quote.startsWith("the network"))?.attributes).toEqual({
        certainty: "probable",
      });
      expect(marks.relations.map(({ type, from, to }) => `${type} ${from} ${to}`)).toEqual([
        "source_of attribution 128-146 denial 140-162",
        "source_of attribution 53-70 claim 77-125",
      ]);
      expect(marks.sets).toMatchObject([
        { note: "“denied any involvement”: Check the embassy’s own statement." },
      ]);
      expect(item).toMatchObject({
        warnings: [],
        recordId: "foreign-a",
        article: { language: "en" },
      });
    },
  );

  test("is not what it says in another unit", async () => {
    const [item] = await itemsIn("a.xmi", fixture("foreign-a.xmi"), { offsets: "code_point" });
    expect(marksIn(item).spans.map(({ quote }) => quote)).not.toContain("the ministry said");
  });

  test("is described by a file that is no article", async () => {
    expect(await itemsIn("TypeSystem.xml", fixture("TypeSystem.xml"))).toEqual([]);
  });
});

/** WebAnno's and INCEpTION's id of a document is whose work it is: all that an annotator did has the same. */
describe("whose work on what it is", () => {
  const about = (said: string) =>
    xmi(
      `<m:DocumentMetaData xmlns:m="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" xmi:id="9" sofa="1" begin="0" end="22" ${said}/><x:claim xmi:id="2" sofa="1" begin="7" end="11"/>${sofa}`,
    );
  test.for([
    {
      name: "in WebAnno",
      said: 'documentId="anna" documentTitle="port.txt" documentUri="file:/srv/repository/project/9/document/613/source/anna" documentBaseUri="file:/srv/repository/project/9/document/613/source/"',
      expected: ["port.txt", "anna"],
    },
    {
      name: "in INCEpTION",
      said: 'documentId="CURATION_USER" documentTitle="port.txt" documentUri="harbour/port.txt" documentBaseUri="harbour"',
      expected: ["port.txt", "CURATION_USER"],
    },
    {
      name: "where nobody has worked on it",
      said: 'documentId="INITIAL_CAS" documentTitle="port.txt" documentUri="harbour/port.txt" documentBaseUri="harbour"',
      expected: ["port.txt", null],
    },
    {
      name: "is not said by other programs",
      said: 'documentId="port" documentTitle="Port closed" documentUri="file:/srv/texts/port" documentBaseUri="file:/srv/texts/"',
      expected: ["port", null],
    },
  ])("$name", async ({ said, expected }) => {
    const [item] = await itemsIn("a.xmi", about(said));
    if (item?.kind !== "article") throw new Error("It is refused.");
    const { sourceId, annotations } = item.article;
    expect([sourceId, ...annotations.map(({ annotator }) => annotator)]).toEqual(expected);
  });
});

test.for(["x/TypeSystem.xml", "x/typesystem.xml"])(
  "an annotation is called as its type, and refers to two others if it is a relation, by %s",
  async (beside) => {
    const source = xmi(
      `<x:claim xmi:id="2" sofa="1" begin="7" end="11"/><x:attribution xmi:id="3" sofa="1" begin="0" end="3"/>` +
        `<x:source_of xmi:id="4" sofa="1" begin="0" end="3" speaker="3" says="2"/>${sofa}`,
    );
    const types =
      '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription><name>org.x.source_of</name><supertypeName>uima.tcas.Annotation</supertypeName><features>' +
      "<featureDescription><name>speaker</name><rangeTypeName>org.x.attribution</rangeTypeName></featureDescription><featureDescription><name>says</name><rangeTypeName>org.x.claim</rangeTypeName></featureDescription></features></typeDescription></types></typeSystemDescription>";
    const [item] = await itemsIn("x/a.xmi", source, { beside: { [beside]: types } });
    const { spans, relations } = marksIn(item);
    expect(spans.map(({ label, quote }) => `${label} ${quote}`)).toEqual([
      "attribution The",
      "claim port",
    ]);
    expect(relations.map(({ type }) => type)).toEqual(["source_of"]);
  },
);

test("sentences and tokens are counted, and what is no annotation is told", async () => {
  const token =
    '<s:Token xmlns:s="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmi:id="8" sofa="1" begin="0" end="3"/>';
  const [item] = await itemsIn("a.xmi", xmi(`${token}<x:Thing xmi:id="9" what="x"/>${sofa}`));
  expect(item).toMatchObject({
    warnings: [
      {
        message:
          "xmi:id 9: A org.x.Thing is neither a piece of text nor between two, and was left out.",
      },
      { message: "1 marks of sentences, tokens and the like are not read." },
    ],
  });
});

/** INCEpTION and WebAnno put the tagsets of a project into each file. */
test("tagsets are no marks, wherever they stand", async () => {
  const tagset = (type: string, id: number) =>
    `<m:${type} xmlns:m="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" xmi:id="${id}" sofa="1" begin="0" end="0" layer="x.Claim" name="Claims"/>`;
  const source = xmi(tagset("TagsetDescription", 8) + tagset("TagDescription", 9) + sofa);
  const [item] = await itemsIn("a.xmi", source);
  expect(item).toMatchObject({
    article: { annotations: [] },
    warnings: [{ message: "2 marks of sentences, tokens and the like are not read." }],
  });
});

test.for([
  {
    name: "a.xmi",
    source: xmi(
      `<x:Genre xmi:id="2" sofa="1" value="news"/><x:Genre xmi:id="3" sofa="1" value="sport"/><x:About xmi:id="4" sofa="1" tone="sharp"/>${sofa}`,
    ),
  },
  {
    name: "a.json",
    source: JSON.stringify({
      "%FEATURE_STRUCTURES": [
        {
          "%ID": 1,
          "%TYPE": "uima.cas.Sofa",
          sofaID: "_InitialView",
          sofaString: "The port is shut.",
        },
        { "%ID": 2, "%TYPE": "org.x.Genre", "@sofa": 1, value: "news" },
        { "%ID": 3, "%TYPE": "org.x.Genre", "@sofa": 1, value: "sport" },
        { "%ID": 4, "%TYPE": "org.x.About", "@sofa": 1, tone: "sharp" },
      ],
    }),
  },
])("what layers for documents say is of the article, in $name", async ({ name, source }) => {
  const text = (one: string) => ({ name: one, type: "text" }) as const;
  const scheme = {
    ...defaultScheme,
    article: [{ name: "Genre", type: "choices" as const, values: ["news", "sport"] }, text("tone")],
  };
  const [item] = await itemsIn(name, source, { scheme });
  expect(item).toMatchObject({ warnings: [] });
  expect(marksIn(item).sets).toMatchObject([
    { attributes: { Genre: ["news", "sport"], tone: "sharp" } },
  ]);
});

test.for([
  { name: "no XML", source: xmi("<x:a>"), reason: /^This is no XML as it should be: / },
  { name: "no text", source: xmi(""), reason: /no Sofa has a sofaString/ },
  {
    name: "entities that grow",
    source: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${xmi(`<x:a xmi:id="2" v="&b;"/>${sofa}`).slice(21)}`,
    reason: /This is no XML as it should be/,
  },
  {
    name: "what nests without end",
    source: xmi("<x:a>".repeat(100_000)),
    reason: /nest more than 1000 deep/,
  },
])("$name is refused with its place", async ({ source, reason }) => {
  const [item] = await itemsIn("a.xmi", source);
  expect(item).toMatchObject({ kind: "rejected" });
  if (item?.kind === "rejected") expect(item.reason).toMatch(reason);
});

test.for([
  '<x:claim xmi:id="2" sofa="1" begin="-1" end="3"/>',
  '<x:claim xmi:id="2" sofa="1" begin="0" end="1e9"/>',
  '<x:claim xmi:id="2" sofa="1" begin="5" end="8"/>',
  '<x:claim xmi:id="2" sofa="1" begin="a" end=""/>',
  '<x:__proto__ xmi:id="2" sofa="1" begin="0" end="3" __proto__="x"/>',
])("%s is left out, and told", async (inside) => {
  const [item] = await itemsIn("a.xmi", xmi(inside + sofa));
  expect(item).toMatchObject({
    article: { annotations: [] },
    warnings: [{ code: "span_left_out" }],
  });
});

/** cassis makes a Python class of each type, with a field for each feature. */
test("no feature is called by a word of Python's, or as another is", () => {
  const names = ["class", "from", "label", "attribute_label", "tone"];
  const attributes = names.map((name) => ({ name, type: "text" }) as const);
  const [types] = writeXmiCommon({ scheme: { ...richScheme, article: attributes } });
  const set = types?.text.split("<name>gainsay.Set</name>")[1]?.split("</typeDescription>")[0];
  const features = [...(set ?? "").matchAll(/<name>(.*?)<\/name>/g)].map(([, name]) => name);
  expect(features).toEqual([
    "annotator",
    "note",
    "attribute_class",
    "attribute_from",
    "attribute_label",
    "attribute_attribute_label",
    "tone",
  ]);
});

test("what is written is read the same", async () => {
  const [types] = writeXmiCommon({ scheme: richScheme });
  await fc.assert(
    fc.asyncProperty(records(), async (record) => {
      const lost = new LostInWriting();
      const [file] = writeXmi(record, lost);
      const [item] = await itemsIn("a.xmi", file?.text ?? "", {
        scheme: richScheme,
        beside: { "TypeSystem.xml": types?.text ?? "" },
      });
      const { text, title, spans, relations, sets } = marksIn(item);
      const own: Marks = marksOf(record);
      expect({ text, title, spans, relations, sets }).toEqual(own);
      expect(item).toMatchObject({
        article: { publisher: record.publisher, author: record.author, url: record.url },
        warnings: [],
      });
      if (item?.kind === "article") {
        const ids = item.article.annotations.flatMap((set) => set.spans.map(({ id }) => id));
        expect(ids.toSorted()).toEqual(record.spans.map(({ id }) => id).toSorted());
      }
      expect(lost.list).toEqual(
        Object.keys(record.meta).length > 0
          ? [{ what: "keys of metadata of its own", count: 2 }]
          : [],
      );
    }),
    { numRuns: 60 },
  );
});
