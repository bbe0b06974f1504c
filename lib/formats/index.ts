import { withArticle } from "@/lib/domain/grammar";
import type { Encoding, OffsetUnit } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import { argilla, argillaLoses, writeArgilla } from "./argilla";
import { parquetOfArticles } from "./article-table";
import {
  bratLoses,
  isStandoff,
  readBrat,
  standoffBeside,
  standoffEndings,
  standoffTexts,
  writeBrat,
  writeBratCommon,
} from "./brat";
import { joinBytes } from "./bytes";
import { casJson, writeCasJson } from "./cas-json";
import { casLoses, casLosesToo } from "./cas-writing";
import { claimReviewLoses, writeClaimReviews } from "./claimreview";
import { isConll, readConll, writeConll } from "./conll";
import { articlesInRows, datasetFiles, tokensInRows } from "./dataset-folder";
import { doccano, doccanoLoses, writeDoccano } from "./doccano";
import { asUtf8, bytesAsUtf8, encodingByMark } from "./encodings";
import type { JsonDialect } from "./foreign";
import { isHtml, readHtml } from "./html";
import { recordsReader, rowLinesOf, writeRecord } from "./jsonl";
import { labelStudio, labelStudioLoses, writeLabelStudio } from "./label-studio";
import { readMarkdown } from "./markdown";
import { parquetOf } from "./parquet-rows";
import {
  isPolnearTable,
  polnearBeside,
  polnearLoses,
  polnearLosesToo,
  polnearTable,
  polnearTexts,
  readPolnear,
  writePolnear,
} from "./polnear";
import { printedIndex, writePrinted } from "./printed";
import { prodigy, prodigyLoses, writeProdigy } from "./prodigy";
import { isLabels, labelsBeside, readSemeval, textsOfLabels, writeSemeval } from "./semeval";
import { type ShapeName, shapeNames, shapes } from "./shapes";
import {
  type Companion,
  type ReadContext,
  type ReadItem,
  type Rejection,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { spacy, writeSpacy } from "./spacy";
import { isTable, readTable, tableOf } from "./tables";
import { isTei, readTei } from "./tei";
import { teiLoses, writeTei } from "./tei-writing";
import { readText } from "./text";
import { isDescription, tokenRows, tokenRowsOf } from "./token-rows";
import { unitsInWords } from "./units";
import {
  DATASET_CARD,
  extensionOf,
  isDatasetCard,
  pointerIn,
  unreadByContent,
  unreadByName,
} from "./unread";
import {
  annotationsBeside,
  readWebAnnotations,
  textsOfAnnotations,
  webAnnotationLoses,
  writeWebAnnotations,
} from "./web-annotations";
import { withOrigin } from "./web-origin";
import { isWebanno, readWebanno, webannoLoses, webannoLosesToo, writeWebanno } from "./webanno";
import { allButSpans, lossesInWords, recordParts, type Writer } from "./writing";
import { readWorkbook } from "./xlsx";
import { isXmi, readXmi, writeXmi, writeXmiCommon } from "./xmi";

/** A way of writing articles in files. */
type Format = {
  /** What `--format` and the API call it. */
  readonly name: string;
  readonly title: string;
  /** What it is and who writes it, in one sentence for people. */
  readonly about: string;
  /** What its offsets count; null where it has none, or says nothing of it. */
  readonly unit: OffsetUnit | null;
  /** Lower case, with the dot: files of these names are of this format and no other. */
  readonly extensions: readonly string[];
  /**
   * The files beside a text that would say what is marked in it, by its path: where there is one, the text is of this
   * format.
   */
  readonly companions?: (path: string) => readonly string[];
  /** The other way round: the texts that a file would belong to, by its path. */
  readonly texts?: (path: string) => readonly string[];
  /** Whether a file begins as one of this format does; asked where its name does not tell. */
  readonly recognises?: (beginning: string) => boolean;
  /** What a file of it may be called in a Content-Type; the first is what we call it. */
  readonly mediaTypes: readonly string[];
  /** Whether each line is an article, so that the beginning of a file can be read alone. */
  readonly byLine?: true;
  /** Whether its files are no text, which has no encoding. */
  readonly isBinary?: true;
  /** Missing where it is only written. */
  readonly read?: (file: SourceFile, context: ReadContext) => AsyncIterable<ReadItem | Companion>;
  /** Missing where it is only read. */
  readonly writer?: Writer;
  /** The shape that its writer gives the records; of whole articles if left out. */
  readonly shape?: ShapeName;
  /** How it is written in other shapes. */
  readonly shapes?: Readonly<Partial<Record<ShapeName, Writer>>>;
};

/** Formats of JSON records that are not ours. */
const dialects: readonly JsonDialect[] = [
  labelStudio,
  doccano,
  prodigy,
  spacy,
  argilla,
  tokenRows,
  casJson,
];

const formats = [
  {
    name: "markdown",
    title: "Markdown",
    about: "Articles with front matter, as site generators and news archives keep them.",
    unit: null,
    extensions: [".md", ".markdown"],
    mediaTypes: ["text/markdown", "text/x-markdown"],
    read: readMarkdown,
  },
  {
    name: "text",
    title: "Plain text",
    about: "Articles as they are, paragraphs divided by blank lines.",
    unit: null,
    extensions: [".txt", ".text"],
    mediaTypes: ["text/plain"],
    read: readText,
  },
  {
    name: "html",
    title: "HTML",
    about: "Web pages, of which the article is taken, with what the page says of it.",
    unit: null,
    extensions: [".html", ".htm", ".xhtml"],
    recognises: isHtml,
    mediaTypes: ["text/html", "application/xhtml+xml"],
    read: readHtml,
  },
  {
    name: "jsonl",
    title: "JSON, one article a line",
    about: "A record a line: ours with all that is marked; those of other programs are read, too.",
    unit: "code_point",
    extensions: [".jsonl", ".ndjson"],
    mediaTypes: ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"],
    byLine: true,
    read: recordsReader({ dialects, oneIsTheFile: false }),
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeRecord,
      loses: [],
      mayOmitTexts: true,
    },
    shapes: {
      span: rowLinesOf(shapes.span),
      sentence: rowLinesOf(shapes.sentence),
      token: rowLinesOf(shapes.token),
      pair: rowLinesOf(shapes.pair),
    },
  },
  {
    name: "parquet",
    title: "Parquet",
    about:
      "A table with an article a row and all that is marked in it, for pandas, Polars and DuckDB.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    writer: {
      kind: "bytes",
      extension: ".parquet",
      mediaType: "application/vnd.apache.parquet",
      begin: parquetOfArticles,
      loses: [],
      mayOmitTexts: true,
    },
    shapes: {
      span: parquetOf(shapes.span),
      sentence: parquetOf(shapes.sentence),
      token: parquetOf(shapes.token),
      pair: parquetOf(shapes.pair),
    },
  },
  {
    name: "dataset",
    title: "Dataset to publish",
    about:
      "A folder with JSON lines and Parquet, a card for Hugging Face, Croissant metadata, a citation file, a data statement, the scheme and the guidelines.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    writer: {
      kind: "dataset",
      files: datasetFiles(articlesInRows),
      loses: [],
      mayOmitTexts: true,
    },
    shapes: {
      token: {
        kind: "dataset",
        files: datasetFiles(tokensInRows),
        loses: shapes.token.loses,
        losesToo: shapes.token.losesToo ?? [],
        hasTags: true,
        mayOmitTexts: true,
      },
    },
  },
  {
    name: "json",
    title: "JSON, one article or a list of them",
    about:
      "Records of ours, and records of other programs, laid out in any way; rows as the viewer of Hugging Face answers them.",
    unit: "code_point",
    extensions: [".json"],
    mediaTypes: ["application/json"],
    read: recordsReader({ dialects, oneIsTheFile: true }),
  },
  {
    name: "label-studio",
    title: "Label Studio",
    about:
      "Tasks with annotations and predictions, of texts, HTML and dialogues, as Label Studio exports and imports them in JSON.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    read: recordsReader({
      dialects: [labelStudio],
      only: "a Label Studio task",
      oneIsTheFile: true,
    }),
    writer: {
      kind: "file",
      extension: ".json",
      mediaType: "application/json",
      before: () => "[\n",
      between: ",\n",
      after: "\n]\n",
      write: writeLabelStudio,
      loses: labelStudioLoses,
    },
  },
  {
    name: "argilla",
    title: "Argilla",
    about: "Records of Argilla, with the answers of people and the suggestions of models.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    byLine: true,
    read: recordsReader({ dialects: [argilla], only: "a record of Argilla", oneIsTheFile: false }),
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeArgilla,
      loses: argillaLoses,
    },
  },
  {
    name: "token-rows",
    title: "Token rows of Hugging Face",
    about:
      "Rows of a text, its tokens and a list of tags for each label, to train with; read are numbers for tags, too, whose names stand in dataset_info.json beside the file.",
    unit: null,
    extensions: [],
    mediaTypes: [],
    byLine: true,
    read: recordsReader({
      dialects: [tokenRows],
      only: "a row of tokens with tags",
      oneIsTheFile: false,
    }),
    writer: tokenRowsOf("sentence"),
    shape: "token",
    shapes: { article: tokenRowsOf("article") },
  },
  {
    name: "cas-json",
    title: "UIMA CAS JSON",
    about: "A CAS in JSON, version 0.4, as INCEpTION and cassis write it.",
    unit: "utf16",
    extensions: [],
    mediaTypes: [],
    read: recordsReader({ dialects: [casJson], only: "a CAS in JSON", oneIsTheFile: true }),
    writer: { kind: "folder", write: writeCasJson, loses: casLoses, losesToo: casLosesToo },
  },
  {
    name: "web-annotation",
    title: "W3C Web Annotation",
    about: "A text, and beside it the annotations of it as JSON-LD; exports of Hypothesis, too.",
    unit: "code_point",
    extensions: [".jsonld"],
    companions: annotationsBeside,
    texts: textsOfAnnotations,
    mediaTypes: ["application/ld+json"],
    read: readWebAnnotations,
    writer: { kind: "folder", write: writeWebAnnotations, loses: webAnnotationLoses },
  },
  {
    name: "polnear",
    title: "PolNeAR and PARC",
    about:
      "The corpora of attributions in news: source and cue become an attribution, content a claim, and the other way round. Its folder is known by its parts.",
    unit: "code_point",
    extensions: [],
    companions: polnearBeside,
    texts: polnearTexts,
    recognises: isPolnearTable,
    mediaTypes: [],
    read: readPolnear,
    writer: {
      kind: "folder",
      write: writePolnear,
      index: polnearTable,
      loses: polnearLoses,
      losesToo: polnearLosesToo,
    },
  },
  {
    name: "csv",
    title: "CSV or TSV",
    about:
      "Tables for spreadsheets and statistics; read are those with an article a row, and what Label Studio exports as tables.",
    unit: "code_point",
    extensions: [".csv", ".tsv", ".tab"],
    recognises: isTable,
    mediaTypes: ["text/csv", "text/tab-separated-values"],
    byLine: true,
    read: readTable,
    writer: tableOf(shapes.span),
    shape: "span",
    shapes: {
      article: tableOf(shapes.article),
      sentence: tableOf(shapes.sentence),
      token: tableOf(shapes.token),
      pair: tableOf(shapes.pair),
    },
  },
  {
    name: "xlsx",
    title: "Excel",
    about: "A workbook with an article a row, in the first sheet that has rows.",
    unit: null,
    extensions: [".xlsx", ".xlsm"],
    mediaTypes: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    isBinary: true,
    read: readWorkbook,
  },
  {
    name: "doccano",
    title: "doccano",
    about:
      "A marked text a line, with entities and relations, as doccano exports and imports them.",
    unit: null,
    extensions: [],
    mediaTypes: [],
    byLine: true,
    read: recordsReader({
      dialects: [doccano],
      only: "a text marked in doccano",
      oneIsTheFile: false,
    }),
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeDoccano,
      loses: doccanoLoses,
    },
  },
  {
    name: "prodigy",
    title: "Prodigy",
    about: "An answered task a line, with spans and relations, as Prodigy keeps them.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    byLine: true,
    read: recordsReader({ dialects: [prodigy], only: "a task of Prodigy", oneIsTheFile: false }),
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeProdigy,
      loses: prodigyLoses,
    },
  },
  {
    name: "spacy",
    title: "spaCy",
    about: "Documents of spaCy in JSON, and the texts with offsets that it is trained with.",
    unit: "code_point",
    extensions: [],
    mediaTypes: [],
    byLine: true,
    read: recordsReader({
      dialects: [spacy],
      only: "a document or example of spaCy",
      oneIsTheFile: false,
    }),
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeSpacy,
      loses: recordParts,
    },
  },
  {
    name: "brat",
    title: "brat standoff",
    about:
      "A text, and beside it a file that says what is marked in it, as brat and BioNLP have them.",
    unit: "code_point",
    extensions: standoffEndings,
    companions: standoffBeside,
    texts: standoffTexts,
    recognises: isStandoff,
    mediaTypes: [],
    read: readBrat,
    writer: {
      kind: "folder",
      common: writeBratCommon,
      write: writeBrat,
      loses: bratLoses,
      losesToo: [
        "names of annotators, but as folders where there are several",
        "line ends and tabs within values",
      ],
    },
  },
  {
    name: "semeval",
    title: "SemEval propaganda techniques",
    about:
      "Articles as texts, and tables of number, technique, begin and end, as SemEval 2020 task 11 and 2023 task 3 have them.",
    unit: "code_point",
    extensions: [".labels"],
    companions: labelsBeside,
    texts: textsOfLabels,
    recognises: isLabels,
    mediaTypes: [],
    read: readSemeval,
    writer: {
      kind: "folder",
      write: writeSemeval,
      loses: allButSpans,
      losesToo: ["names of annotators, but as folders where there are several"],
    },
  },
  {
    name: "conll",
    title: "CoNLL",
    about:
      "A token a line with tags behind it, of IOB1, IOB2, BIOES and their like, as it is trained with.",
    unit: null,
    extensions: [".conll", ".conll03", ".conllu", ".iob", ".iob2", ".bio", ".bioes"],
    recognises: isConll,
    mediaTypes: [],
    read: readConll,
    writer: {
      kind: "file",
      extension: ".conll",
      mediaType: "text/plain",
      write: writeConll,
      loses: allButSpans,
      losesToo: [
        "the text as it is written: it is put together of tokens",
        "names of annotators, each of whom has a document",
      ],
      hasTags: true,
    },
  },
  {
    name: "xmi",
    title: "UIMA XMI",
    about:
      "An article of UIMA with a file that describes its types, as INCEpTION, DKPro and cTAKES have it.",
    unit: "utf16",
    extensions: [".xmi"],
    recognises: isXmi,
    mediaTypes: ["application/vnd.xmi+xml"],
    read: readXmi,
    writer: {
      kind: "folder",
      common: writeXmiCommon,
      write: writeXmi,
      loses: casLoses,
      losesToo: casLosesToo,
    },
  },
  {
    name: "tei",
    title: "TEI",
    about:
      "Documents of the Text Encoding Initiative (P5), with what is marked in the text and apart from it.",
    unit: "code_point",
    extensions: [".tei", ".xml"],
    recognises: isTei,
    mediaTypes: ["application/tei+xml"],
    read: readTei,
    writer: { kind: "folder", write: writeTei, loses: teiLoses },
  },
  {
    name: "webanno",
    title: "WebAnno TSV 3.3",
    about:
      "Tokens with their places, annotations, relations and chains, as WebAnno and INCEpTION export them.",
    unit: "utf16",
    extensions: [],
    recognises: isWebanno,
    mediaTypes: [],
    read: readWebanno,
    writer: {
      kind: "folder",
      write: writeWebanno,
      loses: webannoLoses,
      losesToo: webannoLosesToo,
    },
  },
  {
    name: "claimreview",
    title: "ClaimReview",
    about:
      "Stubs of schema.org's ClaimReview for fact-checkers, one for each span with the label claim: what is claimed, where, by whom, and who denies it, without a rating.",
    unit: null,
    extensions: [],
    mediaTypes: [],
    writer: {
      kind: "file",
      extension: ".jsonl",
      mediaType: "application/x-ndjson",
      write: writeClaimReviews,
      loses: claimReviewLoses,
      losesToo: [
        "texts, but the words of claims and denials",
        "metadata without a place in it",
        "attributes of spans, but sources",
        "relations, but who denies a claim and who said it",
      ],
    },
  },
  {
    name: "print",
    title: "Pages for print",
    about:
      "A page of HTML for each article with its labels drawn on the text, readable in black and white, and a list of them.",
    unit: null,
    extensions: [],
    mediaTypes: [],
    writer: {
      kind: "folder",
      write: writePrinted,
      index: printedIndex,
      loses: [],
      losesToo: ["offsets and ids", "when annotators worked, by which scheme and guidelines"],
    },
  },
] as const satisfies readonly Format[];

