import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { OffsetsRecord, withText } from "@/lib/domain/offsets-record";
import type { Publishing } from "@/lib/domain/publishing-schemas";
import type { ArticleRecord } from "@/lib/domain/record";
import { readSchemeFile } from "@/lib/domain/scheme-file-schemas";
import type { TagOverlap } from "@/lib/domain/tag-overlap";
import { ArticleText } from "@/lib/domain/text";
import { articlesInRows, tokensInRows } from "@/lib/formats/dataset-folder";
import { writeJsonl } from "@/lib/formats/jsonl";
import { shapes } from "@/lib/formats/shapes";
import { aDatasetSource, aPublishing, filesOfDataset } from "../setup/dataset";
import { written } from "../setup/foreign";
import { aRecord, records, richScheme } from "../setup/records";

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

const some = fc.sample(records(), { numRuns: 12, seed: 5 });
const splits = ["train", "dev", "test"] as const;
const divided = some.map((record, at) => ({ ...record, split: splits[at % 3] ?? null }));

const textOf = (files: ReadonlyMap<string, Buffer>, path: string) =>
  files.get(path)?.toString("utf8") ?? "";

const jsonOf = (files: ReadonlyMap<string, Buffer>, path: string) =>
  JSON.parse(textOf(files, path));

async function rowsOf(file: Buffer | undefined): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: new Uint8Array(file ?? Buffer.alloc(0)).buffer });
}

