import { Refusal } from "@/lib/domain/refusal";
import type { TableReading } from "@/lib/domain/schemas";
import type { Scheme } from "@/lib/domain/scheme";
import type { FoundTable } from "@/lib/formats/source-file";
import { Lexicon } from "@/lib/search/tokens";
import { annotatorNumber } from "@/lib/store/annotators";
import { lockArticles } from "@/lib/store/article-lock";
import { writeArticles } from "@/lib/store/articles-write";
import { type Connection, type Database, pipelined } from "@/lib/store/database";
import { writeImportedSets } from "@/lib/store/imported-sets";
import {
  advanceImport,
  articlesSeen,
  type Checkpoint,
  finishImport,
  type ImportRow,
  type OutcomeCounts,
  rememberImportTable,
  type SeenArticle,
  writeItems,
} from "@/lib/store/imports";
import { isLiveProject } from "@/lib/store/projects";
import { type Batch, type ImportFormat, type PlacedFile, readBatches } from "./batches";
import { decide, type Existing } from "./decisions";
import { findExisting } from "./existing";
import { contextOf } from "./reading";

/** What a defect is called to people; whoever logs it does so under the import's id. */
export const DEFECT = "Something went wrong on our side. The log has it under this import's id.";

/** Told of a defect before its import is marked as failed. */
export type OnDefect = (error: unknown, importId: string) => void;

/** Marks an import as failed by what was thrown, and tells of it if that is a defect; trouble with the database is none. */
export async function failImport(
  db: Database,
  id: string,
  { error, onDefect }: { error: unknown; onDefect: OnDefect },
): Promise<void> {
  const isGone = error instanceof Refusal && error.code === "deleted";
  if (!isGone) onDefect(error, id);
  await finishImport(db, id, { failure: isGone ? error.message : DEFECT });
}

/** What an import reads: its files from one on, and what came before that. */
export type ImportSource = {
  readonly files: AsyncIterable<PlacedFile>;
  readonly bytesBefore: number;
};

/** What a run did, counted from the beginning of the import; the names only from that of the run. */
export type RunOutcome = {
  readonly counts: OutcomeCounts;
  /** Files that were rejected because their names are those of other texts. */
  readonly namesTaken: readonly string[];
};

export type RunProgress = OutcomeCounts & { readonly bytesDone: number };

/** What is read of an import. */
export type ImportReading = {
  readonly schemeVersion: number;
  /** What is left of it, from where the import stood when the reading began. */
  readonly batches: AsyncIterable<Batch>;
  /** What was said of tables that were met since somebody took these out. */
  readonly tables: FoundTable[];
};

/**
 * Begins to read what is left of an import: nothing is read before the first batch is asked for.
 *
 * @param signal ends it: asking for more throws the signal's reason
 */
export function readImport(
  row: ImportRow,
  source: ImportSource,
  {
    scheme,
    schemeVersion,
    signal,
  }: {
    readonly scheme: Scheme;
    readonly schemeVersion: number;
    readonly signal?: AbortSignal | undefined;
  },
): ImportReading {
  const tables: FoundTable[] = [];
  const batches = readBatches(source.files, {
    format: row.format as ImportFormat, // written by createImport from these names
    from: { file: row.nextFile, item: row.nextItem },
    bytesBefore: source.bytesBefore,
    scheme,
    strict: row.strict,
    ...contextOf(row.reading),
    onTable: (table) => tables.push(table),
    signal,
  });
  return { schemeVersion, batches, tables };
}

export type RunOptions = {
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Writes what is read of an import, the next batch being read while one is written. A batch
 * is written whole, with its outcomes and the place to go on, or not at all: wherever a run ends, the
 * next one goes on there.
 *
 * @param client a connection that nobody else uses meanwhile, and that holds the right to run it
 * @throws whatever the files' streams throw beside refusals, and the signal's reason when it aborts
 */
export async function runImport(
  client: Connection,
  row: ImportRow,
  reading: ImportReading,
  options: RunOptions,
): Promise<RunOutcome> {
  const isBegun = row.nextFile > 0 || row.nextItem > 0;
  const seen = isBegun ? await articlesSeen(client, row.id) : new Map<string, SeenArticle>();
  const { schemeVersion } = reading;
  const writer = new BatchWriter(client, row, seen, { ...options, schemeVersion });
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of reading.batches) {
      await writing;
      options.signal?.throwIfAborted();
      for (const table of reading.tables.splice(0)) writer.notice(table);
      writing = writer.write(batch);
      // Its failure is met at the next await; until then it must not count as unheard.
      writing.catch(() => undefined);
    }
  } finally {
    // A failure of the reading must not overtake what is being written.
    await writing;
  }
  const { counts, namesTaken } = writer;
  return { counts, namesTaken };
}

/**
 * So many words of titles are remembered: where files are titled by their names, each is one that no other has, and those of 100,000
 * articles took 40 MB.
 */
const MOST_TITLE_WORDS = 20_000;