/** The formats in which articles come in. */
export const readFormats = formats.filter((format) => "read" in format);

/** The formats in which datasets go out, each in its shapes, the usual one first. */
export const writtenFormats = (formats as readonly Format[]).flatMap((format) => {
  const { writer, shape: usual = "article", shapes: others = {} } = format;
  if (!writer) return [];
  const more = shapeNames.flatMap((shape) => {
    const own = others[shape];
    return own ? [{ shape, writer: own }] : [];
  });
  return [{ ...format, writer, shapes: [{ shape: usual, writer }, ...more] }];
});

/**
 * How a format is written in a shape.
 *
 * @param shape the usual one if left out
 * @throws Refusal "invalid" for a format or a shape that there is not, with those that there are
 */
export function writingOf(
  name: string,
  shape?: string,
): { readonly format: WrittenFormat; readonly shape: ShapeName; readonly writer: Writer } {
  const format = writtenFormats.find((one) => one.name === name);
  if (!format) {
    const names = writtenFormats.map((one) => one.name).join(", ");
    throw new Refusal("invalid", `There is no format "${name}"; there are: ${names}.`, {
      field: "format",
    });
  }
  const found = format.shapes.find((one) => one.shape === (shape ?? format.shapes[0]?.shape));
  if (found) return { format, ...found };
  const isShape = shapeNames.some((one) => one === shape);
  const able = writtenFormats.filter(({ shapes: all }) => all.some((one) => one.shape === shape));
  const message = isShape
    ? `${format.title} cannot be written by ${shape}; ${able.map((one) => one.name).join(", ")} can.`
    : `There is no shape "${shape}"; there are: ${shapeNames.join(", ")}.`;
  throw new Refusal("invalid", message, { field: "shape" });
}

