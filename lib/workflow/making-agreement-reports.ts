import { setImmediate } from "node:timers/promises";
import { AskedAgreement } from "@/lib/api/agreement";
import {
  AgreementAccumulator,
  type ReviewedArticle,
  type SubmittedWork,
} from "@/lib/domain/agreement/report";
import { symmetricTypes } from "@/lib/domain/scheme";
import { wordsIn } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText } from "@/lib/domain/text";
import {
  beginMaking,
  failReport,
  forgetMaking,
  keepReport,
  type Making,
  noteMaking,
  noteProgress,
  type ReportRow,
  reportToMake,
} from "@/lib/store/agreement-reports";
import { annotatorNumber } from "@/lib/store/annotators";
import { type Database, type Sql, sqlTransaction } from "@/lib/store/database";
import { keepSegmentation } from "@/lib/store/segmentations";
import {
  readWork,
  type SubmittedSet,
  schemesOfWork,
  stateOfWork,
  textToSegment,
  unnumberedReviewers,
  versionsWithWork,
  type WorkedVersion,
  type WorkSelection,
} from "@/lib/store/submitted-work";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { carriedTo, type Steps, stepsTo } from "./changing-schemes";
import { schemeVersionOf } from "./schemes";

/** A report that was begun so often, each time ending its process, is given up. */
const MOST_ATTEMPTS = 3;

const DEFECT = "Something went wrong on our side. The log has it under this report's id.";

/** Milliseconds between two notes of how far a report is. */
const NOTE_EVERY = 300;

/** Milliseconds after which others get their turn. */
const SLICE = 10;

export type Progress = { readonly articles: number; readonly done: number };

export type MakingOptions = {
  readonly signal: AbortSignal;
  /** Told of a defect before its report is marked as failed. */
  readonly onDefect: (error: unknown, reportId: string) => void;
  readonly onProgress?: (progress: Progress) => void;
};

/**
 * Makes a report that waits. Does nothing if there is none such, or if somebody else makes it. Stopped by the signal
 * or by trouble with the database, it waits for the next one who looks, who begins again: what it tells of is one state
 * of the database. By a defect, it is marked as failed.
 *
 * @returns whether it was made here, or failed
 * @throws trouble with the database
 */
export async function makeReport(
  db: Database,
  id: string,
  { signal, onDefect, onProgress = () => undefined }: MakingOptions,
): Promise<boolean> {
  const making = await beginMaking(db, id);
  if (!making) return false;
  try {
    const row = await reportToMake(db.pool, id);
    if (!row || (row.state !== "queued" && row.state !== "running")) return false;
    if (row.attempts >= MOST_ATTEMPTS) {
      onDefect(new Error(`The report ended its process ${MOST_ATTEMPTS} times.`), id);
      await failReport(db.pool, id, DEFECT);
      return true;
    }
    await noteMaking(db.pool, id);
    try {
      const progress = new Noted(db, id, onProgress);
      await keepReport(db.pool, id, await madeReport(db, making, row, { signal, progress }));
      return true;
    } catch (error) {
      if (signal.aborted || isDatabaseTrouble(error)) {
        await forgetMaking(db.pool, id).catch(() => undefined); // then it counts as one that failed
        if (signal.aborted) return false;
        throw error;
      }
      onDefect(error, id);
      await failReport(db.pool, id, DEFECT);
      return true;
    }
  } finally {
    await making.end();
  }
}

/** Tells how far a report is: whoever makes it at once, and those who wait for it now and then. */
class Noted {
  readonly #db: Database;
  readonly #id: string;
  readonly #onProgress: (progress: Progress) => void;
  #last = Number.NEGATIVE_INFINITY;

  constructor(db: Database, id: string, onProgress: (progress: Progress) => void) {
    this.#db = db;
    this.#id = id;
    this.#onProgress = onProgress;
  }

