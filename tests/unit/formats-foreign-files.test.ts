import { describe, expect, test } from "vitest";
import type { Scheme } from "@/lib/domain/scheme";
import type { ReadItem } from "@/lib/formats/source-file";
import { itemsIn } from "../setup/files";

const labels = ["claim", "denial", "PER", "ORG", "NP", "Doubt", "Loaded_Language"];
const scheme: Scheme = {
  labels: labels.map((name) => ({ name, letter: "X", overlap: true, attributes: [] })),
  relations: ["denies"].map((name) => ({
    name,
    from: labels,
    to: labels,
    symmetric: false,
    attributes: [],
  })),
  article: [{ name: "genre", type: "text" }],
};

/** What was read of an item: its text, spans as `label quote`, relations, attributes, and what it warns of. */
function said(item: ReadItem | undefined) {
  if (item?.kind !== "article") throw new Error(`Not read: ${JSON.stringify(item)}`);
  const { text, annotations, sourceId } = item.article;
  const spans = annotations.flatMap((set) => set.spans);
  const words = new Map(spans.map(({ id, quote }) => [id, quote]));
  return {
    id: sourceId,
    text,
    spans: spans.map(({ label, quote }) => `${label} ${quote}`),
    relations: annotations.flatMap((set) =>
      set.relations.map(({ type, from, to }) => `${type} ${words.get(from)} → ${words.get(to)}`),
    ),
    attributes: annotations.map(({ about }) => about?.attributes ?? {}),
    warnings: item.warnings.map(({ message }) => message),
  };
}

const read = async (path: string, content: string | Uint8Array, beside = {}) => {
  const items = await itemsIn(path, content, { scheme, beside });
  expect(items).toHaveLength(1);
  return said(items[0]);
};
const text = "😀 Alice said Bob lied. She denied it.";

describe("Label Studio", () => {
  const region = (id: string, start: number, end: number, label: string, words: string) => ({
    id,
    type: "labels",
    from_name: "label",
    to_name: "text",
    value: { start, end, text: words, labels: [label] },
  });
  const task = (result: unknown, data: object = { text }) =>
    JSON.stringify({ id: 1, data, annotations: [{ result }] });

  test("regions of one id at other places are spans of their own places", async () => {
    const result = [
      region("a", 2, 7, "PER", "Alice"),
      region("a", 13, 21, "claim", "Bob lied"),
      region("a", 2, 7, "ORG", "Alice"),
    ];
    const { spans, warnings } = await read("a.json", task(result));
    expect(spans.toSorted()).toEqual(["ORG Alice", "PER Alice", "claim Bob lied"]);
    expect(warnings).toEqual([expect.stringContaining("Another region before it has its id")]);
  });

  test("a line end in what is covered may be written with a backslash", async () => {
    const result = [region("a", 4, 11, "claim", "two\\nsix")];
    const { spans } = await read("a.json", task(result, { text: "one two\nsix" }));
    expect(spans).toEqual(["claim two\nsix"]);
  });

  test("a task that nobody has worked on is an article", async () => {
    expect(await read("a.json", JSON.stringify({ data: { text } }))).toMatchObject({ text });
  });

  test("what a region lies in is told", async () => {
    const result = [{ ...region("b", 2, 7, "PER", "Alice"), parentID: "zz" }];
    const { spans, warnings } = await read("a.json", task(result));
    expect(spans).toEqual(["PER Alice"]);
    expect(warnings).toEqual([expect.stringContaining("a part of another region")]);
  });
});

test("a span that Prodigy's annotator refused is told, and not in", async () => {
  const span = { start: 2, end: 7, label: "PER" };
  const task = { text, _task_hash: 1, answer: "accept", spans: [{ ...span, answer: "reject" }] };
  const { spans, warnings } = await read("a.jsonl", JSON.stringify(task));
  expect(spans).toEqual([]);
  expect(warnings).toEqual(['spans[0]: The answer to it is "reject".']);
});