export type WrittenFormat = (typeof writtenFormats)[number];

/** Where each token has a tag a label, in words: "conll, jsonl by token". */
export const taggedInWords = writtenFormats
  .flatMap(({ name, shapes: all }) => {
    const able = all.filter(({ writer }) => writer.hasTags).map(({ shape }) => shape);
    if (able.length === 0) return [];
    return [able.length === all.length ? name : `${name} by ${able.join(" or ")}`];
  })
  .join(", ");

/** A format as people are told of it, by pages, commands, the API and its documentation alike. */
export type DescribedFormat = Pick<Format, "name" | "title" | "about" | "extensions"> & {
  /** What offsets count in it, in words; null where it has none, or does not say. */
  readonly offsets: string | null;
  readonly isRead: boolean;
  /** What of an article and its annotations it has no place for; null for one that is not written. */
  readonly losses: readonly string[] | null;
};

/** Every format, in the order of the table. */
export const describedFormats: readonly DescribedFormat[] = (formats as readonly Format[]).map(
  ({ name, title, about, extensions, unit, read, writer }) => ({
    name,
    title,
    about,
    extensions,
    offsets: unit && unitsInWords[unit],
    isRead: read !== undefined,
    losses: writer ? lossesInWords(writer) : null,
  }),
);

export type FormatName = (typeof readFormats)[number]["name"];