  async tell(progress: Progress): Promise<void> {
    const now = performance.now();
    if (now - this.#last < NOTE_EVERY) return;
    this.#last = now;
    this.#onProgress(progress);
    await noteProgress(this.#db.pool, this.#id, progress);
  }
}

/** Which work a report is of. */
export function workOf({
  projectId,
  roundId,
  asked,
}: Pick<ReportRow, "projectId" | "roundId" | "asked">): WorkSelection {
  return { projectId, roundId, language: askedOf({ asked }).language };
}

/** What was asked for in a report. */
export function askedOf({ asked }: Pick<ReportRow, "asked">): AskedAgreement {
  return AskedAgreement.parse(JSON.parse(asked));
}

async function madeReport(
  db: Database,
  making: Making,
  row: ReportRow,
  { signal, progress }: { signal: AbortSignal; progress: Noted },
): Promise<{ report: string; madeOf: string; asOf: Date }> {
  const asked = askedOf(row);
  const selection = workOf(row);
  await numberReviewers(db, selection);
  const read = await making.inOneState(async (sql, asOf) => {
    const { digest } = await stateOfWork(sql, selection, null);
    const accumulator = await accumulated(db, sql, { asked, selection, signal, progress });
    return { madeOf: digest, asOf, accumulator };
  });
  signal.throwIfAborted();
  const turns = new Turns();
  for (const worked of read.accumulator.workingOutGamma()) {
    await progress.tell(worked);
    await turns.next();
    signal.throwIfAborted();
  }
  // What is left takes nothing from the database, which would otherwise keep that state for as long.
  return {
    report: JSON.stringify(read.accumulator.report()),
    madeOf: read.madeOf,
    asOf: read.asOf,
  };
}

/** Gives those a number who have work to do and have not begun any: the report calls everybody by theirs. */
async function numberReviewers(db: Database, selection: WorkSelection): Promise<void> {
  const users = await unnumberedReviewers(db.pool, selection);
  if (users.length === 0) return;
  await sqlTransaction(db, async (sql) => {
    for (const userId of users) {
      await annotatorNumber(sql, { projectId: selection.projectId, userId });
    }
  });
}

async function accumulated(
  db: Database,
  sql: Sql,
  {
    asked,
    selection,
    signal,
    progress,
  }: {
    asked: AskedAgreement;
    selection: WorkSelection;
    signal: AbortSignal;
    progress: Noted;
  },
): Promise<AgreementAccumulator> {
  const versions = await versionsWithWork(sql, selection);
  const comparable = await Comparable.of(sql, selection);
  const { unit, seed, resamples, gamma, label } = asked;
  const accumulator = new AgreementAccumulator({
    unit,
    seed,
    resamples,
    gamma,
    symmetric: comparable.symmetric,
  });
  const articles = versions.length;
  const turns = new Turns();
  let done = 0;
  await progress.tell({ articles, done });
  for await (const version of readWork(sql, selection, versions)) {
    signal.throwIfAborted();
    const words = unit === "token" ? await wordsOf(db, sql, version) : new Int32Array();
    const submitted: SubmittedWork[] = [];
    for (const set of version.sets) submitted.push(await comparable.work(set, label));
    accumulator.add(asReviewed(version, { words, submitted }));
    done += 1;
    // Where γ is asked for, reading is the least of it.
    if (!gamma) await progress.tell({ articles, done });
    await turns.next();
  }
  return accumulator;
}

/** Gives datasets and imports of the same process their turn. */
class Turns {
  #began = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#began < SLICE) return;
    await setImmediate();
    this.#began = performance.now();
  }
}

export function asReviewed(
  { articleId, version, rounds, length, missing }: WorkedVersion,
  { words, submitted }: Pick<ReviewedArticle, "words" | "submitted">,
): ReviewedArticle {
  return {
    article: articleId,
    version,
    rounds,
    length,
    words,
    submitted,
    notSubmitted: missing.map((number) => `a${number}`),
  };
}

/** The words of a version, found now if nobody has opened it yet, and kept then. */
async function wordsOf(
  db: Database,
  sql: Sql,
  { versionId, segmentation, length }: WorkedVersion,
): Promise<Int32Array> {
  if (segmentation) return wordsIn(segmentation, length);
  const { text, blocks, language } = await textToSegment(sql, versionId);
  const found = segment(new ArticleText(text), blocks, language);
  await keepSegmentation(db.pool, versionId, found);
  return wordsIn(found, length);
}

/** Has sets be compared in one scheme: where several versions of it are in use, in the one that holds. */
export class Comparable {
  readonly #steps: Steps | null;
  /** Whether all of them are in one as they are stored. */
  readonly isInOneScheme: boolean;
  /** Types of relations without a direction. */
  readonly symmetric: ReadonlySet<string>;

  private constructor(steps: Steps | null, symmetric: ReadonlySet<string>) {
    this.#steps = steps;
    this.isInOneScheme = steps === null;
    this.symmetric = symmetric;
  }

  static async of(sql: Sql, selection: WorkSelection): Promise<Comparable> {
    const { projectId } = selection;
    const used = await schemesOfWork(sql, selection);
    const [version] = used;
    if (version === undefined) return new Comparable(null, new Set());
    const steps = used.length > 1 ? await stepsTo(sql, projectId) : null;
    const scheme = steps?.target.scheme ?? (await schemeVersionOf(sql, { projectId, version }));
    return new Comparable(steps, symmetricTypes(scheme));
  }

  /** @param label only the spans of this label, and the relations among them; all if null */
  async work(set: SubmittedSet, label: string | null = null): Promise<SubmittedWork> {
    const reviewer = `a${set.annotator}`;
    const { attributes, spans, relations } = await this.#inScheme(set);
    if (label === null) return { reviewer, attributes, spans, relations };
    const kept = spans.filter((span) => span.label === label);
    const ids = new Set(kept.map(({ id }) => id));
    return {
      reviewer,
      attributes: {},
      spans: kept,
      relations: relations.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    };
  }

  #inScheme(set: SubmittedSet): Promise<Pick<SubmittedSet, "attributes" | "spans" | "relations">> {
    const steps = this.#steps;
    if (!steps || set.schemeVersion === steps.target.version) return Promise.resolve(set);
    // What a span quotes is no part of any scheme.
    const spans = set.spans.map((span) => ({ ...span, quote: "" }));
    const relations = [...set.relations];
    return carriedTo(steps, {
      ...set,
      kind: "reviewer",
      note: "",
      spans,
      relations,
      decisions: [],
    });
  }
}
