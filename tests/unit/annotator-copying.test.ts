import { expect, test } from "vitest";
import { copiedWords, copyInto, type LeftOut, leftOutWords, newIds } from "@/lib/annotator/copying";
import { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { pictured, related } from "./annotator-page";

const bare = ({ id: _, ...span }: Span) => span;

/** A layer of a text with spans, and the reviewer's own set on the same text. */
function layerAndOwn(layer: string, own: string, relations: readonly string[] = []) {
  const { text, spans } = pictured(layer);
  const mine = new Annotations({ spans: pictured(own).spans });
  const set = new Annotations({ spans, relations: relations.map(related) });
  return {
    layer: { spans, set },
    mine,
    context: { text: new ArticleText(text), scheme: defaultScheme },
  };
}

test("into an empty set come all spans and relations, under new ids", () => {
  const { layer, mine, context } = layerAndOwn("[c1:x] [d1:no]", "x no", ["d1 denies c1"]);
  const spans = layer.spans.map((span) => {
    return span.id === "c1" ? { ...span, attributes: { certainty: "certain" } } : span;
  });
  const { edit, same } = copyInto(mine, { ...layer, spans });
  for (const intent of edit) mine.apply(intent, context);
  expect([...mine.spans.values()].map(bare)).toEqual(spans.map(bare));
  const [relation] = [...mine.relations.values()];
  const labels = [relation?.from, relation?.to].map((id) => mine.spans.get(id ?? "")?.label);
  expect([labels, same, mine.spans.has("c1")]).toEqual([["denial", "claim"], 0, false]);
});

test("a span that is there already stands for the copied one, each once", () => {
  const { layer, mine } = layerAndOwn("[a1:[a2:x]] [c1:y]", "[a9:x] y", ["a1 source_of c1"]);
  const { edit, same } = copyInto(mine, layer);
  expect([same, edit.map(({ type }) => type)]).toEqual([
    1,
    ["add_span", "add_span", "add_relation"],
  ]);
});

test("the same words in other parts or under another label are another span", () => {
  const { layer, mine } = layerAndOwn("[c1:x y] [a1:z]", "[c1:x] [c1:y] [d1:z]");
  expect(copyInto(mine, layer).same).toBe(0);
});

const over = (quote: string): LeftOut => ({
  intent: {
    type: "add_span",
    span: { id: quote, label: "claim", fragments: [], quote, attributes: {} },
  },
  reason: new Refusal("conflict", "Two spans cannot overlap.", { overlaps: "s" }),
});
const relation = (details: Record<string, string>): LeftOut => ({
  intent: {
    type: "add_relation",
    relation: { id: "r", type: "denies", from: "a", to: "b", attributes: {} },
  },
  reason: new Refusal("conflict", "It cannot be.", details),
});

test.for([
  { name: "nothing", same: 0, leftOut: [], says: null },
  {
    name: "what is there",
    same: 2,
    leftOut: [relation({ exists: "r" })],
    says: "Left out: 2 spans and 1 relation that you have already.",
  },
  {
    name: "only relations that are there",
    same: 0,
    leftOut: [relation({ exists: "r" }), relation({ exists: "q" })],
    says: "Left out: 2 relations that you have already.",
  },
  {
    name: "many that conflict, of which three are named",
    same: 0,
    leftOut: [over("a"), over("b"), over("c"), over("d"), over("e")],
    says: "Left out: 5 spans over some of yours with the same label (“a”, “b”, “c” and 2 more).",
  },
  {
    name: "what lost its end, and what the scheme has not",
    same: 0,
    leftOut: [relation({ missing: "s" }), relation({ type: "x" }), relation({ type: "x" })],
    says: "Left out: 1 relation of what was left out; 2 others (It cannot be).",
  },
])("of what was left out, $name is told", ({ same, leftOut, says }) => {
  expect(leftOutWords(same, leftOut)).toBe(says);
});

test("what was copied is counted, spans and relations apart", () => {
  const span = { kind: "span", before: null, after: null } as const;
  const link = { kind: "relation", before: null, after: null } as const;
  expect(copiedWords([span, span, link])).toBe("Copied 2 spans and 1 relation to your annotation.");
  expect(copiedWords([span])).toBe("Copied 1 span to your annotation.");
  expect(copiedWords([link, link])).toBe("Copied 2 relations to your annotation.");
  expect(copiedWords([])).toBe("Nothing was copied.");
});

test("ids for thousands are as many as asked for, and no two the same", async () => {
  for (const count of [0, 1, 4000, 9001]) expect(new Set(await newIds(count)).size).toBe(count);
});
