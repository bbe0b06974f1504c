import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import {
  detect,
  type FormatName,
  formatOfMediaType,
  readArticles,
  writtenFormats,
} from "@/lib/formats/index";
import { type ReadItem, rejectionOf } from "@/lib/formats/source-file";
import { aFile, itemsIn, readPage, refusalOf, sha256 } from "../setup/files";

const bytes = (text: string) => new TextEncoder().encode(text);
/** A line of JSON that is longer than what is looked at of a file. */
const long = (length: number) => `{"text":"${"x".repeat(length)}`;

describe("the format", () => {
  test.for([
    { path: "a.MD", head: "x", format: "markdown" },
    { path: "a.HTM", head: "x", format: "html" },
    { path: "a.txt", head: "<!DOCTYPE html><p>x", format: "html" },
    { path: "stdin", head: "<!-- saved -->\n<html lang=fa>", format: "html" },
    { path: "a.markdown", head: "x", format: "markdown" },
    { path: "folder.md/a", head: "x", format: "text" },
    { path: "folder.md\\a", head: "x", format: "text" },
    { path: "a.md.txt", head: "# T\n", format: "text" },
    { path: "a.ndjson", head: "x", format: "jsonl" },
    { path: "a.jsonl", head: '{"text":"x"}\n{"text":"y"}\n', format: "jsonl" },
    { path: "a.txt", head: '{"text":"x"}\n{"text":"y"}\n', format: "json" },
    { path: "a.txt", head: ' [\n{ "a \\" b" : 1}]', format: "json" },
    { path: "a.txt", head: '{"She denied it"}, he wrote: no.', format: "text" },
    { path: "a.txt", head: "{Editor's note} She denied it.", format: "text" },
    { path: "a.txt", head: '[{"quoted"}]: words', format: "text" },
    { path: "a.md", head: '{"text":"x"}\n{"text":"y"}\n', format: "json" },
    { path: "a.md", head: '[\n {"text":"x"}]', format: "json" },
    { path: "a.md", head: '{"title":"T"}\n\nShe denied it.', format: "markdown" },
    { path: "a.md", head: '{\n"title":"T"\n}\nShe denied it.', format: "markdown" },
    { path: "a.md", head: '[{"a"}](b)', format: "markdown" },
    { path: "a.json", head: '[{"text":"x"}]', format: "json" },
    { path: "a.json", head: '{\n  "text": "x"\n}', format: "json" },
    { path: "a.json", head: '{"text":"x"}', format: "json" },
    { path: "a.json", head: "{}\n", format: "json" },
    { path: "a.json", head: '{"text":"x"}\n{"text":"y"}\n', format: "json" },
    { path: "a.json", head: ' {"text":"x"} \r\n{"text":"y"}\n', format: "json" },
    { path: "a.json", head: '[\n{"text":"x"}\n]', format: "json" },
    { path: "a.json", head: '[{"text":"x"}\n,{"text":"y"}]', format: "json" },
    { path: "a.json", head: long(5000), format: "json" },
    { path: "a.json", head: `\ufeff${long(5000)}`, format: "json" },
    { path: "a.json", head: long(3000), format: "json" },
    { path: "stdin", head: '{"text":"x"}\n', format: "json" },
    { path: "stdin", head: '{\n"text":"x"}\n', format: "json" },
    { path: "stdin", head: '[{"text":"x"}]', format: "json" },
    { path: "stdin", head: '[ \n {"text":"x"}]', format: "json" },
    { path: "stdin", head: "[link](x) {a}", format: "text" },
    { path: "stdin", head: "see [{", format: "text" },
    { path: "stdin", head: "# T\n", format: "markdown" },
    { path: "a.ann", head: "x", format: "brat" },
    { path: "a.bio", head: "x", format: "conll" },
    { path: "a.iob2.tsv", head: "The\tO\nport\tB-LOC\n", format: "conll" },
    { path: "stdin", head: "The O\nport B-LOC\n", format: "conll" },
    { path: "stdin", head: "# newdoc\nThe O\nport B-LOC\n\nIt O\n", format: "conll" },
    { path: "stdin", head: "The O\r\nport B-LOC\r\n\r\nIt O\r\n", format: "conll" },
    { path: "stdin", head: "The DT B-NP O\n. . O O\n", format: "conll" },
    { path: "stdin", head: "A O\n, O\n", format: "conll" },
    { path: "a.txt", head: "T1\tclaim 0 8\tThe port\n", format: "brat" },
    { path: "stdin", head: "T12\tclaim 10 18\tThe port\n", format: "brat" },
    { path: "stdin", head: "T1\tclaim 0 8;12 20;100 110\tThe port is it\n", format: "brat" },
    { path: "stdin", head: "R12\tdenies Arg1:T2 Arg2:T1\n", format: "brat" },
    { path: "stdin", head: "A12\tNegated T1\nE1\tDenial:T1\nM1\tSure E1\n", format: "brat" },
    { path: "stdin", head: "#12\tAnnotatorNotes T1\tunsure\n*\tEquiv T1 T2\n", format: "brat" },
    { path: "stdin", head: "\n# T\n", format: "markdown" },
    { path: "stdin", head: "No. # T\n", format: "text" },
    { path: "stdin", head: "#T\n", format: "text" },
    { path: "stdin", head: "---\ntitle: T\n---\n", format: "markdown" },
    { path: "stdin", head: 'id,text\n1,"The port is closed"\n', format: "csv" },
    { path: "a.txt", head: "id\ttext\n1\tThe port is closed\n", format: "csv" },
    { path: "a", head: 'id,place,text\r\n1,Bremen,"The port is closed"\r\n', format: "csv" },
    { path: "a", head: '"id", "text"\n1,"The port is closed"\n', format: "csv" },
    { path: "a.csv", head: "anything", format: "csv" },
    { path: "a.TSV", head: "anything", format: "csv" },
    { path: "stdin", head: "Words.", format: "text" },
    { path: "stdin", head: "Words\t\f\u001b\r\n.", format: "text" },
    { path: "stdin", head: `a <html> b`, format: "text" },
    // One control character in twenty bytes is somebody's slip, more is no text.
    { path: "stdin", head: `\u0001${"x".repeat(19)}`, format: "text" },
  ])("of $path beginning with $head is $format", ({ path, head, format }) => {
    expect(detect(path, bytes(head))).toBe(format);
  });

  const features = Array.from({ length: 400 }, (_, at) => `  - name: column_${at}\n`).join("");
  test.for([
    {
      name: "a short one",
      head: "---\nlicense: mit\ntask_categories:\n- token-classification\n---\n# D\n",
    },
    { name: "one with CR LF", head: "---\r\nconfigs:\r\n- config_name: default\r\n---\r\n" },
    { name: "one that goes on", head: `---\ndataset_info:\n  features:\n${features}---\n# D\n` },
  ])("of a README.md that is a card ($name) is named, and none", ({ head }) => {
    for (const path of ["README.md", "news/readme.md"]) {
      expect(() => detect(path, bytes(head))).toThrow(
        /^This is the card of a dataset, which is not/,
      );
    }
    expect(detect("news.md", bytes(head))).toBe("markdown");
  });

  test.for([
    "---\ntitle: Read me\nlanguage: en\n---\nThe port is closed.\n",
    "# Configs\n\nconfigs: see below\n",
    "---\n\nconfigs: in the text\n---\n",
    "---\ntitle: T\n---\nconfigs: in the text\n",
  ])("of a README.md that is no card is Markdown: %s", (head) => {
    expect(detect("README.md", bytes(head))).toBe("markdown");
  });

  test.for([
    { name: "a picture", head: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]) },
    { name: "PDF", head: bytes("%PDF-1.7\n") },
    { name: "no text file", head: bytes(`\0${"x".repeat(1000)}`) },
    { name: "no text file", head: bytes(`\u0001${"x".repeat(18)}`) },
    { name: "text in UTF-16", head: Uint8Array.from([0xff, 0xfe, 0x54, 0]) },
  ])("of what begins as $name is named, and none", ({ name, head }) => {
    expect(() => detect("a", head)).toThrow(new RegExp(`^This is ${name}`));
    expect(() => detect("a", head)).toThrow(/tables, JSON and files of annotation programs\.$/);
  });

  test.for([
    { name: "a piece of HTML", head: "<!-- saved -->\n<div class='a'>x" },
    { name: "a piece of HTML", head: "<p>The port is closed.</p>" },
    { name: "a piece of HTML", head: "\n<svg>" },
    { name: "XML", head: "<?xml version='1.0'?>" },
    { name: "RTF", head: "{\\rtf1\\ansi" },
    { name: "a template", head: "<?php the_title(); ?>\n" },
    { name: "a piece of HTML", head: "<!-- saved -->\n\n<!-- again --><p>x" },
    { name: "a piece of HTML", head: "<p class='lead'>The port is closed.</p>" },
  ])("of $head is $name, and no article of raw markup, whatever it is called", ({ name, head }) => {
    for (const path of ["stdin", "a", "a.txt"]) {
      expect(() => detect(path, bytes(head))).toThrow(
        `This is ${name}, which is not read. Articles are read from Markdown, plain text, web pages, tables, JSON and files of annotation programs. If it is an article as it stands, import it as plain text, or as HTML if that is what it is.`,
      );
    }
  });

  test.for([
    { than: "XML", head: "A file of XML begins with <?xml version='1.0'?>.\n" },
    { than: "RTF", head: "A file of RTF begins with {\\rtf1.\n" },
    { than: "a template", head: "A page in PHP begins with <?php and ends with ?>.\n" },
    { than: "brat standoff", head: "T1\tclaim 0 8\tThe port\nis what a line of it is like.\n" },
    { than: "brat standoff", head: "See T1\tclaim 0 8\tThe port\n" },
    { than: "brat standoff", head: "A320\nE1\n" },
    { than: "CoNLL", head: "The vitamin O\nIt is none.\n" },
    { than: "CoNLL", head: "The Order\nAn Old story\n" },
    { than: "CoNLL", head: "NATO\nUFO\n" },
    { than: "CoNLL", head: "Answer me, O\n  my people, O\n" },
    { than: "CSV of one column", head: "Title\nThe port is closed.\n" },
    {
      than: "CSV, if no column is one of an article",
      head: "First, they deny\nThen, they admit\n",
    },
    { than: "CSV, if one only ends like one", head: "Subtitle, names\nThe port, closed\n" },
    { than: "CSV, if one only begins like one", head: "Dateline, London\nThe port, closed\n" },
    { than: "CSV, if another begins with a digit", head: "Date, 3 ports\nThe port, closed\n" },
    { than: "CSV, if another is a question", head: "Date, who said so?\nThe port, closed\n" },
    { than: "CSV, if another ends in quotes", head: 'Date, the "port"\nThe port, closed\n' },
    { than: "CSV, if another begins in them", head: 'Date, "port" news\nThe port, closed\n' },
    { than: "CSV, if the next line has fewer fields", head: "Date, place\nThe port is closed.\n" },
  ])("of $head is an article rather than $than", ({ head }) => {
    expect(detect("stdin", bytes(head))).toBe("text");
  });

  test.for([
    { path: "a.mdx", name: "MDX" },
    { path: "a.docx", name: "Word" },
    { path: "a.quux", name: "a .quux file" },
  ])("of $path is $name, which is refused by its name", ({ path, name }) => {
    expect(() => detect(path, bytes("The port is closed."))).toThrow(
      `This is ${name}, which is not read. Articles are read from Markdown, plain text, web pages, tables, JSON and files of annotation programs.`,
    );
  });

  test.for(["LICENSE", "a note by Mr. Smith", "2024.07.30", "v1.2"])("%s has no ending", (path) => {
    expect(detect(path, bytes("The port is closed."))).toBe("text");
  });

  test.for([
    { type: "text/markdown", format: "markdown" },
    { type: "text/x-markdown", format: "markdown" },
    { type: "text/plain", format: "text" },
    { type: "application/x-ndjson", format: "jsonl" },
    { type: "application/json", format: "json" },
    { type: "text/html", format: "html" },
  ])("of $type is $format", ({ type, format }) => {
    expect(formatOfMediaType(type)).toBe(format);
  });

  test("of a dataset is one that can be written", () => {
    expect(writtenFormats.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["jsonl", "brat"]),
    );
  });
});

