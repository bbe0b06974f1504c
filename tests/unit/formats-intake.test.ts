import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ReadItem } from "@/lib/formats/source-file";
import { blocksOf, itemsIn } from "../setup/files";

const folder = new URL("../fixtures/intake/", import.meta.url);

/** What is said of an item: its blocks, its metadata that is not empty, its spans, its warnings. */
function told(item: ReadItem): unknown {
  if (item.kind === "rejected") return item.reason;
  const { text: _, blocks: __, annotations, meta, ...fields } = item.article;
  const known = Object.entries(fields).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(known),
    ...(Object.keys(meta).length > 0 ? { meta } : {}),
    blocks: blocksOf(item.article),
    ...(annotations.length > 0
      ? {
          spans: annotations.flatMap(({ spans }) =>
            spans.map(({ label, quote }) => `${label} ${quote}`),
          ),
        }
      : {}),
    ...(item.warnings.length > 0
      ? { warnings: item.warnings.map(({ code, message }) => `${code}: ${message}`) }
      : {}),
  };
}

const read = async (name: string) =>
  (await itemsIn(name, readFileSync(new URL(name, folder)))).map(told);

const port = {
  title: "Port closed",
  blocks: ["title|Port closed", "paragraph|The port is closed."],
};

/** What each file of the folder is read as. */
const cases: Record<string, readonly unknown[]> = {
  "m01-toml.md": [
    {
      title: "Port closed, mayor says",
      publishedAt: "2024-07-30T14:35:34Z",
      author: "N. N.",
      blocks: ["title|Port closed, mayor says", "paragraph|The port is closed."],
    },
  ],
  "m02-foldedquote.md": [
    {
      title: "Port closed, mayor says",
      author: "N. N.",
      blocks: ["title|Port closed, mayor says", "paragraph|The port is closed."],
    },
  ],
  "m03-jekyll.md": [
    {
      ...port,
      publishedAt: "2024-07-30T12:35:34Z",
      author: "nn",
      language: "fa",
      meta: { layout: "post", categories: "news" },
    },
  ],
  "m04-htmlcomment.md": [{ ...port, blocks: [...port.blocks, "paragraph|It opens tomorrow."] }],
  "m06-footnote.md": [
    {
      title: "Port closed",
      blocks: [
        "title|Port closed",
        "paragraph|The port is closed. It was sold.",
        "list_item|https://example.org/a",
        "list_item|The registry says so, in a long note.",
      ],
    },
  ],
  "m08-liquid.md": [
    {
      title: "Port closed",
      blocks: ["title|Port closed", "paragraph|See our note and ."],
      warnings: [
        "markup_left_out: Template code is no text, and was left out: {% include x.html %}",
      ],
    },
  ],
  "m19-published-variants.md": [{ ...port, publishedAt: "2024-07-30T00:00:00Z" }],
  "m21-numbered.md": [
    {
      title: "Port closed",
      blocks: [
        "title|Port closed",
        "paragraph|1985. That was the year.",
        "list_item|2. Second claim",
        "list_item|3. Third claim",
      ],
    },
  ],
  "t01.csv": [
    { title: "The port is closed", sourceId: "1", blocks: ["paragraph|The port is closed"] },
    { title: "It opens", sourceId: "2", blocks: ["paragraph|It opens"] },
  ],
  "t03.ann": [
    "This says what is marked in a text, and the text is not there: give the file t03.txt with it.",
  ],
  "t04.conll": [
    {
      title: "The port",
      blocks: ["paragraph|The port"],
      warnings: [
        "detail_left_out: The text was put together of tokens, with one space between two and a new line for each sentence: the file does not say how it was written.",
        'span_left_out: line 2: There is no label "LOC"; there are: claim, denial, attribution.',
      ],
    },
  ],
  "t06.htm": [
    "No article was found on the page: it does not say that it is one, and has only 19 characters of running text. If it is one, save its words as plain text and import that.",
  ],
  "j01-dupid.jsonl": [
    {
      title: "First article about the port.",
      sourceId: "1",
      blocks: ["paragraph|First article about the port."],
    },
    {
      title: "Second, another article about a mill.",
      sourceId: "1",
      blocks: ["paragraph|Second, another article about a mill."],
    },
  ],
  "j04-pretty.jsonl": [
    { title: "Pretty printed.", sourceId: "p1", blocks: ["paragraph|Pretty printed."] },
    { title: "Pretty printed too.", sourceId: "p2", blocks: ["paragraph|Pretty printed too."] },
  ],
  "j05-dates.jsonl": [
    "2024-07-30T14:35:34Z",
    "2024-07-30T14:35:34Z",
    "2024-07-30T00:00:00Z",
    "2024-07-30T00:00:00Z",
    "2024-07-30T00:00:00Z",
    "2024-07-30T14:35:34Z",
    "2024-07-30T14:35:34.123Z",
    "2024-07-30T14:35:00Z",
    "2024-01-01T00:00:00Z",
    "2024-07-01T00:00:00Z",
    "2024-07-30T12:35:34Z",
    "2024-07-03T00:00:00Z",
    null,
    null,
    "2024-07-31T00:00:00Z",
    "2024-07-01T00:00:00Z",
    "unknown",
    "0000-00-00",
  ].map((date, at) => ({
    title: `Date ${at} text.`,
    sourceId: `d${at}`,
    blocks: [`paragraph|Date ${at} text.`],
    ...(date === null ? {} : { publishedAt: date }),
    ...(date === "unknown" || date === "0000-00-00"
      ? {
          publishedAt: undefined,
          warnings: [
            `unreadable_date: "${date}" is no date that could be read beyond doubt; write it like 2024-07-30 or 2024-07-30T14:35:34Z.`,
          ],
        }
      : {}),
  })),
  "j06-doccano.jsonl": [
    {
      title: "EU rejects German call.",
      sourceId: "101",
      blocks: ["paragraph|EU rejects German call."],
      warnings: ["ORG", "MISC"].map(
        (label, at) =>
          `span_left_out: label[${at}]: There is no label "${label}"; there are: claim, denial, attribution.`,
      ),
    },
    {
      title: "EU rejects.",
      sourceId: "102",
      blocks: ["paragraph|EU rejects."],
      warnings: [
        'span_left_out: label[0]: There is no label "ORG"; there are: claim, denial, attribution.',
      ],
    },
  ],
  "j08-prodigy.jsonl": [
    {
      title: "EU rejects German call.",
      meta: { source: "x" },
      blocks: ["paragraph|EU rejects German call."],
      spans: ["claim EU"],
    },
  ],
  "j17-bigint.jsonl": [
    { title: "Big id A", sourceId: "12345678901234567890", blocks: ["paragraph|Big id A"] },
    { title: "Big id B", sourceId: "12345678901234567891", blocks: ["paragraph|Big id B"] },
  ],
  "j23-jsonarray-one-line.jsonl": [
    { title: "A", sourceId: "q1", blocks: ["paragraph|A"] },
    { title: "B", sourceId: "q2", blocks: ["paragraph|B"] },
  ],
};