test("marks of doccano before version 1.0 are by whoever made them", async () => {
  const mark = { id: 3, label: 12, start_offset: 3, end_offset: 8, user: 7 };
  const items = await itemsIn("a.jsonl", JSON.stringify({ id: 1, text, annotations: [mark] }), {
    scheme: {
      ...scheme,
      labels: [...scheme.labels, { name: "12", letter: "X", overlap: true, attributes: [] }],
    },
  });
  const [item] = items;
  expect(said(item).spans).toEqual(["12 Alice"]);
  expect(item).toMatchObject({ article: { annotations: [{ annotator: "7" }] } });
});

describe("rows of Hugging Face", () => {
  const row = JSON.stringify({ tokens: ["😀", "Alice", "lied"], ner_tags: [0, 1, 2] });
  const card = (feature: string) =>
    `---\ndataset_info:\n  features:\n  - name: ner_tags\n    ${feature}:\n      class_label:\n        names:\n          '0': O\n          '1': B-PER\n          '2': I-PER\n---\n# Card\n`;

  test.for(["sequence", "list"])(
    "have their names of a card that says %s, in a folder above",
    async (feature) => {
      const { spans } = await read("d/data/train.jsonl", row, { "d/README.md": card(feature) });
      expect(spans).toEqual(["PER Alice lied"]);
    },
  );

  test("with another number of tags than tokens are told", async () => {
    const one = JSON.stringify({ tokens: ["a", "b"], ner_tags: ["O"] });
    expect((await read("a.jsonl", one)).warnings).toContainEqual(
      expect.stringContaining('"ner_tags" has 1 tags for 2 tokens'),
    );
  });

  test.for([
    { path: "d/dataset_info.json", content: '{"features": {}}' },
    { path: "d/dataset_infos.json", content: '{"default": {"features": {}}}' },
  ])("are no articles where $path describes them", async ({ path, content }) => {
    expect(await itemsIn(path, content)).toEqual([]);
  });
});

describe("CoNLL", () => {
  const u = (id: string, form: string, more = "_") =>
    `${id}\t${form}\t_\tX\t_\t_\t0\troot\t_\t${more}\n`;

  test("CoNLL-U has its words, not its numbers, and its spaces", async () => {
    const sentence =
      `# newdoc id = d1\n# text = …\n${u("1-2", "Don't")}${u("1", "Do")}${u("2", "n't")}${u("3", "😀")}` +
      `${u("3.1", "unsaid")}${u("4", "Alice", "SpaceAfter=No|NER=B-PER")}${u("5", ".")}\n`;
    for (const path of ["a.conllu", "a.conll", "a.txt"]) {
      const { id, text, spans, warnings } = await read(path, sentence);
      expect({ id, text, spans }).toEqual({
        id: "d1",
        text: "Don't 😀 Alice.",
        spans: ["PER Alice"],
      });
      expect(warnings.join()).toContain("of each of 7 tokens");
    }
  });

  test("CoNLL-2012 has its words and names, each part for itself", async () => {
    const line = (number: number, word: string, name: string) =>
      `bc/x/00/x_0000   0   ${number}   ${word}   NN   (TOP*   -   -   -   Speaker#1   ${name}   *   -\n`;
    const part = (number: number) =>
      `#begin document (bc/x/00/x_0000); part 00${number}\n${line(0, "😀", "*")}${line(1, "New", "(ORG*")}` +
      `${line(2, "York", "*)")}${line(3, "Bob", "(PER)")}\n#end document\n`;
    for (const path of ["x.gold_conll", "x.conll"]) {
      const items = await itemsIn(path, part(0) + part(1), { scheme });
      expect(items.map(said)).toMatchObject(
        [0, 1].map((number) => ({
          id: `bc/x/00/x_0000; part 00${number}`,
          text: "😀 New York Bob",
          spans: ["ORG New York", "PER Bob"],
        })),
      );
    }
  });

  test("that is half of CoNLL-U is refused with the line", async () => {
    const [item] = await itemsIn("a.conll", `${u("1", "Alice")}2\tlied\n`);
    expect(item).toMatchObject({
      kind: "rejected",
      line: 2,
      reason: "Line 2 has not the columns of CoNLL-U, which others have.",
    });
  });
});