describe("an empty file that would say what is marked", () => {
  const TEXT = "The port is closed\n\nThe mayor denied it.\n";
  const pairs = [
    { marks: "x/a.ann", text: "x/a.txt" },
    { marks: "x/a.a2", text: "x/a.txt" },
    { marks: "x/article7.task-flc-tc.labels", text: "x/article7.txt" },
    { marks: "train-labels/article7.labels", text: "train-articles/article7.txt" },
  ];

  test.for(pairs)("$marks is none beside its text, which is in", async ({ marks, text }) => {
    expect(await itemsIn(marks, "", { beside: { [text]: TEXT } })).toEqual([]);
    const [item] = await itemsIn(text, TEXT, { beside: { [marks]: "" } });
    expect(item).toMatchObject({ kind: "article", article: { annotations: [] }, warnings: [] });
  });

  test.for(pairs)("$marks is refused alone", async ({ marks }) => {
    expect(await itemsIn(marks, "")).toMatchObject([
      { kind: "rejected", path: marks, reason: "The file is empty." },
    ]);
  });
});

describe("reading a file", () => {
  const read = async (
    path: string,
    content: string,
    { format = "auto", skip }: { format?: FormatName | "auto"; skip?: number } = {},
  ): Promise<ReadItem[]> => {
    const items: ReadItem[] = [];
    const context = {
      format,
      scheme: defaultScheme,
      readPage,
      sha256,
      ...(skip === undefined ? {} : { skip }),
    };
    for await (const item of readArticles(aFile(path, content), context)) items.push(item);
    return items;
  };
  const texts = (items: readonly ReadItem[]) =>
    items.map((item) => (item.kind === "article" ? item.article.text : item.reason));

  test("goes by the format that was asked for, whatever its name and beginning", async () => {
    expect(texts(await read("a.md", "*x*", { format: "text" }))).toEqual(["*x*"]);
    expect(texts(await read("a.txt", "*x*", { format: "markdown" }))).toEqual(["x"]);
    expect(texts(await read("a", '{"text":"x"}', { format: "jsonl" }))).toEqual(["x"]);
  });

  test("cannot go by one that there is not", async () => {
    expect(texts(await read("a.md", "x", { format: "nonesuch" as FormatName }))).toEqual([
      'There is no format "nonesuch".',
    ]);
  });

  test.for(["a.md", "a.txt"])("%s says that it is one article and nothing else", async (path) => {
    expect(await read(path, "Words.")).toMatchObject([
      { kind: "article", path, line: null, wholeFile: true, recordId: null, ours: false },
    ]);
  });

  test.for(["a.md", "a.txt", "a.json"])(
    "%s is passed over if its article is done",
    async (path) => {
      const content = path === "a.json" ? '{"text":"x"}' : "x";
      expect(await read(path, content, { skip: 0 })).toHaveLength(1);
      expect(await read(path, content, { skip: 1 })).toEqual([]);
    },
  );

  test.for([
    { name: "an empty file", path: "a.md", content: "" },
    { name: "a file that is no text", path: "a", content: "\0" },
    { name: "a file without articles", path: "a.jsonl", content: "\n" },
  ])("$name is one item, refused once", async ({ path, content }) => {
    expect(await read(path, content)).toHaveLength(1);
    expect(await read(path, content, { skip: 1 })).toEqual([]);
  });

  test("tells what is wrong with the file as a whole, where nothing was done of it", async () => {
    expect(await refusalOf("a.jsonl", "")).toBe("The file is empty.");
    expect(await refusalOf("a.png", "\0")).toMatch(/^This is a picture/);
  });

  test.for([1, 100, 4095, 4096, 4097, 10_000])(
    "reads all of it, in pieces of %i",
    async (piece) => {
      const text = "words ".repeat(1500).trim();
      const [item] = await itemsIn("a", text, { piece });
      expect(item).toMatchObject({ kind: "article", article: { text } });
    },
  );

  test("lets go of the stream when it has seen enough", async () => {
    let open = true;
    async function* stream() {
      try {
        yield bytes("x".repeat(5000));
        yield bytes('{"text":"never"}\n');
      } finally {
        open = false;
      }
    }
    for await (const _ of readArticles(
      { path: "a.jsonl", stream: stream() },
      { format: "auto", scheme: defaultScheme, readPage, sha256 },
    )) {
      break;
    }
    expect(open).toBe(false);
  });

  test("does not read ahead of what is asked for", async () => {
    let read = 0;
    async function* stream() {
      for (; read < 100; read += 1) yield bytes(`{"text":"${"x".repeat(1000)}"}\n`);
    }
    const items = readArticles(
      { path: "a.jsonl", stream: stream() },
      { format: "auto", scheme: defaultScheme, readPage, sha256 },
    );
    await items.next();
    expect(read).toBeLessThan(10);
  });

  test("takes no more than it looks at to see that it is no text", async () => {
    let taken = 0;
    async function* stream() {
      for (; taken < 3; taken += 1) yield new Uint8Array(4096);
    }
    const items = readArticles(
      { path: "a", stream: stream() },
      { format: "auto", scheme: defaultScheme, readPage, sha256 },
    );
    expect((await items.next()).value).toMatchObject({ kind: "rejected" });
    expect(taken).toBe(0);
  });

  test("does not mind a stream that cannot be let go of", async () => {
    const { stream } = aFile("a.txt", "Words.");
    const file = {
      path: "a.txt",
      stream: {
        [Symbol.asyncIterator]() {
          const whole = stream[Symbol.asyncIterator]();
          return { next: () => whole.next() };
        },
      },
    };
    const items = readArticles(file, { format: "auto", scheme: defaultScheme, readPage, sha256 });
    const { value } = await items.next();
    expect(texts([value])).toEqual(["Words."]);
    expect((await items.next()).done).toBe(true);
  });

  test("passes on what goes wrong with the stream itself", async () => {
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error("The disk is gone.");
    }
    const file = { path: "a.md", stream: broken() };
    await expect(
      readArticles(file, { format: "auto", scheme: defaultScheme, readPage, sha256 }).next(),
    ).rejects.toThrow("The disk is gone.");
  });
});