test.for(Object.entries(cases))("%s is read as what it is", async ([name, items]) => {
  expect(await read(name)).toEqual(items);
});

test("every case is told of, but those of versions, which are imported", () => {
  const told = [...Object.keys(cases), "d1.jsonl", "d2.jsonl", "d3.jsonl"];
  expect(told.sort()).toEqual(readdirSync(folder).sort());
});

describe("front matter of site generators", () => {
  const matter = async (head: string, path = "a.md") => {
    const [item] = await itemsIn(path, `${head}\n\nThe port is closed.\n`);
    return item && told(item);
  };
  test.for([
    {
      name: "Hugo, in TOML",
      head: '+++\ntitle = "Port closed"\npublishDate = 2024-07-30T14:35:34+02:00\nauthors = ["N. N.", "M. M."]\n[params]\nid = 12345678901234567890\n+++',
      read: {
        publishedAt: "2024-07-30T12:35:34Z",
        author: "N. N., M. M.",
        meta: { params: { id: "12345678901234567890" } },
      },
    },
    {
      name: "Hugo, in JSON",
      head: '{\n  "title": "Port closed",\n  "date": "2024-07-30",\n  "draft": false\n}',
      read: { publishedAt: "2024-07-30T00:00:00Z", meta: { draft: false } },
    },
    {
      name: "Eleventy, in JSON between dashes",
      head: '---json\n{ "title": "Port closed", "date": "Tue, 30 Jul 2024 14:35:34 GMT" }\n---',
      read: { publishedAt: "2024-07-30T14:35:34Z" },
    },
    {
      name: "Astro",
      head: "---\ntitle: Port closed\npubDate: Jul 30 2024\nheroImage: /a.jpg\nauthor: { name: N. N., url: https://example.org }\n---",
      read: { publishedAt: "2024-07-30T00:00:00Z", author: "N. N.", meta: { heroImage: "/a.jpg" } },
    },
    {
      name: "Hexo, which begins without dashes",
      head: "title: Port closed\ndate: 2024-07-30 14:35:34\nlang: zh-CN\ntags:\n- news\n---",
      read: { publishedAt: "2024-07-30T14:35:34Z", language: "zh-CN", meta: { tags: ["news"] } },
    },
    {
      name: "Pelican",
      head: "Title: Port closed\nDate: 2024-07-30 14:35\nAuthors: N. N.\nSummary: It is closed:\n  the port\nLang: en_GB",
      read: {
        publishedAt: "2024-07-30T14:35:00Z",
        author: "N. N.",
        language: "en-GB",
        meta: { Summary: "It is closed: the port" },
      },
    },
    {
      name: "Gatsby",
      head: "---\ntitle: Port closed\ndate: 1722350134\nlocale: fa_IR\ncanonical_url: https://example.org/a\nsite_name: Example\nslug: /port\n---",
      read: {
        publishedAt: "2024-07-30T14:35:34Z",
        language: "fa-IR",
        url: "https://example.org/a",
        publisher: "Example",
        meta: { slug: "/port" },
      },
    },
    {
      name: "Jekyll, with a link of the page itself and drafts",
      head: "---\ntitle: Port closed\npermalink: /port/\npublished: true\nsource: https://example.org/a\nauthor: [N. N.]\n---",
      read: {
        author: "N. N.",
        url: "https://example.org/a",
        meta: { permalink: "/port/", published: true },
      },
    },
    {
      name: "two dates: the one of publishing counts, the other is kept",
      head: "---\ntitle: Port closed\ndate: 2024-07-01\npublish_date: 2024-07-30\nupdated: 2024-08-01\n---",
      read: {
        publishedAt: "2024-07-30T00:00:00Z",
        meta: { date: "2024-07-01", updated: "2024-08-01" },
      },
    },
    {
      name: "aliases of YAML, a key twice, and a great number",
      head: "---\ntitle: Port open\ntitle: Port closed\na: &x [1]\nb: *x\nstatus: 1817552283749843000\n---",
      read: {
        meta: { a: [1], b: [1], status: "1817552283749843000" },
        warnings: [
          "repeated_field: The front matter is no YAML: duplicated mapping key. The last one counts.",
        ],
      },
    },
    {
      name: "a date that is none, which is kept among the other keys",
      head: "---\ntitle: Port closed\ndate: soon\ncreated: 2024-07-30\n---",
      read: {
        publishedAt: "2024-07-30T00:00:00Z",
        meta: { date: "soon" },
        warnings: [
          'unreadable_date: "soon" is no date that could be read beyond doubt; write it like 2024-07-30 or 2024-07-30T14:35:34Z.',
        ],
      },
    },
  ])("$name", async ({ head, read }) => {
    expect(await matter(head)).toEqual({ ...port, ...read });
  });

  test("what refers to itself over and over is left out, in no time", async () => {
    const levels = Array.from({ length: 40 }, (_, at) =>
      at === 0 ? "a0: &a0 [x, x]" : `a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`,
    );
    const read = await matter(`---\ntitle: Port closed\n${levels.join("\n")}\n---`);
    expect(read).toMatchObject({ ...port, warnings: expect.arrayContaining([expect.any(String)]) });
  });
});

