import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn, written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const path = "label-studio/export_JSON.json";

describe("what Label Studio wrote", () => {
  test("is read to every quote and relation", async () => {
    const items = await itemsIn("export.json", foreignFile(path));
    expect(saidIn(items)).toEqual(expectedOf(path));
  });

  test("has its attributes, notes, metadata and who did it", async () => {
    const [first, , third] = await itemsIn("export.json", foreignFile(path));
    if (first?.kind !== "article" || third?.kind !== "article") throw new Error("Not read.");
    const [set] = first.article.annotations;
    expect(set?.annotator).toBe("1");
    expect(set?.spans.find(({ quote }) => quote.startsWith("the network"))?.attributes).toEqual({
      certainty: "probable",
    });
    expect(first.article).toMatchObject({ sourceId: "8", meta: { ref: "foreign-a" } });
    expect(JSON.stringify([first, third])).toContain("Check the embassy’s own statement.");
    expect(JSON.stringify(third)).toContain("Needs a second source.");
  });

  test("in another unit than its own is not what was marked", async () => {
    const items = await itemsIn("export.json", foreignFile(path), { offsets: "utf16" });
    expect(saidIn(items)).not.toEqual(expectedOf(path));
  });
});

const value = (start: number, end: number, text: string) => ({ start, end, text });
const task = (more: object, data: object = { body: "😀 The port is closed. She denied it." }) =>
  JSON.stringify({ id: 1, data, ...more });

describe("a task", () => {
  test("has its text wherever the quotes are", async () => {
    const region = { id: "a", type: "labels", from_name: "l", to_name: "t" };
    const result = [{ ...region, value: { ...value(2, 10, "The port"), labels: ["claim"] } }];
    const data = {
      lead: "A longer text that is not the one that was marked, of no use here",
      b: "😀 The port",
    };
    const [item] = await itemsIn("a.json", task({ annotations: [{ result }] }, data));
    expect(marksIn(item)).toMatchObject({ text: "😀 The port", spans: [{ quote: "The port" }] });
  });

  test("keeps annotators and models apart, and tells of what was skipped or drafted", async () => {
    const result = (id: string) => [
      {
        id,
        type: "labels",
        from_name: "l",
        to_name: "body",
        value: { ...value(2, 10, "The port"), labels: ["claim"] },
      },
    ];
    const [item] = await itemsIn(
      "a.json",
      task({
        annotations: [
          { completed_by: { id: 3, email: "ana@example.org" }, result: result("x") },
          { completed_by: { id: 3, email: "ana@example.org" }, result: result("x") },
          { completed_by: 4, was_cancelled: true, result: result("y") },
        ],
        predictions: [{ model_version: "m2", score: 0.5, result: result("z") }],
        drafts: [{ result: [] }],
      }),
    );
    expect(
      marksIn(item)
        .spans.map(({ annotator }) => annotator)
        .sort(),
    ).toEqual(["ana@example.org", "ana@example.org 2", "m2"]);
    expect(item?.kind === "article" && item.warnings.map(({ code }) => code)).toEqual([
      "annotations_left_out",
      "annotations_left_out",
      "detail_left_out",
    ]);
  });

  test("turns a relation that points left, and reads several labels of a region", async () => {
    const rows = [
      {
        id: "a",
        type: "labels",
        value: { ...value(2, 10, "The port"), labels: ["claim", "attribution"] },
      },
      { id: "b", type: "labels", value: { ...value(22, 35, "She denied it"), labels: ["denial"] } },
      { type: "relation", from_id: "a", to_id: "b", direction: "left", labels: ["denies"] },
    ];
    const [item] = await itemsIn("a.json", task({ annotations: [{ result: rows }] }));
    const { spans, relations } = marksIn(item);
    expect(spans.map(({ label }) => label).sort()).toEqual(["attribution", "claim", "denial"]);
    expect(relations).toMatchObject([{ type: "denies", from: "denial 22-35", to: "claim 2-10" }]);
  });

  test.for([
    {
      name: "a region of a picture",
      row: { id: "a", type: "rectanglelabels", value: { x: 1, rectanglelabels: ["claim"] } },
    },
    {
      name: "a region of HTML",
      row: {
        id: "a",
        type: "hypertextlabels",
        value: { start: "/p[1]/text()[1]", end: "/p[1]/text()[1]", hypertextlabels: ["claim"] },
      },
    },
    {
      name: "a region without a label",
      row: { id: "a", type: "labels", value: value(2, 10, "The port") },
    },
    { name: "what is no row", row: 7 },
    {
      name: "offsets beyond the text",
      row: { id: "a", type: "labels", value: { start: 1, end: 1e9, labels: ["claim"] } },
    },
  ])("tells of $name, and is in", async ({ row }) => {
    const [item] = await itemsIn("a.json", task({ annotations: [{ result: [row] }] }));
    expect(marksIn(item).spans).toEqual([]);
    expect(item?.kind === "article" && item.warnings.length).toBe(1);
  });

  test.for([
    { name: "without a text", data: { image: 7 }, reason: /no text in its data/ },
    {
      name: "with an address for a text",
      data: { text: "https://example.org/a.txt" },
      reason: /address of its text only/,
    },
  ])("$name is refused", async ({ data, reason }) => {
    const [item] = await itemsIn("a.json", task({ annotations: [] }, data));
    expect(item?.kind === "rejected" && item.reason).toMatch(reason);
  });

  test("is all that is read where it is asked for", async () => {
    const [item] = await itemsIn("a.json", '{"text":"words"}', { format: "label-studio" });
    expect(item).toMatchObject({ kind: "rejected", reason: "This is not a Label Studio task." });
  });

  test("with very many regions is read", async () => {
    const text = "word ".repeat(5000);
    const result = Array.from({ length: 5000 }, (_, at) => ({
      id: `r${at}`,
      type: "labels",
      value: { ...value(at * 5, at * 5 + 4, "word"), labels: ["claim"] },
    }));
    const [item] = await itemsIn("a.json", task({ annotations: [{ result }] }, { text }));
    expect(marksIn(item).spans).toHaveLength(5000);
  });
});