/** What a file of Markdown says outside its head and its code. */
const proseOf = (files: ReadonlyMap<string, Buffer>, path: string) =>
  textOf(files, path)
    .replace(/^---\n.*?\n---\n/s, "")
    .replaceAll(/^(`{3,})\w*\n.*?^\1$/gms, "");

/** The YAML before the text of a card. */
function cardOf(files: ReadonlyMap<string, Buffer>) {
  const [, yaml = ""] = /^---\n(.*?)\n---\n/s.exec(textOf(files, "README.md")) ?? [];
  // By its schema; what is missing fails the test.
  return load(yaml) as {
    pretty_name: string;
    license?: string;
    language?: string[];
    language_bcp47?: string[];
    size_categories: string[];
    configs: { data_files: { split: string; path: string }[] }[];
    dataset_info: {
      features: Feature[];
      splits: { name: string; num_examples: number; num_bytes: number }[];
    };
  };
}

type Feature = { name: string; dtype?: string; list?: string | Feature[]; struct?: Feature[] };

describe("a dataset", () => {
  test("has these files, each with its sum", async () => {
    const guideline = async () => ({ version: 4, content: { blocks: [] } });
    const files = await filesOfDataset(aDatasetSource(some, { origin: { guideline } }));
    expect([...files.keys()]).toEqual([
      "data/train.jsonl",
      "data/train.parquet",
      "schema/gainsay.article-2.schema.json",
      "scheme.json",
      "guidelines.md",
      "DATA_STATEMENT.md",
      "CITATION.cff",
      "croissant.json",
      "README.md",
      "checksums.sha256",
    ]);
    const sums = [...files].flatMap(([path, bytes]) =>
      path === "checksums.sha256" ? [] : [`${sha256(bytes)}  ${path}`],
    );
    expect(textOf(files, "checksums.sha256").trimEnd().split("\n").toSorted()).toEqual(
      sums.toSorted(),
    );
  });

  test("has the records of each part as JSON lines and as Parquet, in their order", async () => {
    const files = await filesOfDataset(aDatasetSource(divided));
    for (const name of splits) {
      const own = divided.filter(({ split }) => split === name);
      expect(textOf(files, `data/${name}.jsonl`)).toBe(own.map(writeJsonl).join(""));
      const rows = await rowsOf(files.get(`data/${name}.parquet`));
      expect(rows.map(({ text, split }) => [text, split])).toEqual(
        own.map(({ text }) => [text, name]),
      );
    }
  });

  test.for([
    { name: "articles", layout: articlesInRows },
    { name: "tokens", layout: tokensInRows },
  ])("without texts has nothing of them in any file, by $name", async ({ layout }) => {
    const secret = "Zwölfhundertneunundneunzig";
    const records = divided.map((record) => {
      const text = `${secret} ${record.text}`;
      const [span] = aRecord().spans;
      const title = secret;
      const spans = span
        ? [{ ...span, start: 0, end: 26, fragments: [{ start: 0, end: 26 }] }]
        : [];
      return {
        ...record,
        title,
        text,
        blocks: [{ kind: "title" as const, start: 0, end: 26 }],
        spans: spans.map((one) => ({ ...one, text: secret, attributes: {} })),
        relations: [],
      };
    });
    const files = await filesOfDataset(aDatasetSource(records, { texts: false }), layout);
    for (const [path, bytes] of files) expect(bytes.includes(secret), path).toBe(false);
    const known = records.map(({ text_sha256 }) => text_sha256);
    const train = await rowsOf(files.get("data/train.parquet"));
    for (const row of train) {
      expect(known).toContain(row.text_sha256);
      expect(row.title).toBeNull();
      if (layout === articlesInRows) expect(row.schema).toBe("gainsay.article/2.offsets");
    }
    const { features } = cardOf(files).dataset_info;
    expect(features.map(({ name }) => name)).toEqual(Object.keys(train[0] ?? {}));
    expect(proseOf(files, "README.md")).toMatch(/## Texts\n\nThe articles’ texts may not/);
  });

  test("without texts has lines that are made whole, by the schema beside them", async () => {
    const files = await filesOfDataset(aDatasetSource(divided, { texts: false }));
    for (const name of splits) {
      const own = divided.filter(({ split }) => split === name);
      const lines = textOf(files, `data/${name}.jsonl`).trimEnd().split("\n");
      const whole = lines.map((line, at) =>
        withText(OffsetsRecord.parse(JSON.parse(line)), new ArticleText(own[at]?.text ?? "")),
      );
      expect(whole).toEqual(own);
      expect(textOf(files, "README.md")).toContain(`gainsay rehydrate data/${name}.jsonl --texts`);
    }
    expect(jsonOf(files, "schema/gainsay.article-2.offsets.schema.json")).toMatchObject({
      title: "gainsay.article/2.offsets",
    });
  });

  test("has no files of parts that there are not", async () => {
    const only = divided.filter(({ split }) => split === "test");
    const files = await filesOfDataset(aDatasetSource(only));
    expect([...files.keys()].filter((path) => path.startsWith("data/"))).toEqual([
      "data/test.jsonl",
      "data/test.parquet",
    ]);
    expect(cardOf(files).configs[0]?.data_files).toEqual([
      { split: "test", path: "data/test.parquet" },
    ]);
  });

  test("of no records at all has an empty part for training", async () => {
    const files = await filesOfDataset(aDatasetSource([]));
    expect(textOf(files, "data/train.jsonl")).toBe("");
    expect(await rowsOf(files.get("data/train.parquet"))).toEqual([]);
  });

  test("is the same, byte for byte, when made again", async () => {
    const [one, other] = await Promise.all(
      [divided, structuredClone(divided)].map((same) => filesOfDataset(aDatasetSource(same))),
    );
    expect([...(one ?? [])]).toEqual([...(other ?? [])]);
  });

  test("has the scheme as it is read again, and the schema of a record as it is published", async () => {
    const files = await filesOfDataset(aDatasetSource(some));
    expect(readSchemeFile(textOf(files, "scheme.json")).scheme).toEqual(richScheme);
    const published = new URL("../../docs/schemas/gainsay.article-2.schema.json", import.meta.url);
    expect(jsonOf(files, "schema/gainsay.article-2.schema.json")).toEqual(
      JSON.parse(readFileSync(published, "utf8")),
    );
  });
});

describe("the card of a dataset", () => {
  test("names parts, sizes and languages as they are", async () => {
    const tongues = ["en", "fa", "pt-BR", "zh_Hant", "en", null, "x y", ""];
    const list = divided.map((one, at) => ({ ...one, language: tongues[at % 8] || null }));
    const card = cardOf(await filesOfDataset(aDatasetSource(list)));
    expect(card.language).toEqual(["en", "fa", "pt", "zh"]);
    expect(card.language_bcp47).toEqual(["pt-BR", "zh-Hant"]);
    expect(card.size_categories).toEqual(["n<1K"]);
    expect(card.license).toBeUndefined();
    expect(card.dataset_info.splits).toEqual(
      splits.map((name) => {
        const own = list.filter(({ split }) => split === name);
        const bytes = Buffer.byteLength(own.map(writeJsonl).join(""));
        return { name, num_bytes: bytes, num_examples: own.length };
      }),
    );
  });

  test("counts what is in it", async () => {
    const [span] = aRecord().spans;
    if (!span) throw new Error("It has a span.");
    const gap = {
      ...span,
      id: "b",
      end: 22,
      fragments: [
        { start: 4, end: 11 },
        { start: 19, end: 22 },
      ],
    };
    const other = { ...span, id: "c", annotator: "a10" };
    const [set] = aRecord().sets;
    if (!set) throw new Error("It has a set.");
    const sets = [
      { ...set, note: "See above." },
      { ...set, annotator: "a10", kind: "gold" as const, guideline_version: 2 },
    ];
    const list = [
      aRecord({
        spans: [span, gap, other],
        sets,
        publisher: "The Courier",
        text: "😀 The embassy denied it.",
      }),
      aRecord({
        id: "0".repeat(36),
        spans: [span, other],
        language: null,
        meta: { licence: "CC BY 4.0" },
      }),
    ];
    const guideline = async () => ({ version: 2, content: { blocks: [] } });
    const files = await filesOfDataset(aDatasetSource(list, { origin: { guideline } }));
    const text = textOf(files, "README.md");
    for (const told of [
      "2 versions of 2 articles with 5 spans and 0 relations",
      "| characters of text | 46 |",
      "Languages: en (1), not said (1).",
      "Publishers: The Courier (1), not said (1).",
      "| a1 | reviewer | 2 | 3 | 0 |\n| a10 | gold | 1 | 2 | 0 |",
      "but 1 note that they wrote is",
      "in 1 record those of one annotator do",
      "(1 has)",
      "Sets were made by version 2. Of 2 sets it is not known by which version.",
      "Articles state for themselves: CC BY 4.0 (1).",
    ]) {
      expect(text).toContain(told);
    }
  });

  test("says how many of the project's articles are in, where it is not all", async () => {
    const of = async (articles: number) =>
      textOf(
        await filesOfDataset(aDatasetSource([aRecord()], { origin: { articles } })),
        "README.md",
      );
    expect(await of(3)).toContain("1 of the 3 articles of the project were picked");
    expect(await of(1)).not.toContain("picked");
  });

  test("says nothing of a language that no article names", async () => {
    const card = cardOf(await filesOfDataset(aDatasetSource([aRecord({ language: null })])));
    expect(card.language).toBeUndefined();
  });

  test("declares the features that the Parquet files have", async () => {
    const files = await filesOfDataset(aDatasetSource(some));
    const { schema } = parquetMetadata(
      new Uint8Array(files.get("data/train.parquet") ?? Buffer.alloc(0)).buffer,
    );
    const types: Record<string, string> = {
      BYTE_ARRAY: "string",
      INT32: "int32",
      DOUBLE: "float64",
      BOOLEAN: "bool",
      INT64: "timestamp[ms, tz=UTC]",
    };
    let at = 1;
    const next = (): Feature => {
      const {
        name,
        type,
        num_children: children = 0,
        converted_type,
      } = schema[at++] ?? { name: "" };
      if (type) return { name, dtype: types[type] ?? type };
      if (converted_type !== "LIST")
        return { name, struct: Array.from({ length: children }, next) };
      at += 1;
      const element = next();
      return { name, list: element.struct ?? element.dtype ?? "" };
    };
    const columns = Array.from({ length: schema[0]?.num_children ?? 0 }, next);
    expect(cardOf(files).dataset_info.features).toEqual(columns);
  });

  test("has what people wrote as words, never as marks", async () => {
    const evil =
      "x <script>alert(1)</script> [a](javascript:b) ![i](https://e.example/i.png)\n---\n# y: 'z";
    const labels = richScheme.labels.map((label) => ({
      ...label,
      definition: evil,
      examples: [evil],
    }));
    const round = {
      number: 1,
      title: evil,
      kind: "annotation" as const,
      way: "queue" as const,
      overlap: 2,
      doubledPercent: null,
      seed: 1,
      guidelineVersion: null,
      articles: 3,
    };
    const list = [aRecord({ publisher: evil, language: evil, meta: { license: evil } })];
    const files = await filesOfDataset(
      aDatasetSource(list, {
        origin: { title: evil, rounds: [round] },
        scheme: { ...richScheme, labels },
      }),
    );
    expect(cardOf(files).pretty_name).toBe(evil.replaceAll(/\s+/g, " "));
    for (const path of ["README.md", "DATA_STATEMENT.md"]) {
      const text = proseOf(files, path);
      expect(text).toContain(String.raw`\<script\>`);
      expect(text.replaceAll(/\\./gs, "")).not.toMatch(/<script|\]\(|^# y|https:\/\/e\.example/m);
    }
    const citation = load(textOf(files, "CITATION.cff")) as { title: string };
    expect(citation.title).toBe(evil.replaceAll(/\s+/g, " "));
  });
});

describe("a dataset by token", () => {
  const source = (overlap?: TagOverlap) => aDatasetSource(divided, { ...(overlap && { overlap }) });

  test("has the rows of the shape as JSON lines and as Parquet", async () => {
    const files = await filesOfDataset(source(), tokensInRows);
    expect([...files.keys()].some((path) => path.startsWith("schema/"))).toBe(false);
    for (const name of splits) {
      const own = divided.filter(({ split }) => split === name);
      const { text } = written("jsonl", own, { shape: "token" });
      expect(textOf(files, `data/${name}.jsonl`)).toBe(text);
      const lines = text.split("\n").slice(0, -1);
      const rows = await rowsOf(files.get(`data/${name}.parquet`));
      expect(JSON.parse(JSON.stringify(rows))).toEqual(lines.map((line) => JSON.parse(line)));
      const told = cardOf(files).dataset_info.splits.find((one) => one.name === name);
      expect(told).toMatchObject({ num_examples: lines.length });
    }
    const { features } = cardOf(files).dataset_info;
    expect(features.map(({ name }) => name)).toEqual(
      shapes.token.columns({ scheme: richScheme }).map(({ name }) => name),
    );
    const { recordSet } = jsonOf(files, "croissant.json");
    expect(recordSet[0].field.map((field: { name: string }) => field.name)).toEqual(
      features.map(({ name }) => name),
    );
  });

  test.for([
    {
      overlap: undefined,
      says: "Overlap: `longest`. Of spans of one label and annotator that overlap, only the longest is in.",
    },
    { overlap: "longest", says: "Overlap: `longest`." },
    {
      overlap: "split",
      says: "Overlap: `split`. Spans of one label and annotator that overlap are split",
    },
  ] as const)(
    "says in its card what became of spans that overlap: $overlap",
    async ({ overlap, says }) => {
      const files = await filesOfDataset(source(overlap), tokensInRows);
      expect(textOf(files, "README.md")).toContain(says);
      expect(textOf(files, "README.md")).toContain('row["claim_tags"]');
    },
  );

  test("is none where they are refused; without any, the card says so", async () => {
    await expect(filesOfDataset(source("refuse"), tokensInRows)).rejects.toThrow(/ overlap in /);
    const apart = aDatasetSource([aRecord()], { overlap: "refuse" });
    expect(textOf(await filesOfDataset(apart, tokensInRows), "README.md")).toContain(
      "Overlap: `refuse`. No spans of one label and annotator overlap",
    );
  });

  test("counts what is lost once", async () => {
    const one = source("longest");
    await filesOfDataset(one, tokensInRows);
    const { lost } = written("jsonl", divided, { shape: "token" });
    const told = one.lost.list.map(({ what, count }) => `${count} ${what}`);
    expect(told.toSorted()).toEqual(lost.toSorted());
  });

  test("is not what a dataset of articles says of itself", async () => {
    const text = textOf(await filesOfDataset(aDatasetSource(some)), "README.md");
    expect(text).not.toMatch(/Overlap:|Tokens and tags/);
  });
});

test("a citation has what the form asks for, and no name of a person", async () => {
  const files = await filesOfDataset(aDatasetSource(some));
  expect(load(textOf(files, "CITATION.cff"))).toEqual({
    "cff-version": "1.2.0",
    message: expect.stringContaining("cite"),
    type: "dataset",
    title: "Claims and denials",
    abstract: expect.stringContaining("spans"),
    authors: [{ name: "The annotators of Claims and denials" }],
    keywords: expect.any(Array),
  });
});

describe("what a project says for its datasets", () => {
  const evil = "<b>*x*</b> {y} \\z & 100 % [a](javascript:b) `q";
  const of = (said: Partial<Publishing> = {}) =>
    filesOfDataset(
      aDatasetSource(some, {
        origin: { publishing: { ...aPublishing, ...said }, slug: "harbour" },
      }),
    );
  const bibtex = `@misc{harbour2026,
  author = {Carberry, Josiah and {The \\textbraceleft{}Harbour\\textbraceright{} Group}},
  title = {{Claims and denials}},
  year = {2026},
  howpublished = {Annotated dataset},
  doi = {10.5281/zenodo.1003150},
  url = {https://example.org/harbour}
}`;

  test("stands in the card, for people and for Hugging Face", async () => {
    const files = await of();
    expect(cardOf(files)).toMatchObject({ license: "cc-by-sa-4.0" });
    const text = textOf(files, "README.md");
    for (const told of [
      "## What it is\n\nClaims about a harbour.\n\nRead twice.\n\n",
      "under [Creative Commons Attribution-ShareAlike 4.0](<https://creativecommons.org/licenses/by-sa/4.0/>)",
      "By [Josiah Carberry](<https://orcid.org/0000-0002-1825-0097>) (Brown University); The \\{Harbour\\} Group.",
      "Found at <https://doi.org/10.5281/zenodo.1003150>, <https://example.org/harbour>.",
      `## Citation\n\nBy `,
      `\`\`\`bibtex\n${bibtex}\n\`\`\``,
    ]) {
      expect(text).toContain(told);
    }
    expect(text).not.toContain("No licence is recorded");
    expect(textOf(files, "DATA_STATEMENT.md")).toContain("Attribution-ShareAlike");
  });

  test("stands in CITATION.cff, with people and organisations apart", async () => {
    expect(load(textOf(await of(), "CITATION.cff"))).toMatchObject({
      abstract: expect.stringMatching(/^Claims about a harbour\.\n\nRead twice\.\n\n.*spans/),
      authors: [
        {
          "family-names": "Carberry",
          "given-names": "Josiah",
          affiliation: "Brown University",
          orcid: "https://orcid.org/0000-0002-1825-0097",
        },
        { name: "The {Harbour} Group" },
      ],
      license: "CC-BY-SA-4.0",
      doi: "10.5281/zenodo.1003150",
      url: "https://example.org/harbour",
      "date-released": "2026-02-28",
    });
  });

  test("stands in Croissant, with the day on which it came out", async () => {
    expect(jsonOf(await of(), "croissant.json")).toMatchObject({
      license: "https://creativecommons.org/licenses/by-sa/4.0/",
      creator: [
        {
          "@type": "sc:Person",
          name: "Josiah Carberry",
          sameAs: "https://orcid.org/0000-0002-1825-0097",
          affiliation: { name: "Brown University" },
        },
        { "@type": "sc:Organization", name: "The {Harbour} Group" },
      ],
      citeAs: bibtex,
      datePublished: "2026-02-28",
      url: "https://example.org/harbour",
    });
    const silent = jsonOf(await filesOfDataset(aDatasetSource(some)), "croissant.json");
    for (const member of ["license", "creator", "datePublished", "url"]) {
      expect(silent).not.toHaveProperty(member);
    }
  });

  test("of a licence of its own, has its name and address everywhere", async () => {
    const licence = { id: "other", name: "Terms *of* ours", url: "https://example.org/terms" };
    const files = await of({ licence });
    expect(cardOf(files)).toMatchObject({
      license: "other",
      license_name: "terms-of-ours",
      license_link: "https://example.org/terms",
    });
    const foreign = await of({ licence: { ...licence, name: "شرایط ما" } });
    expect(cardOf(foreign)).toMatchObject({ license_name: "own-licence" });
    const cff = load(textOf(files, "CITATION.cff"));
    expect(cff).toMatchObject({ "license-url": "https://example.org/terms" });
    expect(cff).not.toHaveProperty("license");
    expect(jsonOf(files, "croissant.json").license).toBe("https://example.org/terms");
    expect(textOf(files, "README.md")).toContain(
      "[Terms \\*of\\* ours](<https://example.org/terms>)",
    );
  });

  test("has a reference of its own before the BibTeX, or BibTeX of its own in place of it", async () => {
    const words = textOf(await of({ citation: "Carberry, J.: *Harbours*." }), "README.md");
    expect(words).toContain(`Carberry, J.: \\*Harbours\\*.\n\n\`\`\`bibtex\n@misc{harbour2026,`);
    const own = "@article{c26,\n  note = {````}\n}";
    const files = await of({ citation: own });
    expect(textOf(files, "README.md")).toContain(`\`\`\`\`\`bibtex\n${own}\n\`\`\`\`\``);
    expect(jsonOf(files, "croissant.json").citeAs).toBe(own);
  });

  test("is words, never marks, whatever it is", async () => {
    const creators = [{ name: evil, given_names: evil, orcid: null, affiliation: evil }];
    const files = await of({ creators, description: evil, citation: evil });
    const prose = proseOf(files, "README.md");
    expect(prose).toContain("Citation");
    expect(prose.replaceAll(/\\./gs, "")).not.toMatch(/<b>|\*x|javascript:b\)$/m);
    const { authors } = load(textOf(files, "CITATION.cff")) as { authors: object[] };
    expect(authors).toEqual([{ "family-names": evil, "given-names": evil, affiliation: evil }]);
    const entry = jsonOf(files, "croissant.json").citeAs as string;
    const depth = [...entry.replaceAll(/\\[{}%&#$_]/g, "")].reduce(
      (open, char) => open + (char === "{" ? 1 : char === "}" ? -1 : 0),
      0,
    );
    expect(depth).toBe(0);
  });

  test("is the same, byte for byte, when it is made again", async () => {
    expect([...(await of())]).toEqual([...(await of())]);
  });
});

test("a data statement has the headings of Bender and Friedman, and questions for what is not known", async () => {
  const text = textOf(await filesOfDataset(aDatasetSource(some)), "DATA_STATEMENT.md");
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    "A. Curation rationale",
    "B. Language variety",
    "C. Speaker demographic",
    "D. Annotator demographic",
    "E. Speech situation",
    "F. Text characteristics",
    "G. Recording quality",
    "H. Other",
    "I. Provenance appendix",
  ]);
  expect(text.match(/\*\*Open:\*\*/g)).toHaveLength(10);
});