describe("JSON", () => {
  const ids = async (path: string, source: string) =>
    (await itemsIn(path, source)).map((item) =>
      item.kind === "article"
        ? `${item.line} ${item.article.text}${item.wholeFile ? " alone" : ""}`
        : `${item.line}:${item.column} ${item.reason}`,
    );
  test.for([
    { name: "a record", source: '{"text":"a"}', items: ["null a alone"] },
    {
      name: "a long record on one line",
      source: `{"text":"${"a".repeat(5000)}"}\n`,
      items: [`null ${"a".repeat(5000)} alone`],
    },
    { name: "a record over lines", source: '{\n"text":"a"\n}\n', items: ["null a alone"] },
    { name: "records one a line", source: '{"text":"a"}\n{"text":"b"}', items: ["1 a", "2 b"] },
    {
      name: "records one after another, over lines",
      source: '\n{\n"text":"a"}\n\n{"text":\n"b"}\n',
      items: ["2 a", "5 b"],
    },
    {
      name: "a list over lines",
      source: '[\n{"text":"a"},\n{"text":"b"}\n]',
      items: ["null a", "null b"],
    },
    { name: "a list of one line each", source: '[\n{"text":"a"}\n]', items: ["null a"] },
    {
      name: "a first line cut off",
      source: '{"text":"a"\n{"text":"b"}\n',
      items: ['1:12 This is no JSON: it ends where "," or "}" should follow.', "2 b"],
    },
    {
      name: "what ends within, told once",
      source: '{\n"text":"a"\n}\n{\n"text":b"\n}',
      items: ["1 a", '5:8 This is no JSON: "b" where a value should stand.'],
    },
  ])("of $name", async ({ source, items }) => {
    expect(await ids("a.json", source)).toEqual(items);
    // Under the other name only a record alone differs: its line may have others after it.
    const lines = items.map((item) => item.replace(/^null (.*) alone$/, "1 $1"));
    expect(await ids("a.jsonl", source)).toEqual(lines);
  });

  test("the number of an id keeps every figure, deep down too", async () => {
    const [item] = await itemsIn(
      "a.jsonl",
      '{"id":9007199254740993,"text":"a","b":[{"c":-12345678901234567890}],"d":9007199254740992}',
    );
    expect(item && told(item)).toMatchObject({
      sourceId: "9007199254740993",
      meta: { b: [{ c: "-12345678901234567890" }], d: 9007199254740992 },
    });
  });
});