class BatchWriter {
  readonly #client: Connection;
  readonly #row: ImportRow;
  readonly #options: RunOptions & { readonly schemeVersion: number };
  /** Articles that this import has been through, and where. */
  readonly #seen: Map<string, SeenArticle>;
  readonly #annotators = new Map<string, number>();
  readonly #lexicon = new Lexicon(MOST_TITLE_WORDS);
  readonly counts: OutcomeCounts;
  readonly namesTaken: string[] = [];
  /** What was said of tables that were met, by their keys: those that are yet to be remembered, and all. */
  readonly #tables = new Map<string, TableReading>();
  readonly #tablesMet = new Set<string>();

  constructor(
    client: Connection,
    row: ImportRow,
    seen: Map<string, SeenArticle>,
    options: RunOptions & { readonly schemeVersion: number },
  ) {
    this.#client = client;
    this.#row = row;
    this.#options = options;
    this.#seen = seen;
    const { created, updated, unchanged, rejected } = row;
    this.counts = { created, updated, unchanged, rejected };
  }

  /** Takes note of a table that is read as somebody said, to be remembered with the next batch. */
  notice({ key, said, trouble }: FoundTable): void {
    if (said === null || trouble !== null || this.#tablesMet.has(key)) return;
    this.#tablesMet.add(key);
    this.#tables.set(key, said);
  }

  async write(batch: Batch): Promise<void> {
    const client = this.#client;
    // The next batch's commit, or the one that ends the import, brings this one to disk; should the
    // server die before, the run goes on where this batch began.
    try {
      const existing = await pipelined(client, () => this.#lookUp(batch));
      const { counts, seen, namesTaken } = await this.#writeIn(batch, existing);
      await client.query("COMMIT");
      for (const outcome of ["created", "updated", "unchanged", "rejected"] as const) {
        this.counts[outcome] += counts[outcome];
      }
      for (const [id, place] of seen) this.#seen.set(id, place);
      for (const name of namesTaken) this.namesTaken.push(name);
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
      throw error;
    }
    this.#options.onProgress?.({ ...this.counts, bytesDone: batch.bytesDone });
  }

  /** Begins a batch's transaction and finds what there is of it, with the questions sent together. */
  #lookUp({ items }: Batch): Promise<Existing> {
    return findExisting(this.#client, {
      projectId: this.#row.projectId,
      items,
      seen: this.#seen,
      annotators: { find: (name) => this.#number(name) },
      begun: this.#begin(),
    });
  }

  async #begin(): Promise<void> {
    const client = this.#client;
    const { projectId } = this.#row;
    const [, , isLive] = await Promise.all([
      client.query("BEGIN; SET LOCAL synchronous_commit = off"),
      lockArticles(client, projectId),
      isLiveProject(client, projectId),
    ]);
    if (!isLive) {
      throw new Refusal("deleted", "The project was deleted before all of this was in.");
    }
  }

  async #writeIn(
    batch: Batch,
    existing: Existing,
  ): Promise<{
    counts: OutcomeCounts;
    seen: ReadonlyMap<string, SeenArticle>;
    namesTaken: readonly string[];
  }> {
    const client = this.#client;
    const { id, projectId } = this.#row;
    const decision = decide(batch.items, existing, { update: this.#row.update });
    const { created, changed, versions } = decision;
    const waiting = [...decision.indexed].map(([articleId, { article }]) => ({
      articleId,
      title: article.title,
    }));
    const written = { created, changed, versions, waiting, lexicon: this.#lexicon };
    await writeArticles(client, { projectId, importId: id, ...written, now: new Date() });
    await writeImportedSets(
      client,
      { projectId, schemeVersion: this.#options.schemeVersion },
      decision.sets,
    );
    for (const [key, reading] of this.#tables) {
      await rememberImportTable(client, projectId, { key, reading });
    }
    this.#tables.clear();
    const done = sum(this.counts);
    await writeItems(
      client,
      id,
      decision.items.map((item, index) => ({ ...item, item: done + index })),
    );
    const counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
    for (const { outcome } of decision.items) counts[outcome] += 1;
    const warned = decision.items.filter(({ warnings }) => warnings.length > 0).length;
    const progress = { ...batch, counts, warned };
    if (!(await advanceImport(client, id, progress))) {
      throw new Error(`Import ${id} is not at ${placeOf(batch.from)}: somebody else moved it.`);
    }
    return { counts, seen: decision.seen, namesTaken: decision.namesTaken };
  }

  /** Finds or gives out an annotator's number. A batch that is rolled back ends the run with it. */
  async #number(sourceName: string): Promise<number> {
    const { projectId } = this.#row;
    const known = this.#annotators.get(sourceName);
    const number = known ?? (await annotatorNumber(this.#client, { projectId, sourceName }));
    this.#annotators.set(sourceName, number);
    return number;
  }
}

const sum = (counts: OutcomeCounts) =>
  counts.created + counts.updated + counts.unchanged + counts.rejected;

const placeOf = ({ file, item }: Checkpoint) => `file ${file}, item ${item}`;