describe("SemEval 2023", () => {
  const article = "Title\n\nThey are 😀 idiots.\n\nLies.\n";
  const path = "train-articles-subtask-3/article22.txt";

  test.for(["train-labels-subtask-3/article22-labels-subtask-3.txt", "train-labels-subtask-3.txt"])(
    "has techniques of lines in %s",
    async (beside) => {
      const rows = "22\t1\t\n22\t3\tDoubt,Loaded_Language\n22\t30\tDoubt\n";
      const { id, spans, warnings } = await read(path, article, { [beside]: rows });
      expect({ id, spans }).toEqual({
        id: "22",
        spans: ["Doubt They are 😀 idiots.", "Loaded_Language They are 😀 idiots."],
      });
      expect(warnings).toEqual([expect.stringMatching(/line 3: .* is no range/)]);
      const items = await itemsIn(beside, rows, { beside: { [path]: article } });
      expect(items).toEqual([]);
    },
  );

  test("has the genre of an article", async () => {
    const beside = { "train-labels-subtask-1.txt": "22\topinion\n23\tsatire\n" };
    expect((await read(path, article, beside)).attributes).toEqual([{ genre: "opinion" }]);
  });
});

describe("web annotations", () => {
  type Selector = Readonly<Record<string, unknown>>;
  const of = (value: string, selector: readonly Selector[] | Selector) => ({
    type: "Annotation",
    body: { type: "TextualBody", value, purpose: "tagging" },
    target: { source: "a", selector },
  });
  const position = (start: number, end: number) => ({ type: "TextPositionSelector", start, end });
  const quote = (exact: string) => ({ type: "TextQuoteSelector", exact });
  const readAll = (annotations: unknown) =>
    read("a.txt", text, { "a.jsonld": JSON.stringify(annotations) });

  test("count what their quotes say, also where there is no quote", async () => {
    const { spans, warnings } = await readAll([
      of("PER", [quote("Alice"), position(3, 8)]),
      of("claim", position(14, 22)),
    ]);
    expect(spans).toEqual(["PER Alice", "claim Bob lied"]);
    expect(warnings).toEqual([expect.stringContaining("taken for UTF-16 units: so 1 quotes")]);
  });

  test("count characters where quotes say so, or nothing", async () => {
    const { spans, warnings } = await readAll([
      of("PER", [quote("Alice"), position(2, 7)]),
      of("claim", position(13, 21)),
    ]);
    expect(spans).toEqual(["PER Alice", "claim Bob lied"]);
    expect(warnings).toEqual([]);
  });

  test("find one of several alike by its position in the other unit", async () => {
    const twice = "😀 Bob, Bob. 😀 Alice.";
    const { spans } = await read("a.txt", twice, {
      "a.jsonld": JSON.stringify([
        of("PER", [quote("Alice"), position(14, 19)]),
        of("ORG", [quote("Bob"), position(8, 11)]),
      ]),
    });
    expect(spans).toEqual(["PER Alice", "ORG Bob"]);
  });

  test("have pieces in a composite, places by RFC 5147 and tags of the web", async () => {
    const target = {
      type: "Composite",
      items: [{ selector: quote("Alice") }, { selector: quote("lied") }],
    };
    const { spans } = await readAll([
      { ...of("claim", []), target },
      of("PER", { type: "FragmentSelector", value: "char=2,7" }),
      {
        type: "Annotation",
        body: {
          type: "SpecificResource",
          purpose: "tagging",
          source: { id: "http://x", label: "ORG" },
        },
        target: { selector: quote("Bob") },
      },
    ]);
    expect(spans).toEqual(["claim Alice lied", "PER Alice", "ORG Bob"]);
  });

  test.for([
    { rows: [{ id: "a", target: [{ selector: [] }] }], total: 1 },
    { type: "AnnotationCollection", first: { items: [] } },
    of("PER", quote("Alice")),
  ])("without their text are refused for that", async (one) => {
    const [item] = await itemsIn("a.json", JSON.stringify(one));
    expect(item).toMatchObject({ reason: expect.stringContaining("the text is not there") });
  });

  test("of the whole page keep all their tags", async () => {
    const page = (tag: string) => ({ type: "Annotation", tags: [tag], target: [{ source: "a" }] });
    const [item] = await itemsIn("a.txt", text, {
      beside: { "a.jsonld": JSON.stringify([page("one"), page("two")]) },
    });
    expect(item).toMatchObject({ article: { meta: { tags: ["one", "two"] } } });
  });
});