test("the short form is read, without the links that it has not", async () => {
  const [task] = JSON.parse(foreignFile(path));
  const rows = task.annotations[0].result.filter((row: { type: string }) => row.type === "labels");
  const short = {
    id: 8,
    ...task.data,
    label: rows.map((row: { value: object }) => row.value),
    certainty: "probable",
    annotator: 1,
    annotation_id: 8,
    created_at: "2026-11-25T21:10:25.157872Z",
    updated_at: "2026-11-25T21:10:25.157894Z",
    lead_time: null,
  };
  const items = await itemsIn("min.json", JSON.stringify([short]));
  const title = "Fake accounts brief";
  expect(saidIn(items).spans).toEqual(
    expectedOf(path).spans.filter((one) => one.startsWith(title)),
  );
  const [item] = items;
  expect(item?.kind === "article" && item.article).toMatchObject({
    publishedAt: null,
    meta: { ref: "foreign-a", certainty: "probable" },
  });
});

test("what is written is read again as it was, but the attributes of relations", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(records(), { minLength: 1, maxLength: 3 }), async (given) => {
      const { text, lost } = written("label-studio", given);
      const items = await itemsIn("a.json", text, { scheme: richScheme });
      const kept = given.map((record) => {
        const relations = record.relations.map((relation) => ({ ...relation, attributes: {} }));
        return marksOf({ ...record, relations });
      });
      expect(items.map(marksIn)).toEqual(kept);
      expect(written("label-studio", given).text).toBe(text);
      const attributes = given.flatMap(({ relations }) =>
        relations.flatMap(({ attributes }) => Object.keys(attributes)),
      ).length;
      expect(lost.includes(`${attributes} attributes of relations`)).toBe(attributes > 0);
    }),
    { numRuns: 100 },
  );
});
