import { expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn } from "../setup/foreign";
import { marksIn } from "../setup/records";

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