describe("a rejection", () => {
  test.for([
    { name: "the line of the file, if it is read by lines", details: { line: 3 }, line: 7, at: 7 },
    { name: "the line that the refusal knows", details: { line: 3 }, line: null, at: 3 },
    { name: "no line", details: { line: "x" }, line: null, at: null },
  ])("has $name", ({ details, line, at }) => {
    const refusal = new Refusal("unprocessable", "No.", { ...details, column: 2 });
    expect(rejectionOf(refusal, "a.md", line)).toEqual({
      kind: "rejected",
      path: "a.md",
      line: at,
      column: 2,
      reason: "No.",
    });
  });

  test("has a reason of a thousand characters at most, that can be stored", () => {
    const reason = (message: string) => rejectionOf(new Refusal("invalid", message), "a").reason;
    expect(reason("x".repeat(1000))).toBe("x".repeat(1000));
    expect(reason("x".repeat(1001))).toBe(`${"x".repeat(1000)}…`);
    expect(reason(`${"x".repeat(999)}😀`)).toBe(`${"x".repeat(999)}\ufffd…`);
    expect(reason("a\0b")).toBe("a\ufffdb");
  });

  test("is not made of a defect", () => {
    const defect = new TypeError("x is not a function");
    expect(() => rejectionOf(defect, "a")).toThrow(defect);
  });
});

