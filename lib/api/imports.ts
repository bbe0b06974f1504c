import { z } from "zod";
import {
  columnMeanings,
  encodings,
  importOutcomes,
  importStates,
  nameKinds,
  offsetUnits,
  tableDelimiters,
  tableQuotes,
} from "@/lib/domain/imports";
import {
  ImportWarning,
  NameMapping,
  type Shape,
  SpanShape,
  TableReadings,
} from "@/lib/domain/schemas";
import { Block, metadata } from "./articles";
import {
  Count,
  type Endpoints,
  Flag,
  NextCursor,
  PageQuery,
  pageSize,
  Time,
  type Upload,
} from "./endpoint";

/** What an upload is. Which formats there are is checked where they are known. */
const UploadQuery = z.strictObject({
  /** A format's name, or "auto" to find out for each file. */
  format: z.string().max(20).default("auto"),
  /**
   * What the file in a raw body is called: the same name later is the same article. Without one,
   * only the same text is.
   */
  filename: z.string().max(4000).optional(),
  /** Whether an article that would be read with a loss is rejected instead of let in with a warning. */
  strict: Flag,
  /**
   * Whether a file whose bare name is that of another text here is a new version of it. Otherwise it is
   * rejected, for it may as well be another article.
   */
  update: Flag,
  /** What offsets count where the files do not say: else it is found out. */
  offsets: z.enum(offsetUnits).optional(),
  /** What files are encoded in that do not say it themselves; UTF-8 if left out. */
  encoding: z.enum(encodings).optional(),
  /**
   * How tables are read, as JSON: `{"*": {"columns": {"body": "text", "notes": null}, "delimiter": ";", "quote": "'", "header": false,
   * "sheet": "Articles"}}`, each of them if it is to be said. In the place of "*", the `key` of one table of a preview. It is remembered
   * for tables of the same columns.
   */
  tables: z
    .string()
    .max(200_000)
    .refine((text) => tablesIn(text) !== null, {
      error: 'must be JSON like {"*": {"columns": {"body": "text"}}}',
    })
    .optional(),
  /**
   * What names of the files stand for here, as JSON: `{"label": {"ORG": "claim", "PER": null, "LOC": "+"}}`. With null, what has
   * the name is left out; with "+", it is added to the scheme. It is remembered for the imports to come.
   */
  names: z
    .string()
    .max(200_000)
    .refine((text) => namesIn(text) !== null, {
      error: 'must be JSON like {"label": {"ORG": "claim"}, "relation": {}, "attribute": {}}',
    })
    .optional(),
});

