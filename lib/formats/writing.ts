import type { AgreementReport } from "@/lib/domain/agreement/report-schemas";
import type { Guideline } from "@/lib/domain/guideline";
import type { Provenance } from "@/lib/domain/provenance";
import type { Publishing } from "@/lib/domain/publishing-schemas";
import type { ArticleRecord, Layer } from "@/lib/domain/record";
import type { Scheme } from "@/lib/domain/scheme";
import { type TagOverlap, tagOverlapsInWords } from "@/lib/domain/tag-overlap";

/** What of the records that were written has no place in the format. */
export class LostInWriting {
  readonly #counts = new Map<string, number>();

  /** @param what in a few words, in the plural, the same for all of a kind: "relations between annotators" */
  add(what: string, count = 1): void {
    if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  /** In the order in which each was first met. */
  get list(): readonly { readonly what: string; readonly count: number }[] {
    return [...this.#counts].map(([what, count]) => ({ what, count }));
  }
}

/** Parts of a record that a format may have no place for. */
export const recordParts = [
  "metadata",
  "title",
  "blocks",
  "annotators",
  "notes",
  "article_attributes",
  "span_attributes",
  "relation_attributes",
  "relations",
  "gaps",
] as const;
export type RecordPart = (typeof recordParts)[number];

/** What is lost where nothing is kept but labelled pieces of text, and whose they are. */
export const allButSpans = recordParts.filter((part) => part !== "annotators");

const METADATA = ["source_id", "publisher", "author", "url", "published_at", "language"] as const;

/** Notes that parts of a record are lost, as far as it has them. */
export function losePartsOf(
  record: ArticleRecord,
  parts: readonly RecordPart[],
  lost: LostInWriting,
): void {
  for (const part of parts) lost.add(lossOf[part].what, lossOf[part].count(record));
}

/**
 * What has no place in a format, for people who choose one.
 *
 * @param overlap what becomes of spans that overlap, where it has tags; the usual if left out
 */
export function lossesInWords(
  { loses, losesToo = [], hasTags = false }: Losing,
  overlap: TagOverlap = "longest",
): string[] {
  const { loss } = tagOverlapsInWords[overlap];
  return [
    ...loses.map((part) => lossOf[part].what),
    ...losesToo,
    ...(hasTags && loss !== null ? [loss] : []),
  ];
}

type Loss = { readonly what: string; readonly count: (record: ArticleRecord) => number };

const lossOf: Record<RecordPart, Loss> = {
  metadata: {
    what: "fields of metadata",
    count: (record) =>
      METADATA.filter((field) => record[field] !== null).length + Object.keys(record.meta).length,
  },
  title: {
    what: "titles that stand beside the text",
    count: ({ blocks }) => (blocks.some(({ kind }) => kind === "title") ? 0 : 1),
  },
  blocks: {
    what: "headings, items of lists and quotes",
    count: ({ blocks }) =>
      blocks.filter(({ kind }) => kind !== "title" && kind !== "paragraph").length,
  },
  annotators: { what: "names of annotators", count: ({ sets }) => sets.length },
  notes: {
    what: "notes on articles",
    count: ({ sets }) => sets.filter(({ note }) => note !== "").length,
  },
  article_attributes: { what: "attributes of articles", count: ({ sets }) => attributesOf(sets) },
  span_attributes: { what: "attributes of spans", count: ({ spans }) => attributesOf(spans) },
  relation_attributes: {
    what: "attributes of relations",
    count: ({ relations }) => attributesOf(relations),
  },
  relations: { what: "relations", count: ({ relations }) => relations.length },
  gaps: {
    what: "gaps within spans",
    count: ({ spans }) => spans.reduce((count, { fragments }) => count + fragments.length - 1, 0),
  },
};

function attributesOf(all: readonly { readonly attributes: Readonly<Record<string, unknown>> }[]) {
  return all.reduce((count, { attributes }) => count + Object.keys(attributes).length, 0);
}

/**
 * Writes a record in a format whose files know of one annotator: where there are several, each has a folder.
 *
 * @param write is given the record with the marks of one, and the folder, with `/` behind it; "" for none
 */
export function byAnnotator(
  record: ArticleRecord,
  lost: LostInWriting,
  write: (record: ArticleRecord, folder: string) => readonly WrittenFile[],
): readonly WrittenFile[] {
  const annotators = [...new Set(record.sets.map(({ annotator }) => annotator))];
  if (annotators.length < 2) {
    losePartsOf(record, ["annotators"], lost);
    return write(record, "");
  }
  return annotators.flatMap((annotator) => {
    const isTheirs = (one: { readonly annotator: string }) => one.annotator === annotator;
    const spans = record.spans.filter(isTheirs);
    const relations = record.relations.filter(isTheirs);
    const sets = record.sets.filter(isTheirs);
    return write({ ...record, sets, spans, relations }, `${annotator}/`);
  });
}

/** What a dataset is made of besides its records. */
export type DatasetAbout = {
  /** Names of labels, relation types and attributes in their order, for formats that declare them. */
  readonly scheme: Scheme;
  /** Whether texts are in, and what repeats them; they are if left out. Of writers that can do without. */
  readonly texts?: boolean;
  /** What goes along with a span: the sentences that it touches, or so many characters on either side. */
  readonly context?: "sentence" | number;
  /** What becomes of spans of a label that overlap, where tokens have tags; the longest is kept if left out. */
  readonly overlap?: TagOverlap;
};

/** A file of a folder. */
export type WrittenFile = {
  /** With `/` between folders; no part of it is `..`, empty, or comes from an article unchanged. */
  readonly path: string;
  readonly text: string;
};

/** What of a record has no place in a format. */
export type Losing = {
  readonly loses: readonly RecordPart[];
  /** What else, each in a few words. */
  readonly losesToo?: readonly string[];
  /** Whether it can be written without texts. */
  readonly mayOmitTexts?: boolean;
  /** Whether each token has one tag of a label in it, so that it is asked what becomes of spans that overlap. */
  readonly hasTags?: boolean;
  /** What a row is, in one sentence for people, where it is another than of its shape. */
  readonly rowIs?: string;
};

/** Writes records into one file, one after another. */
type FileWriter = Losing & {
  readonly kind: "file";
  /** Of the file, with the dot. */
  readonly extension: string;
  readonly mediaType: string;
  readonly before?: (about: DatasetAbout) => string;
  readonly between?: string;
  readonly after?: string;
  readonly write: (record: ArticleRecord, lost: LostInWriting, about: DatasetAbout) => string;
};

/** Writes records into one file that is no text, many at a time. */
type BytesWriter = Losing & {
  readonly kind: "bytes";
  /** Of the file, with the dot. */
  readonly extension: string;
  readonly mediaType: string;
  readonly begin: (about: DatasetAbout) => RecordBytes;
};

/** A file in the making. The same records in the same order make the same bytes. */
export type RecordBytes = {
  /** @returns what is ready of the file; often nothing */
  readonly add: (record: ArticleRecord, lost: LostInWriting) => Uint8Array;
  /** @returns the rest of it */
  readonly end: () => Uint8Array;
};

/** Writes each record into files of its own, which go out together in a ZIP archive. */
type FolderWriter = Losing & {
  readonly kind: "folder";
  /** Files that there is one of, before all others. */
  readonly common?: (about: DatasetAbout) => readonly WrittenFile[];
  /** A file that lists all records, behind all others. */
  readonly index?: {
    readonly path: string;
    readonly before: string;
    readonly entry: (record: ArticleRecord) => string;
    readonly after: string;
  };
  readonly write: (
    record: ArticleRecord,
    lost: LostInWriting,
    about: DatasetAbout,
  ) => readonly WrittenFile[];
};

/** Writes files that are each made of all records, and of what the files before them came to. They are a folder. */
type DatasetWriter = Losing & {
  readonly kind: "dataset";
  readonly files: (source: DatasetSource) => AsyncGenerator<StreamedFile>;
};

/** A file whose bytes are taken to the end before the next one is asked for. */
export type StreamedFile = {
  /** As of {@link WrittenFile}. */
  readonly path: string;
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
};

/** What a dataset is made of that describes itself. */
export type DatasetSource = {
  readonly about: DatasetAbout;
  /** Told once what of the records has no place in it. */
  readonly lost: LostInWriting;
  readonly origin: DatasetOrigin;
  /** All records from the first on, the same ones each time. */
  readonly records: () => AsyncIterable<ArticleRecord>;
  readonly newSha256: () => Sha256;
};

/** SHA-256 of bytes that come in pieces. */
export type Sha256 = {
  readonly update: (bytes: Uint8Array) => void;
  /** In lower case hexadecimal; nothing is added after it. */
  readonly hex: () => string;
};

/** Where a dataset is from. */
export type DatasetOrigin = Provenance & {
  readonly layer: Layer;
  /** Whether work that is not submitted is in. */
  readonly includesOpen: boolean;
  /** By what its articles were picked out of the project, each in a few words; all are in where there is nothing. */
  readonly picked: readonly string[];
  /** The only annotators whose work is in, by pseudonym; null for everybody. */
  readonly annotators: readonly string[] | null;
  /** What the project says for its datasets. */
  readonly publishing: Publishing;
  /** What the newest report on agreement says; null where none was made, or where it had nothing to compare. */
  readonly agreement: {
    readonly report: AgreementReport;
    /** Of which moment the work is that it compares. */
    readonly asOf: string;
    /** Whether it would say the same of the work as it is now. */
    readonly isCurrent: boolean;
  } | null;
  /** Of the scheme that holds, which is in {@link DatasetAbout}. */
  readonly schemeVersion: number;
  /** A version of the guidelines, or with null the one that holds; null if there is none. */
  readonly guideline: (
    version: number | null,
  ) => Promise<{ readonly version: number; readonly content: Guideline } | null>;
};

/**
 * How a format is written. A writer keeps nothing from one record to the next, the same record, the same bytes; what
 * has to be kept is in the {@link RecordBytes} of one file.
 */
export type Writer = FileWriter | BytesWriter | FolderWriter | DatasetWriter;

/** What the files of a record are called, without an ending: its id, and its version where it is not the first. */
export function stemOf({ id, version }: Pick<ArticleRecord, "id" | "version">): string {
  return version === 1 ? id : `${id}-${version}`;
}

/** What one annotator made of an article. */
export type WrittenSet = {
  readonly annotator: string;
  /** Of the article as a whole. */
  readonly note: string;
  readonly attributes: ArticleRecord["sets"][number]["attributes"];
  readonly kind: ArticleRecord["sets"][number]["kind"];
  readonly updatedAt: string;
  readonly spans: ArticleRecord["spans"];
  readonly relations: ArticleRecord["relations"];
};

/** The work in a record by who did it. Of several sets of one annotator the first with a note is told of. */
export function setsIn(record: ArticleRecord, lost: LostInWriting): WrittenSet[] {
  const names = [...new Set(record.sets.map(({ annotator }) => annotator))];
  return names.flatMap((annotator) => {
    const own = record.sets.filter((set) => set.annotator === annotator);
    const about = own.find(({ note }) => note !== "") ?? own[0];
    if (!about) return [];
    lost.add("further sets of an annotator", own.length - 1);
    return {
      annotator,
      note: about.note,
      attributes: about.attributes,
      kind: about.kind,
      updatedAt: about.updated_at,
      spans: record.spans.filter((span) => span.annotator === annotator),
      relations: record.relations.filter((relation) => relation.annotator === annotator),
    };
  });
}

/**
 * What is known of an article, by the names that are read again, and what else its `meta` holds.
 *
 * @param taken names that mean something else in the format
 */
export function metadataOf(
  record: ArticleRecord,
  lost: LostInWriting,
  taken: readonly string[] = [],
): Record<string, unknown> {
  const { id, source_id, title, publisher, author, url, published_at, language } = record;
  const known = { id, source_id, title, publisher, author, url, published_at, language };
  const fields = Object.entries(known).filter(([, value]) => value !== null);
  const names = new Set([...Object.keys(known), ...taken]);
  const meta = Object.entries(record.meta).filter(([name]) => !names.has(name));
  lost.add("metadata under a name that is taken", Object.keys(record.meta).length - meta.length);
  return Object.fromEntries([...fields, ...meta]);
}