test("files that are refused are let go, each of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gainsay-refused-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const opened = () => {
    const open = readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return []; // the one that this listing itself took
      }
    });
    return open.filter((path) => path.startsWith(folder));
  };
  // What is refused by its name, by how it begins, in the middle, by its size, and as a whole.
  const contents = ["a.csv", "b", "c.md", "d.txt", "e.json", "f.jsonl"].map((name) => {
    const content = {
      b: "<p>x",
      "c.md": "---\na: [\n---\nx",
      "d.txt": "word ".repeat(1_700_000),
      "e.json": "{\n",
      "f.jsonl": "{\n",
    }[name];
    writeFileSync(join(folder, name), content ?? "x".repeat(100_000));
    return name;
  });
  for (let round = 0; round < 20; round += 1) {
    for (const name of contents) {
      const file = { path: name, stream: createReadStream(join(folder, name)) };
      const items: ReadItem[] = [];
      for await (const item of readArticles(file, {
        format: "auto",
        scheme: defaultScheme,
        readPage,
        sha256,
      })) {
        items.push(item);
      }
      expect(items).toMatchObject([{ kind: "rejected" }]);
    }
  }
  await expect.poll(opened).toEqual([]);
});

test.for([
  ["a.txt", `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 7\n`],
  ["a.csv", `version https://git-lfs.github.com/spec/v1\r\noid sha256:${"0".repeat(64)}\r\nsize 7`],
  ["a.xlsx", `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 7\n`],
  ["a.jsonl", "/annex/objects/SHA256E-s7--0123.jsonl\n"],
] as const)(
  "what Git has in the place of %s is refused, with what to do",
  async ([path, content]) => {
    expect(await refusalOf(path, content)).toContain("git lfs pull");
  },
);

test.for([
  ["docs.spacy", /DocBin.*doc\.to_json\(\)/],
  ["rows.parquet", /Parquet.*Dataset\.to_json/],
  ["survey.sav", /statistics.*\.csv/],
] as const)("%s is refused with how it is to be saved", async ([path, reason]) => {
  expect(await refusalOf(path, Uint8Array.from([1, 2, 0, 3]))).toMatch(reason);
});

test("an article about such a place is one", async () => {
  const text = "version https://git-lfs.github.com/spec/v1 is how it begins.";
  expect(await itemsIn("a.txt", text)).toMatchObject([{ article: { text } }]);
});
