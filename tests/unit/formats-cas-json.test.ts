import fc from "fast-check";
import { expect, test } from "vitest";
import { writeCasJson } from "@/lib/formats/cas-json";
import { LostInWriting } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const path = "uima/foreign-a.json";

test("a CAS in JSON is read to every quote and relation, in UTF-16 units", async () => {
  const items = await itemsIn("foreign-a.json", foreignFile(path));
  const said = saidIn(items);
  const expected = expectedOf(path);
  expect(said).toEqual(expected);
  const [item] = items;
  expect(item).toMatchObject({ article: { sourceId: "foreign-a", language: "en" } });
  expect(
    marksIn(item).spans.find(({ quote }) => quote.startsWith("the network"))?.attributes,
  ).toEqual({ certainty: "probable" });
  expect(JSON.stringify(item)).toContain("Check the embassy’s own statement.");
});

test("in another unit than its own it is not what was marked", async () => {
  const items = await itemsIn("foreign-a.json", foreignFile(path), { offsets: "code_point" });
  expect(saidIn(items)).not.toEqual(expectedOf(path));
});

const sofa = { "%ID": 1, "%TYPE": "uima.cas.Sofa", sofaString: "The port" };
const cas = (...more: unknown[]) =>
  JSON.stringify({ "%TYPES": {}, "%FEATURE_STRUCTURES": [sofa, ...more] });

test.for([
  { name: "what is no structure", source: cas(7) },
  {
    name: "a view beside the first",
    source: cas({ "%ID": 2, "%TYPE": "uima.cas.Sofa", sofaString: "x" }),
  },
  {
    name: "a span beyond the text",
    source: cas({ "%ID": 2, "%TYPE": "a.Span", "@sofa": 1, begin: 0, end: 1e9, label: "claim" }),
  },
  {
    name: "structures that refer to each other in a circle",
    source: cas({ "%ID": 2, "%TYPE": "a.B", "@next": 3 }),
  },
])("$name is told, and the article is in", async ({ source }) => {
  const [item] = await itemsIn("a.json", source);
  expect(item?.kind === "article" && item.warnings.length).toBeGreaterThan(0);
});

test("a CAS without a text is refused", async () => {
  const [item] = await itemsIn("a.json", '{"%FEATURE_STRUCTURES":[]}', { format: "cas-json" });
  expect(item).toMatchObject({
    kind: "rejected",
    reason: expect.stringContaining("no text in it"),
  });
});

test("what is written is read the same", async () => {
  await fc.assert(
    fc.asyncProperty(records(), async (record) => {
      const lost = new LostInWriting();
      const [file] = writeCasJson(record, lost, { scheme: richScheme });
      const [item] = await itemsIn("a.json", file?.text ?? "", { scheme: richScheme });
      const { text, title, spans, relations, sets } = marksIn(item);
      expect({ text, title, spans, relations, sets }).toEqual(marksOf(record));
      expect(item).toMatchObject({
        wholeFile: true,
        article: { publisher: record.publisher, author: record.author, url: record.url },
        warnings: [],
      });
      expect(lost.list).toEqual(
        Object.keys(record.meta).length > 0
          ? [{ what: "keys of metadata of its own", count: 2 }]
          : [],
      );
    }),
    { numRuns: 60 },
  );
});

test("every structure is of a type that is described, each feature with it", () => {
  const [record] = fc.sample(records(), { numRuns: 1, seed: 5 });
  if (!record) throw new Error("There is no record.");
  const about = { scheme: richScheme };
  const [file] = writeCasJson(record, new LostInWriting(), about);
  const cas = JSON.parse(file?.text ?? "");
  for (const structure of cas["%FEATURE_STRUCTURES"]) {
    const { "%TYPE": type, "%ID": _, ...features } = structure;
    if (type.startsWith("uima.")) continue;
    const known = [...Object.keys(cas["%TYPES"][type]), "begin", "end", "sofa", "language"];
    expect(known).toEqual(
      expect.arrayContaining(Object.keys(features).map((name) => name.replace("@", ""))),
    );
  }
});
