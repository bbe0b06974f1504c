import { offsetsJsonSchema } from "@/lib/domain/offsets-record";
import { type ArticleRecord, recordJsonSchema } from "@/lib/domain/record";
import { writeSchemeFile } from "@/lib/domain/scheme-file";
import { articleColumns, parquetOfArticles } from "./article-table";
import { citation } from "./citation";
import { croissant } from "./croissant";
import { dataStatement } from "./data-statement";
import {
  type Described,
  datasetCard,
  type RowsDescribed,
  schemaFileOf,
  type WrittenData,
  type WrittenSplit,
} from "./dataset-card";
import { type Split, Survey, splitOf } from "./dataset-survey";
import { rowLinesOf, writeRecord } from "./jsonl";
import { guidelineMarkdown, mdWords } from "./markdown-words";
import { parquetOf as parquetRowsOf } from "./parquet-rows";
import { shapes } from "./shapes";
import {
  type DatasetAbout,
  type DatasetSource,
  LostInWriting,
  type RecordBytes,
  type StreamedFile,
} from "./writing";

/** About how much of a file of lines is given at a time, in UTF-16 units. */
const CHUNK = 256 * 1024;

/** The file by which a folder is known again as one of these: it names all others. */
export const CHECKSUMS = "checksums.sha256";

/** How records are laid out in the files of data. */
type Layout = {
  readonly rows: RowsDescribed;
  /** The rows of a record, each a line of JSON. */
  readonly lines: (record: ArticleRecord, lost: LostInWriting, about: DatasetAbout) => string;
  /** A file of the same rows in Parquet. */
  readonly parquet: (about: DatasetAbout) => RecordBytes;
};

/** A row is an article version with everything that is marked in it. */
export const articlesInRows: Layout = {
  rows: {
    of: "articles",
    columns: articleColumns,
    key: ["id", "version"],
  },
  lines: writeRecord,
  parquet: parquetOfArticles,
};

/** A row is a sentence, as an annotator has marked it, in tokens with tags. */
export const tokensInRows: Layout = {
  rows: {
    of: "tokens",
    columns: shapes.token.columns,
    key: ["article_id", "version", "annotator", "sentence"],
  },
  lines: rowLinesOf(shapes.token).write,
  parquet: parquetRowsOf(shapes.token).begin,
};

/**
 * A dataset that explains itself: data by part, as JSON lines and as Parquet, and what people and machines need to
 * know about it. The records are read once for each file of data. The same records make the same bytes.
 */
export const datasetFiles = (layout: Layout) => (source: DatasetSource) => filesOf(layout, source);

