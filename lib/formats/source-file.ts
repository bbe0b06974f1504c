import type { IncomingArticle } from "@/lib/domain/article";
import type {
  ColumnMeaning,
  Encoding,
  OffsetUnit,
  TableDelimiter,
  TableQuote,
  UnknownName,
  WarningCode,
} from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { ImportWarning, NameMapping, TableReading, TableReadings } from "@/lib/domain/schemas";
import type { Scheme } from "@/lib/domain/scheme";
import type { LooseBlock } from "./blocks";
import type { Warnings } from "./warnings";

/** A file as it comes in. The path is a name, never a place to write to. */
export type SourceFile = {
  readonly path: string;
  /**
   * Which folder the path counts from, in a form that tells it from all others; null or missing where
   * nobody knows.
   */
  readonly folder?: string | null | undefined;
  readonly stream: AsyncIterable<Uint8Array>;
  /** Why nothing of it can be read, where that is known before: its stream throws the same. */
  readonly refusal?: Refusal | undefined;
  /**
   * The bytes of another file of the same import, by its path there; null if there is none. Missing where a file
   * comes alone.
   *
   * @throws Refusal "too_large"
   */
  readonly beside?: ((path: string) => Promise<Uint8Array | null>) | undefined;
  /** Whether it was made UTF-8 of what somebody said that it is: what it says of itself is no more so. */
  readonly isRecoded?: boolean | undefined;
  /** Where it was fetched; missing where it is a file that somebody has. */
  readonly origin?: WebOrigin | undefined;
};

/** Where in the web a file is from. */
export type WebOrigin = {
  /** Its address after redirects. */
  readonly address: string;
  /** What the site says that it is, in lower case and without parameters. */
  readonly mediaType: string;
  /** The encoding that the site says that it has; null if it says none. */
  readonly charset: string | null;
  /** What whoever asked for it says of the article, under the names of metadata. */
  readonly given: Readonly<Record<string, unknown>>;
};

/** A web page as it is read: its markup, and where it was found if that is known. */
export type WebPage = { readonly html: string; readonly address: string | null };

/** What is read of a web page. It can be sent from one thread to another. */
export type ReadPage = {
  readonly title: string | null;
  /** Without the title. */
  readonly blocks: readonly LooseBlock[];
  /** What the page says of the article, under the names of metadata. */
  readonly given: readonly (readonly [string, unknown])[];
  readonly notes: readonly {
    readonly code: WarningCode;
    readonly message: string;
    /** Whether something of the article is lost; else it is only told. */
    readonly isLoss: boolean;
  }[];
};

/** What a format needs to know beside the file. */
export type ReadContext = {
  /** Labels and attributes that spans may have. */
  readonly scheme: Scheme;
  /** The hash of a text's UTF-8 bytes, in hex; formats load nothing of Node's themselves. */
  readonly sha256: (text: string) => string;
  /**
   * Finds the article in a web page, within limits of time and memory.
   *
   * @throws Refusal "unprocessable"
   */
  readonly readPage: (page: WebPage) => Promise<ReadPage>;
  /** Whether an article that would be read with a loss is rejected instead. */
  readonly strict?: boolean | undefined;
  /** What names in the file stand for here; names of the scheme need not be among them. */
  readonly mapping?: NameMapping | undefined;
  /** What its offsets count, where the person says so; otherwise the format knows, or finds out. */
  readonly offsets?: OffsetUnit | undefined;
  /**
   * What a file is encoded in that does not say it itself; UTF-8 if left out. Formats of text are given UTF-8 all the
   * same.
   */
  readonly encoding?: Encoding | undefined;
  /** How tables are read: by the keys of their columns, or "*" for all others. */
  readonly tables?: TableReadings | undefined;
  /** Is told of each table as soon as its columns are known. */
  readonly onTable?: ((table: FoundTable) => void) | undefined;
  /** Items at the beginning that are done already, and are passed over unread where that is possible. */
  readonly skip?: number;
};

/** A table, and how it is read. */
export type FoundTable = {
  readonly path: string;
  /** Stands for the names that its columns seem to have: what is said of a table is kept by it. */
  readonly key: string;
  /** What was said of it; null if nothing was. */
  readonly said: TableReading | null;
  /** Why it is not read so, as a sentence; null if it is. */
  readonly trouble: string | null;
  /** Null where cells are not divided by a character. */
  readonly delimiter: TableDelimiter | null;
  readonly quote: TableQuote | null;
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** Of a workbook: all that it has; and the one that is read. */
  readonly sheets: readonly string[];
  readonly sheet: string | null;
  readonly columns: readonly {
    readonly name: string;
    /** What it is taken for; null if it is left out. */
    readonly meaning: ColumnMeaning | null;
    /** The first of its values, cut short. They come in while rows are read. */
    readonly samples: string[];
  }[];
};

/** An article and where it stood. */
export type ReadArticle = {
  readonly kind: "article";
  readonly path: string;
  /** 1-based; null where the file is not read line by line. */
  readonly line: number | null;
  /** Whether the file is this article and nothing else, so that its path may stand for it. */
  readonly wholeFile: boolean;
  /** The `id` of a JSON record: an article of ours, or whatever its maker meant by it. */
  readonly recordId: string | null;
  /** Whether it says to be a record of ours: then its annotators are called as we call them. */
  readonly ours: boolean;
  /** Which version of the article a record of ours holds; null where that is not said. */
  readonly version: number | null;
  readonly article: IncomingArticle;
  /** What of the file is not in the article. */
  readonly warnings: readonly ImportWarning[];
  /** What it has names for that neither the scheme nor the mapping knows. */
  readonly unknown: readonly UnknownName[];
};

/** An article that a file is, and nothing else: one that has neither an id nor annotations in a form of ours. */
export function plainArticle(
  { path }: SourceFile,
  article: IncomingArticle,
  warnings: Warnings,
): ReadArticle {
  return {
    kind: "article",
    path,
    line: null,
    wholeFile: true,
    recordId: null,
    ours: false,
    version: null,
    article,
    warnings: warnings.list(),
    unknown: [],
  };
}

/** A file that says something of another, which is read with it: it is no item. */
export type Companion = { readonly kind: "companion"; readonly of: string };

/** Something that is no article, and why. Lines and columns are 1-based; null where there is none. */
export type Rejection = {
  readonly kind: "rejected";
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly reason: string;
};

export type ReadItem = ReadArticle | Rejection;

/** What a format makes of an article, before it has its place. */
export type ReadRecord = Omit<ReadArticle, "path" | "line" | "wholeFile">;

/** In UTF-16 units. */
const LONGEST_REASON = 1000;

/** Turns what a refusal says about its place into a rejection; a defect is thrown on. */
export function rejectionOf(error: unknown, path: string, line: number | null = null): Rejection {
  if (!(error instanceof Refusal)) throw error;
  const { line: at, column } = error.details;
  return {
    kind: "rejected",
    path,
    line: line ?? (typeof at === "number" ? at : null),
    column: typeof column === "number" ? column : null,
    reason: storableReason(error.message),
  };
}

/** A reason may repeat what is wrong with a file, and has to be stored itself. */
export function storableReason(reason: string): string {
  const cut = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
  return cut.replaceAll("\0", "\ufffd").toWellFormed();
}