type CroissantField = {
  "@id": string;
  subField?: CroissantField[];
  source?: { fileObject: { "@id": string } };
};

describe("Croissant metadata", () => {
  test("name each file with its sum, and when the dataset last changed", async () => {
    const files = await filesOfDataset(aDatasetSource(divided));
    const metadata = jsonOf(files, "croissant.json");
    expect(metadata).toMatchObject({
      "@type": "sc:Dataset",
      conformsTo: "http://mlcommons.org/croissant/1.1",
      name: "Claims and denials",
      dateModified: "2026-01-02T03:04:05.000Z",
    });
    const data = [...files].filter(([path]) => path.startsWith("data/"));
    const told = metadata.distribution.map((file: Record<string, string>) => [
      file.contentUrl,
      file.sha256,
      file.contentSize,
    ]);
    expect(told.toSorted()).toEqual(
      data.map(([path, bytes]) => [path, sha256(bytes), `${bytes.length} B`]).toSorted(),
    );
  });

  test("have a field for each column, from a file that is named", async () => {
    const metadata = jsonOf(await filesOfDataset(aDatasetSource(divided)), "croissant.json");
    const known = metadata.distribution.map((file: Record<string, string>) => file["@id"]);
    const ids = new Set<string>();
    const look = (field: CroissantField) => {
      expect(ids).not.toContain(field["@id"]);
      ids.add(field["@id"]);
      if (field.subField) for (const one of field.subField) look(one);
      else expect(known).toContain(field.source?.fileObject["@id"]);
    };
    for (const set of metadata.recordSet) for (const field of set.field) look(field);
    expect(ids).toContain("dev/spans/label");
    expect(metadata.recordSet.map((set: { "@id": string }) => set["@id"])).toEqual(splits);
  });
});