/** What a query says that names stand for; null if it is of no such form. */
export function namesIn(text: string): NameMapping | null {
  try {
    return NameMapping.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What a query says of tables; null if it is of no such form. */
export function tablesIn(text: string): TableReadings | null {
  try {
    return TableReadings.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
export type UploadQuery = Shape<typeof UploadQuery>;

/** Where in a file something is; 1-based, null where the whole file is meant. */
const place = {
  path: z.string(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
};

const Rejection = z.strictObject({ ...place, reason: z.string() });

/** One run of bringing articles in. */
export const Import = z.strictObject({
  id: z.uuid(),
  state: z.enum(importStates),
  format: z.string(),
  files: Count,
  /** How many of its pages are yet to be fetched: the others are read once all of them are there. */
  waiting_pages: Count,
  bytes: Count,
  /** From 0 to 1, while pages are fetched of those; null while an upload arrives. */
  progress: z.number().min(0).max(1).nullable(),
  created: Count,
  updated: Count,
  unchanged: Count,
  rejected_count: Count,
  /** How many of those that are in have warnings. */
  warned_count: Count,
  /** Why the whole import failed; null if it did not. */
  failure: z.string().nullable(),
  /** Whether it failed and can be taken up again: its files are kept for 30 days. */
  resumable: z.boolean(),
  /** The name of whoever began it; null for the command line. */
  created_by: z.string().nullable(),
  created_at: Time,
  finished_at: Time.nullable(),
  /** When what it brought was taken out again; null if it was not. */
  undone_at: Time.nullable(),
});
export type Import = Shape<typeof Import>;

export const ImportDetail = z.strictObject({
  ...Import.shape,
  /** The first thousand; the items have them all. */
  rejected: z.array(Rejection),
});
export type ImportDetail = Shape<typeof ImportDetail>;

export const ImportPage = z.strictObject({ imports: z.array(Import), next_cursor: NextCursor });
export type ImportPage = Shape<typeof ImportPage>;

/** What became of one article of an import. */
export const ImportItem = z.strictObject({
  /** Counts from 0 through all files. */
  item: Count,
  ...place,
  outcome: z.enum(importOutcomes),
  /** Why it was rejected; null for the other outcomes. */
  reason: z.string().nullable(),
  /** What was lost in reading it. */
  warnings: z.array(ImportWarning),
  article_id: z.uuid().nullable(),
  title: z.string().nullable(),
});
export type ImportItem = Shape<typeof ImportItem>;

export const ImportItemPage = z.strictObject({
  items: z.array(ImportItem),
  next_cursor: NextCursor,
});
export type ImportItemPage = Shape<typeof ImportItemPage>;

/** An article as an import would read it, and what would become of it. */
const PreviewedArticle = z.strictObject({
  kind: z.literal("article"),
  path: z.string(),
  line: z.number().int().nullable(),
  /** What an import of the same files would make of it now. */
  outcome: z.enum(importOutcomes),
  /** Why it would be rejected, though it can be read; null for the other outcomes. */
  reason: z.string().nullable(),
  /** The article that it is; null if it would be a new one. */
  article_id: z.uuid().nullable(),
  ...metadata,
  /** At most the first 20,000 characters. */
  text: z.string(),
  /** Of the whole text, in code points. */
  text_length: Count,
  /** Whether the text shown is only its beginning. */
  cut: z.boolean(),
  blocks: z.array(Block),
  warnings: z.array(ImportWarning),
  spans: z.array(z.strictObject({ ...SpanShape.shape, annotator: z.string().nullable() })),
});
export type PreviewedArticle = Shape<typeof PreviewedArticle>;

export const ImportPreview = z.strictObject({
  items: z.array(
    z.discriminatedUnion("kind", [
      PreviewedArticle,
      z.strictObject({ ...Rejection.shape, kind: z.literal("rejected") }),
    ]),
  ),
  /** Whether there is more than is shown. */
  more: z.boolean(),
  /** Those of the files of which some is shown and there is more. */
  more_in: z.array(z.string()),
  /** What names of the files would stand for: as was said, now or of an earlier import. */
  names: NameMapping,
  /** What the articles that are shown have names for that stand for nothing; what has them is left out. */
  unknown: z.array(z.strictObject({ kind: z.enum(nameKinds), name: z.string(), count: Count })),
  /** How tables would be read; of those with the same columns, one. */
  tables: z.array(
    z.strictObject({
      path: z.string(),
      /** What it is called by in `tables` of an upload. */
      key: z.string(),
      /** Why it would not be read; null if it would. */
      trouble: z.string().nullable(),
      delimiter: z.enum(tableDelimiters).nullable(),
      quote: z.enum(tableQuotes).nullable(),
      /** Whether its first row names the columns. */
      header: z.boolean(),
      sheets: z.array(z.string()),
      sheet: z.string().nullable(),
      columns: z.array(
        z.strictObject({
          name: z.string(),
          /** What it is taken for; null if it is left out. */
          meaning: z.enum(columnMeanings).nullable(),
          samples: z.array(z.string()),
        }),
      ),
      /** How many columns there are beyond those that are shown. */
      more_columns: Count,
    }),
  ),
  /** Files that are no UTF-8, and what they would say in the encodings that they may be in. */
  encodings: z.array(
    z.strictObject({
      path: z.string(),
      /** Where it is first no UTF-8: 1-based, and 0-based in bytes. */
      line: Count,
      byte: Count,
      choices: z.array(z.strictObject({ encoding: z.enum(encodings), sample: z.string() })),
    }),
  ),
});
export type ImportPreview = Shape<typeof ImportPreview>;

/** The most pages that one import fetches. */
export const MOST_PAGES = 10_000;

/** Pages to fetch: addresses, or a list in which more is said of them. */
const AskedPages = z
  .strictObject({
    urls: z.array(z.string().min(1).max(2000)).min(1).max(MOST_PAGES).optional(),
    /**
     * One address a line, or a table whose first row names its columns, one of them `url`. What other columns say of an
     * article (`title`, `publish_date`, `media_name`, `language` …) counts more than what its page says.
     */
    list: z.string().min(1).max(4_000_000).optional(),
    /** As of an upload. */
    strict: z.boolean().default(false),
    update: z.boolean().default(false),
  })
  .refine(({ urls, list }) => (urls === undefined) !== (list === undefined), {
    error: "has either urls or a list",
  });
export type AskedPages = Shape<typeof AskedPages>;

/** The longest that an answer waits, in seconds: proxies before it usually give a request a minute. */
const MOST_WAIT = 50;

const wait = z.coerce.number<number | string>().int().min(0).max(MOST_WAIT).default(0);

/**
 * For so many seconds the answer waits for the import to end, so that nobody needs to ask again and again. It comes when that is
 * over at the latest, with how far the import is then.
 */
const Patience = z.strictObject({ wait });

const upload: Upload = {
  contentTypes: ["multipart/form-data", "*/*"],
  description:
    "A form with any number of files, or one file as it is, under the media type of its format if it has one",
};

export const importEndpoints = {
  "POST /projects/{project}/imports": {
    summary:
      "Import articles from files: at once with the outcome (201), or a large upload as a job (202)",
    access: "import",
    scope: "import",
    query: UploadQuery.extend(Patience.shape),
    upload,
    answer: ImportDetail,
    status: [201, 202],
  },
  "POST /projects/{project}/page-imports": {
    summary:
      "Import articles from web pages, which are fetched one after another; only where a site admin has allowed that",
    access: "import",
    scope: "import",
    body: AskedPages,
    bodyLimit: 5 * 1024 * 1024,
    answer: ImportDetail,
    status: 202,
  },
  "GET /projects/{project}/imports": {
    summary: "The imports of a project, newest first",
    access: "import",
    scope: "import",
    query: PageQuery,
    answer: ImportPage,
    status: 200,
  },
  "GET /projects/{project}/imports/{id}": {
    summary: "An import: how far it is, and what was rejected",
    access: "import",
    scope: "import",
    query: Patience,
    answer: ImportDetail,
    status: 200,
  },
  "POST /projects/{project}/imports/{id}/resume": {
    summary: "Take an import up again that failed, from where it stood",
    access: "import",
    scope: "import",
    answer: ImportDetail,
    status: 202,
  },
  "GET /projects/{project}/imports/{id}/items": {
    summary: "The outcome of each article of an import",
    access: "import",
    scope: "import",
    query: z.strictObject({
      cursor: z
        .string()
        .regex(/^(?:[0-2]\.)?\d{1,10}$/)
        .optional(),
      limit: pageSize(1000).default(200),
      /** Those with one outcome, or those that are in with a warning. */
      outcome: z.enum([...importOutcomes, "warned"]).optional(),
      /** In the order of the files, or what was rejected first, then what has warnings. */
      sort: z.enum(["file", "trouble"]).default("file"),
    }),
    answer: ImportItemPage,
    status: 200,
  },
  "POST /projects/{project}/import-previews": {
    summary:
      "What an import of these files would read, and what would become of it; nothing is stored",
    access: "import",
    scope: "import",
    query: UploadQuery,
    upload,
    answer: ImportPreview,
    status: 200,
  },
} as const satisfies Endpoints;