async function* filesOf(layout: Layout, source: DatasetSource): AsyncGenerator<StreamedFile> {
  const { about, origin } = source;
  const sums: { path: string; sha256: string }[] = [];
  /** Counts and sums up the bytes of a file as they pass. */
  const file = (path: string, bytes: AsyncIterable<Uint8Array>) => {
    const sum = source.newSha256();
    const data = { path, bytes: 0, sha256: "" };
    async function* passing(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        sum.update(chunk);
        data.bytes += chunk.length;
        yield chunk;
      }
      data.sha256 = sum.hex();
      sums.push(data);
    }
    return { data: data as WrittenData, streamed: { path, bytes: passing() } };
  };
  const text = (path: string, content: string) => file(path, oneChunk(content)).streamed;
  const ofSplit = (split: Split) => only(source.records(), split);
  const parquetOf = (split: Split) =>
    file(`data/${split}.parquet`, parquetBytes(layout, source, ofSplit(split)));
  const linesOf = (split: Split, records: AsyncIterable<ArticleRecord>) => {
    const counted = { rows: 0 };
    return {
      counted,
      ...file(`data/${split}.jsonl`, jsonlBytes(layout, source, records, counted)),
    };
  };

  const survey = new Survey();
  const written: WrittenSplit[] = [];
  const splitIn = (
    name: Split,
    jsonl: ReturnType<typeof linesOf>,
    parquet: ReturnType<typeof file>,
  ): WrittenSplit => ({
    name,
    records: survey.recordsBySplit.get(name) ?? 0,
    rows: jsonl.counted.rows,
    jsonl: jsonl.data,
    parquet: parquet.data,
  });
  // The first reading writes what most datasets have, and counts all of it.
  const training = surveyed(source.records(), survey);
  try {
    const first = await training.next();
    if (!first.done || survey.records === 0) {
      const jsonl = linesOf("train", withFirst(first, training));
      yield jsonl.streamed;
      const parquet = parquetOf("train");
      yield parquet.streamed;
      written.push(splitIn("train", jsonl, parquet));
    }
  } finally {
    await training.return(undefined);
  }
  for (const name of survey.splits) {
    if (name === "train") continue;
    const jsonl = linesOf(name, ofSplit(name));
    yield jsonl.streamed;
    const parquet = parquetOf(name);
    yield parquet.streamed;
    written.push(splitIn(name, jsonl, parquet));
  }

  const latest = [...survey.guidelineVersions].reduce((a, b) => Math.max(a, b), 0);
  const guideline = await origin.guideline(latest || null);
  const described: Described = {
    about,
    origin,
    survey,
    guidelineVersion: guideline?.version ?? null,
    splits: written,
    rows: layout.rows,
  };
  if (layout.rows.of === "articles") {
    const schema = about.texts === false ? offsetsJsonSchema() : recordJsonSchema();
    yield text(`schema/${schemaFileOf(about)}`, `${JSON.stringify(schema, null, 2)}\n`);
  }
  yield text("scheme.json", writeSchemeFile({ title: origin.title, scheme: about.scheme }));
  if (guideline) {
    const heading = `# Guidelines of ${mdWords(origin.title)}, version ${guideline.version}`;
    yield text("guidelines.md", `${heading}\n\n${guidelineMarkdown(guideline.content)}`);
  }
  yield text("DATA_STATEMENT.md", dataStatement(described));
  yield text("CITATION.cff", citation(described));
  yield text("croissant.json", croissant(described));
  yield text("README.md", datasetCard(described));
  const lines = sums.map(({ path, sha256 }) => `${sha256}  ${path}\n`).toSorted(byPath);
  yield { path: CHECKSUMS, bytes: oneChunk(lines.join("")) };
}

/** After a sum and two spaces, lines have their path. */
const byPath = (one: string, other: string) => (one.slice(66) < other.slice(66) ? -1 : 1);

/** Gives the records for training, and counts all. */
async function* surveyed(
  records: AsyncIterable<ArticleRecord>,
  survey: Survey,
): AsyncGenerator<ArticleRecord> {
  for await (const record of records) {
    survey.add(record);
    if (splitOf(record) === "train") yield record;
  }
}

async function* withFirst(
  first: IteratorResult<ArticleRecord>,
  rest: AsyncIterable<ArticleRecord>,
): AsyncGenerator<ArticleRecord> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

async function* only(
  records: AsyncIterable<ArticleRecord>,
  split: Split,
): AsyncGenerator<ArticleRecord> {
  for await (const record of records) if (splitOf(record) === split) yield record;
}

async function* jsonlBytes(
  { lines }: Layout,
  { about, lost }: DatasetSource,
  records: AsyncIterable<ArticleRecord>,
  counted: { rows: number },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let pending = "";
  for await (const record of records) {
    const rows = lines(record, lost, about);
    counted.rows += rows.split("\n").length - 1;
    pending += rows;
    if (pending.length < CHUNK) continue;
    yield encoder.encode(pending);
    pending = "";
  }
  if (pending !== "") yield encoder.encode(pending);
}

async function* parquetBytes(
  { parquet }: Layout,
  { about }: DatasetSource,
  records: AsyncIterable<ArticleRecord>,
): AsyncGenerator<Uint8Array> {
  const file = parquet(about);
  const lost = new LostInWriting(); // told of the lines, which are of the same rows
  for await (const record of records) {
    const bytes = file.add(record, lost);
    if (bytes.length > 0) yield bytes;
  }
  yield file.end();
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