test("guidelines are those that the latest set was made by, as Markdown", async () => {
  const asked: (number | null)[] = [];
  const guideline = async (version: number | null) => {
    asked.push(version);
    return {
      version: version ?? 9,
      content: {
        blocks: [
          { type: "heading" as const, level: 1 as const, words: [{ text: "Claims" }] },
          {
            type: "list" as const,
            items: [
              {
                depth: 0,
                ordered: true,
                words: [{ text: "Mark " }, { text: "all ", bold: true as const }],
              },
              { depth: 1, ordered: false, words: [{ text: "a`b", code: true as const }] },
            ],
          },
          {
            type: "table" as const,
            rows: [
              [{ header: true, words: [{ text: "a|b" }] }],
              [{ header: false, words: [{ text: "c", link: "https://example.org/<d>" }] }],
            ],
          },
          {
            type: "example" as const,
            text: "😀 Tehran denied it.",
            spans: [{ label: "denial", start: 2, end: 15 }],
          },
        ],
      },
    };
  };
  const of = async (...versions: (number | null)[]) => {
    const list: ArticleRecord[] = versions.map((guideline_version) => {
      const record = aRecord();
      return { ...record, sets: record.sets.map((set) => ({ ...set, guideline_version })) };
    });
    return textOf(
      await filesOfDataset(aDatasetSource(list, { origin: { guideline } })),
      "guidelines.md",
    );
  };
  const text = await of(2, 5, null);
  await of(null);
  expect(asked).toEqual([5, null]);
  expect(text).toBe(`# Guidelines of Claims and denials, version 5

## Claims

1. Mark **all**
    - \`\` a\`b \`\`

| a\\|b |
| --- |
| [c](<https://example.org/%3Cd%3E>) |

> 😀 Tehran denied it.

- denial: “Tehran denied”
`);
});

test("the card says by what articles were picked, and whose work is in", async () => {
  const origin = { picked: ["a search for “<b>*x*”", "round 2"], annotators: ["a1", "a3"] };
  const files = await filesOfDataset(aDatasetSource([aRecord()], { origin }));
  const card = textOf(files, "README.md");
  expect(card).toContain("only those are in that were picked by a search for “");
  expect(card).toContain(", round 2.");
  expect(card).not.toContain("<b>");
  expect(card).toContain("- Only the work of a1, a3 is in.");
});