describe("marks of other programs", () => {
  const spans = async (record: object) => {
    const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
    if (item?.kind !== "article") throw new Error("It is refused.");
    return {
      spans: item.article.annotations.flatMap(({ annotator, spans, relations }) => [
        ...spans.map(({ label, quote }) => `${annotator ?? "-"} ${label} ${quote}`),
        ...relations.map(({ type }) => `${annotator ?? "-"} ${type}`),
      ]),
      warnings: item.warnings.map(({ message }) => message),
      meta: item.article.meta,
    };
  };
  const text = "EU rejects German call.";
  test("of doccano with relations", async () => {
    const entities = [
      { id: 1, label: "claim", start_offset: 0, end_offset: 2 },
      { id: 2, label: "denial", start_offset: 3, end_offset: 10 },
    ];
    const relations = [{ id: 9, from_id: 2, to_id: 1, type: "denies" }];
    expect(await spans({ text, entities, relations, Comments: [] })).toEqual({
      spans: ["a claim EU", "a denial rejects", "a denies"],
      warnings: [],
      meta: {},
    });
  });

  test("with more than we keep are in, and what is more is told", async () => {
    const entities = [
      { id: 1, label: "claim", start_offset: 0, end_offset: 2, prob: 0.5 },
      { id: 2, label: "denial", start_offset: 3, end_offset: 10 },
    ];
    const relations = [{ id: 9, from_id: 2, to_id: 1, type: "denies", prob: 0.5 }];
    expect(await spans({ text, entities, relations })).toMatchObject({
      spans: ["a claim EU", "a denial rejects", "a denies"],
      warnings: [
        'entities[0]: A claim has no attribute "prob". It was left out.',
        'relations[0]: A relation "denies" has no attribute "prob". It was left out.',
      ],
    });
  });

  test("that classify the article are metadata", async () => {
    expect(await spans({ text, label: ["politics"] })).toMatchObject({
      warnings: [],
      meta: { label: ["politics"] },
    });
  });

  test("of a form that is not read are told", async () => {
    expect(await spans({ text, entities: [{ from: 0, to: 2 }] })).toMatchObject({
      warnings: [expect.stringContaining('What "entities" holds is not of a form that is read')],
      meta: { entities: [{ from: 0, to: 2 }] },
    });
  });

  test("of Prodigy are its annotator's; of an answer that rejects them, none", async () => {
    const task = {
      text,
      _input_hash: 1,
      _task_hash: 2,
      _annotator_id: "nn",
      spans: [{ start: 0, end: 2, token_start: 0, token_end: 0, label: "claim" }],
    };
    expect(await spans({ ...task, answer: "accept" })).toMatchObject({
      spans: ["nn claim EU"],
      warnings: [],
    });
    expect(await spans({ ...task, answer: "reject" })).toMatchObject({
      spans: [],
      warnings: ['The answer is "reject". Left out: 1 spans and relations.'],
    });
  });

  test("with keys that we have not are kept, the keys told", async () => {
    expect(
      await spans({ text, spans: [{ start: 0, end: 2, label: "claim", score: 0.5 }] }),
    ).toMatchObject({
      spans: ["- claim EU"],
      warnings: ['spans[0]: A span has no "score" here; it was left out.'],
    });
  });
});