/** What an import may be told to expect: a format, or to find out for each file. */
export const formatNames = ["auto", ...readFormats.map(({ name }) => name)] as const;

/** The format that a Content-Type stands for, or null. */
export function formatOfMediaType(type: string): FormatName | null {
  return (
    readFormats.find(({ mediaTypes }) => (mediaTypes as readonly string[]).includes(type))?.name ??
    null
  );
}

/** How much of a file is looked at to guess its format, in bytes. */
const HEAD = 4096;

/** A file's name says that it is one of these. */
export function formatByName(path: string): FormatName | null {
  const extension = extensionOf(path);
  const named = readFormats.find(({ extensions }) =>
    (extensions as readonly string[]).includes(extension),
  );
  return named?.name ?? null;
}

/**
 * The format of a file by its name, else by how it begins. A name of another ending is taken at its word:
 * what follows is no article, however much it looks like text.
 *
 * @param head its first bytes
 * @throws Refusal "unsupported", with the format's name, if it is none that is read
 */
export function detect(path: string, head: Uint8Array): FormatName {
  const named = formatByName(path);
  const beginning = new TextDecoder("utf-8").decode(head.subarray(0, HEAD)).trimStart();
  // Records under the name of a text: as an article they would be raw JSON.
  if (named === "text" && RECORD.test(beginning)) return "json";
  if (named === "markdown" && RECORDS.test(beginning)) return "json";
  if (isDatasetCard(path, beginning)) throw unsupported(DATASET_CARD, AS_MARKDOWN);
  // Tables of many kinds are called alike, and texts, and XML.
  const isXml = extensionOf(path) === ".xml";
  if (named !== null && named !== "text" && named !== "csv" && !isXml) return named;
  const recognised = (formats as readonly Format[]).find((one) => one.recognises?.(beginning));
  if (recognised) return recognised.name as FormatName; // a name of this table
  if (named === "csv") return named;
  if (isXml) throw unsupported("XML");
  const unread = unreadByName(path);
  if (unread) throw unsupported(unread.title, unread.hint);
  const extension = extensionOf(path);
  if (named === null && extension !== "") throw unsupported(withArticle(`${extension} file`));
  const given = unreadByContent(head.subarray(0, HEAD));
  if (given !== null) throw unsupported(given.title, given.isText ? AS_TEXT : "");
  if (named !== null) return named;
  if (/^(?:\{|\[\s*[{[])/.test(beginning)) return "json";
  return /^(?:# |---\n|\+\+\+\n)/.test(beginning) ? "markdown" : "text";
}

/** The format of a file by what its site calls it, by what lies beside it, else by itself. */
async function detectWithOthers(file: SourceFile, head: Uint8Array): Promise<FormatName> {
  const called = file.origin && formatOfMediaType(file.origin.mediaType);
  if (called) return called;
  const isText = formatByName(file.path) === "text";
  for (const { name, companions, texts } of file.beside ? (formats as readonly Format[]) : []) {
    const others = [...((isText && companions?.(file.path)) || []), ...(texts?.(file.path) ?? [])];
    for (const path of others) {
      if (await file.beside?.(path)) return name as FormatName; // a name of this table
    }
  }
  return detect(file.path, head);
}

/** Whether a file lies beside a text of which it would say what is marked. */
async function isBesideItsText({ path, beside }: SourceFile): Promise<boolean> {
  for (const { texts } of formats as readonly Format[]) {
    for (const text of texts?.(path) ?? []) if (await beside?.(text)) return true;
  }
  return false;
}

/** An object with a key, by itself or in a list: no sentence begins so. */
const RECORD = /^(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:/;

/** Two of them, or a list of them: one by itself may be front matter. */
const RECORDS = /^(?:\[\s*\{\s*"(?:[^"\\]|\\.)*"\s*:|\{\s*"[^\n]*\}\s*\n\s*\{\s*")/;

const AS_TEXT =
  "If it is an article as it stands, import it as plain text, or as HTML if that is what it is.";

const AS_MARKDOWN = "If it is an article as it stands, import it as Markdown.";

function unsupported(what: string, hint = ""): Refusal {
  const message = `This is ${what}, which is not read. Articles are read from Markdown, plain text, web pages, tables, JSON and files of annotation programs. ${hint}`;
  return new Refusal("unsupported", message.trim());
}

/**
 * Reads the articles of one file, one after another. Whatever is wrong with the file or a part of it
 * comes as a rejection among them; what is thrown is a defect, or trouble with the stream itself.
 */
export async function* readArticles(
  file: SourceFile,
  { format, ...context }: ReadContext & { readonly format: (typeof formatNames)[number] },
): AsyncGenerator<ReadItem> {
  // A file that fails as a whole is one item: if one is done, so is the file.
  const skip = context.skip ?? 0;
  const raw = peekable(file.stream);
  try {
    const begins = await raw.peek();
    if (begins.length === 0) {
      // Where nothing is marked, some programs write so.
      if (await isBesideItsText(file)) return;
      throw new Refusal("unprocessable", "The file is empty.");
    }
    const pointer = pointerIn(begins);
    if (pointer !== null) throw new Refusal("unprocessable", pointer);
    const encoding = isText(file.path, format) ? encodingOf(begins, context) : null;
    const { peek, whole } = encoding === null ? raw : peekable(asUtf8(raw.whole(), encoding));
    const head = await peek();
    const given =
      encoding === null ? file : { ...file, isRecoded: true, beside: besideIn(file, encoding) };
    const name = format === "auto" ? await detectWithOthers(given, head) : format;
    const found: Format | undefined = readFormats.find((candidate) => candidate.name === name);
    if (!found?.read) throw new Refusal("unsupported", `There is no format "${name}".`);
    const wholeFile = name === "markdown" || name === "text" || name === "html";
    if (wholeFile && skip > 0) return;
    let empty = true;
    for await (const item of found.read({ ...given, stream: whole() }, context)) {
      empty = false;
      if (item.kind !== "companion") yield withOrigin(item, file.origin, context);
    }
    if (empty) throw new Refusal("unprocessable", "There is no article in it.");
  } catch (error) {
    const rejection = rejectionOf(error, file.path);
    if (skip === 0) yield rejection;
  } finally {
    // However it ended, the file behind the stream is let go.
    await raw.iterator.return?.();
  }
}

/**
 * Why nothing came of a file that says something of others, where nothing came of those either: by itself such a file is
 * no item, and an import of nothing else would say nothing.
 */
export function rejectionAlone(path: string): Rejection {
  const reason = isDescription(path)
    ? "This describes a dataset, and holds no rows of it: give the files of its rows with it."
    : "This says something of other files, and nothing that is read is among those: give them with it.";
  return { kind: "rejected", path, line: null, column: null, reason };
}

/** Whether a file has an encoding, by the format that it has or is said to have; not of one that is not read. */
export function isText(path: string, format: (typeof formatNames)[number]): boolean {
  if (format === "auto" && unreadByName(path) !== null) return false;
  const name = format === "auto" ? formatByName(path) : format;
  return (formats as readonly Format[]).find((one) => one.name === name)?.isBinary !== true;
}

/** What a file has to be decoded from: as it says itself, else as is said of it; null for UTF-8. */
function encodingOf(head: Uint8Array, { encoding }: ReadContext): Encoding | null {
  const found = encodingByMark(head) ?? encoding ?? "utf-8";
  return found === "utf-8" ? null : found;
}

/** What lies beside a file is encoded as that is. */
function besideIn({ beside }: SourceFile, encoding: Encoding): SourceFile["beside"] {
  return beside
    ? async (path) => {
        const bytes = await beside(path);
        return bytes && bytesAsUtf8(bytes, encoding);
      }
    : undefined;
}

/** Looks at a stream's beginning without losing it. Whoever asks for it ends the iterator. */
function peekable(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  async function peek(): Promise<Uint8Array> {
    while (size < HEAD) {
      const next = await iterator.next();
      if (next.done) break;
      first.push(next.value);
      size += next.value.byteLength;
    }
    return joinBytes(first);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { iterator, peek, whole };
}