describe("XMI", () => {
  const xmi = (inside: string, sofa = text) =>
    `<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///c.ecore">${inside}` +
    `<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="${sofa}"/></xmi:XMI>`;

  test("has slots as relations", async () => {
    const { spans, relations, warnings } = await read(
      "a.xmi",
      xmi(
        '<c:X xmi:id="2" sofa="1" begin="14" end="22" label="claim"/>' +
          '<c:X xmi:id="3" sofa="1" begin="24" end="37" label="denial" args="4"/>' +
          '<c:Link xmi:id="4" role="denies" target="2"/>',
      ),
    );
    expect(spans).toEqual(["claim Bob lied", "denial She denied it"]);
    expect(relations).toEqual(["denies She denied it → Bob lied"]);
    expect(warnings).toEqual([]);
  });

  test.for(["", "0x3", "3.0", "1e0", "-1", "NaN", "true"])(
    "an offset %j is none",
    async (begin) => {
      const given = xmi(`<c:X xmi:id="2" sofa="1" begin="${begin}" end="8" label="PER"/>`);
      const { spans, warnings } = await read("a.xmi", given);
      expect(spans).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining("is no range of the text")]);
    },
  );

  test("is in the encoding that it says", async () => {
    const whole = `<?xml version="1.0" encoding="ISO-8859-1"?>${xmi('<c:X xmi:id="2" sofa="1" begin="5" end="8" label="PER"/>', "café Bob")}`;
    const { spans } = await read("a.xmi", Buffer.from(whole, "latin1"));
    expect(spans).toEqual(["PER Bob"]);
  });
});

describe("WebAnno TSV", () => {
  test("whose sentences lie far apart does not grow beyond what an article may have", async () => {
    const sentences = Array.from(
      { length: 1000 },
      (_, at) => `#Text=a\n${at + 1}-1\t${9999 * at}-${9999 * at + 1}\ta\t_\t\n\n`,
    );
    const [item] = await itemsIn(
      "a.tsv",
      `#FORMAT=WebAnno TSV 3.3\n#T_SP=c.X|label\n\n${sentences.join("")}`,
    );
    expect(item).toMatchObject({
      kind: "rejected",
      reason: "The text of an article may have 8 MiB.",
    });
  });

  test("of more layers than anybody has is refused", async () => {
    const layers = Array.from({ length: 2000 }, (_, at) => `#T_SP=c.X${at}|label\n`);
    const [item] = await itemsIn("a.tsv", `#FORMAT=WebAnno TSV 3.3\n${layers.join("")}`);
    expect(item).toMatchObject({
      kind: "rejected",
      reason: expect.stringContaining("1000 columns"),
    });
  });
});

test("a role of an event that leads back to its own trigger is told", async () => {
  const marks = "T1\tclaim 13 21\tBob lied\nE1\tclaim:T1\nE2\tclaim:T1 denies:E1\n";
  const { warnings } = await read("a.txt", text, { "a.ann": marks });
  expect(warnings).toEqual([
    expect.stringMatching(/^1 triggers have several events/),
    "line 3: A span cannot be related to itself.",
  ]);
});
