import { setTimeout as pause } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import type { Actor } from "@/lib/access/actor";
import { AskedAgreement, type KeptAgreement } from "@/lib/api/agreement";
import type { Project } from "@/lib/api/projects";
import { f1 } from "@/lib/domain/agreement/matching";
import { mostDisputed as disputedMost } from "@/lib/domain/agreement/report";
import { AgreementReport } from "@/lib/domain/agreement/report-schemas";
import { byWeek } from "@/lib/domain/agreement/scoring";
import { keptUnder } from "@/lib/domain/span";
import {
  askForReport,
  findReport,
  newestReport,
  type ReportRow,
  reportText,
} from "@/lib/store/agreement-reports";
import { reviewerNames } from "@/lib/store/annotators";
import { type Database, database, type Sql } from "@/lib/store/database";
import { type DriftRow, hiddenGoldScores } from "@/lib/store/gold-scores";
import {
  languagesOfWork,
  stateOfWork,
  titlesOf,
  type WorkSelection,
} from "@/lib/store/submitted-work";
import { visibleRoundId } from "./assigning";
import { wakeJobs } from "./jobs";
import { makeReport, type Progress } from "./making-agreement-reports";
import { isBlindTo } from "./masking";
import { projectFor } from "./projects";

/** As many of the articles with the most disputes are named. */
const MOST_NAMED = 10;

/** A report as it is asked for, with what it leaves to be the usual. */
export type Asking = { readonly [Part in keyof AskedAgreement]?: AskedAgreement[Part] | undefined };

/** What is asked for, in which project: `asked` is the same text for the same. */
type Question = {
  readonly project: Project;
  /** Whether whoever asks is not to know who the reviewers are. */
  readonly isBlind: boolean;
  readonly of: AskedAgreement;
  readonly asked: string;
  readonly selection: WorkSelection;
};

/**
 * The kept report on how far the reviewers of a project agree, and how far the one is that is being made.
 *
 * @param asking `brief` for how far it is alone, without the report that there is
 * @throws Refusal "not_found", also for a round that there is not, "forbidden"
 */
export async function agreementOf(
  actor: Actor,
  projectRef: string,
  { brief = false, ...asking }: Asking & { readonly brief?: boolean } = {},
): Promise<KeptAgreement> {
  const question = await questionOf(actor, projectRef, asking);
  const { pool } = database();
  const row = await findReport(pool, keyOf(question));
  return brief ? briefly(question, row) : answered(pool, question, row);
}

/**
 * The report on all work of a project that was made last, without what only its page has: for datasets, which need it
 * ready made. Null where there is none, or where it had nothing to compare.
 */
export async function newestAgreement(
  sql: Sql,
  projectId: string,
): Promise<{ report: AgreementReport; asOf: string; isCurrent: boolean } | null> {
  const newest = await newestReport(sql, projectId);
  if (!newest) return null;
  const { data: report } = AgreementReport.safeParse(newest.report);
  if (!report || report.articles === 0) return null;
  const selection = { projectId, roundId: null, language: null };
  const now = await stateOfWork(sql, selection, newest.asOf);
  return {
    report,
    asOf: newest.asOf.toISOString(),
    isCurrent: now.digest === newest.madeOf,
  };
}

/**
 * Has that report be made, or made anew, unless what is kept is of the same data.
 *
 * @throws Refusal "not_found", also for a round that there is not, "forbidden"
 */
export async function askForAgreement(
  actor: Actor,
  projectRef: string,
  asking: Asking = {},
): Promise<KeptAgreement> {
  const question = await questionOf(actor, projectRef, asking);
  const id = await askedFor(question);
  if (id !== null) await wakeJobs({ kind: "report", id });
  return answered(database().pool, question, await findReport(database().pool, keyOf(question)));
}

/**
 * The same, made by this process unless another one makes it: then its outcome is waited for.
 *
 * @param onProgress told now and then how far it is
 * @throws Refusal as above; the signal's reason; a defect that the report cannot be made for
 */
export async function agreementMadeHere(
  actor: Actor,
  projectRef: string,
  {
    asking,
    signal,
    onProgress,
  }: { asking: Asking; signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<KeptAgreement> {
  const question = await questionOf(actor, projectRef, asking);
  const db = database();
  const id = await askedFor(question);
  if (id !== null) await brought(db, { id, question, signal, onProgress });
  return answered(db.pool, question, await findReport(db.pool, keyOf(question)));
}

/** Milliseconds between two looks at a report that another process makes. */
const LOOK_EVERY = 500;

/** Makes a report, or waits for whoever does, and goes on where they leave it. */
async function brought(
  db: Database,
  {
    id,
    question,
    signal,
    onProgress,
  }: {
    id: string;
    question: Question;
    signal: AbortSignal;
    onProgress: (progress: Progress) => void;
  },
): Promise<void> {
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => defects.push(error);
  while (!(await makeReport(db, id, { signal, onDefect, onProgress }))) {
    signal.throwIfAborted();
    const row = await findReport(db.pool, keyOf(question));
    if (row?.state !== "queued" && row?.state !== "running") return;
    if (row.articles !== null) onProgress({ articles: row.articles, done: row.articlesDone });
    await pause(LOOK_EVERY, undefined, { signal });
  }
  if (defects.length > 0) throw defects[0];
}

/** The languages of what reviewers submitted in a project: what a report can be of one of. */
export async function languagesToCompare(actor: Actor, projectRef: string): Promise<string[]> {
  const { id } = await projectFor(actor, projectRef, "see_all_sets");
  return languagesOfWork(database().pool, id);
}

async function questionOf(actor: Actor, projectRef: string, asking: Asking): Promise<Question> {
  const project = await projectFor(actor, projectRef, "see_all_sets");
  const of = AskedAgreement.parse(asking);
  const roundId = await visibleRoundId(actor, project, of.round);
  // The schema has its members in one order, whatever they were written in.
  const asked = JSON.stringify(of);
  const { language } = of;
  return {
    project,
    isBlind: await isBlindTo(database().pool, project),
    of,
    asked,
    selection: { projectId: project.id, roundId, language },
  };
}

const keyOf = ({ project, asked }: Question) => ({ projectId: project.id, asked });

/** @returns the id of the report that is to be made; null if the kept one is of the same data */
async function askedFor(question: Question): Promise<string | null> {
  const { pool } = database();
  const { selection, asked } = question;
  const kept = await findReport(pool, keyOf(question));
  if (kept?.state === "done") {
    const { made } = await answered(pool, question, kept);
    if (made?.current) return null;
  }
  return askForReport(pool, { id: uuidv7(), asked, ...selection });
}

/** How far a report is, and nothing of what it says. */
function briefly({ of }: Question, row: ReportRow | null): KeptAgreement {
  const isUnderWay = row?.state === "queued" || row?.state === "running";
  return {
    asked: of,
    state: row?.state ?? "none",
    progress: isUnderWay ? { done: row.articlesDone, articles: row.articles } : null,
    failure: row?.failure ?? null,
    made: null,
    report: null,
    reviewers: [],
    most_disputed: [],
    without_gamma: [],
    drift: [],
  };
}

async function answered(
  sql: Sql,
  question: Question,
  row: ReportRow | null,
): Promise<KeptAgreement> {
  const { project, isBlind, of, selection } = question;
  const [made, text, scores, names] = await Promise.all([
    row && madeOf(sql, selection, row),
    row ? reportText(sql, row.id) : null,
    hiddenGoldScores(sql, selection),
    isBlind ? new Map<number, string>() : reviewerNames(sql, project.id),
  ]);
  // One that another version of Gainsay has kept may lack something.
  const report = text === null ? null : (AgreementReport.safeParse(JSON.parse(text)).data ?? null);
  const keys = new Set([
    ...(report?.reviewers.map(({ key }) => key) ?? []),
    ...scores.map(({ annotator }) => `a${annotator}`),
  ]);
  const state = briefly(question, row);
  return {
    ...state,
    state: state.state === "done" && !report ? "none" : state.state,
    made: report && made,
    report,
    reviewers: [...keys].sort(byNumber).map((key) => ({
      key,
      name: names.get(numberOf(key)) ?? null,
    })),
    most_disputed: report ? await mostDisputed(sql, project.id, report) : [],
    without_gamma: report ? await withoutGamma(sql, project.id, report) : [],
    drift: driftOf(scores, of.label),
  };
}

const numberOf = (key: string) => Number(key.slice(1));
const byNumber = (one: string, other: string) => numberOf(one) - numberOf(other);

async function madeOf(
  sql: Sql,
  selection: WorkSelection,
  { asOf, madeAt, madeOf: digest }: ReportRow,
): Promise<KeptAgreement["made"]> {
  if (asOf === null || madeAt === null) return null;
  const now = await stateOfWork(sql, selection, asOf);
  return {
    at: madeAt.toISOString(),
    as_of: asOf.toISOString(),
    submitted_since: now.submittedSince,
    current: now.digest === digest,
  };
}

async function mostDisputed(
  sql: Sql,
  projectId: string,
  { by_article }: AgreementReport,
): Promise<KeptAgreement["most_disputed"]> {
  const disputed = disputedMost(by_article, MOST_NAMED);
  const articleIds = disputed.map(({ article }) => article);
  const titles = await titlesOf(sql, { projectId, articleIds });
  return disputed.flatMap(
    ({ article, version, reviewers, spans, disputes, krippendorff_alpha, f1_strict }) => {
      const title = titles.get(article);
      if (title === undefined) return [];
      const figures = { reviewers, spans, disputes, krippendorff_alpha, f1_strict };
      return [{ article: { id: article, title }, version, ...figures }];
    },
  );
}

async function withoutGamma(
  sql: Sql,
  projectId: string,
  { gamma }: AgreementReport,
): Promise<KeptAgreement["without_gamma"]> {
  const lacking = (gamma?.by_article ?? [])
    .filter(({ value }) => value === null)
    .slice(0, MOST_NAMED);
  const articleIds = lacking.map(({ article }) => article);
  const titles = await titlesOf(sql, { projectId, articleIds });
  return lacking.flatMap(({ article, version, why_undefined = "" }) => {
    const title = titles.get(article);
    return title === undefined ? [] : [{ article: { id: article, title }, version, why_undefined }];
  });
}

function driftOf(scores: readonly DriftRow[], label: string | null): KeptAgreement["drift"] {
  const works = scores.map(({ counts, ...score }) => {
    const of = label === null ? counts : { [label]: keptUnder(counts, label) ?? nothing };
    return { ...score, counts: of };
  });
  return [...Map.groupBy(works, ({ round, annotator }) => `${round} a${annotator}`)].flatMap(
    ([key, of]) => {
      const [round = "", reviewer = ""] = key.split(" ");
      return byWeek(of).map(({ week, articles, total }) => ({
        round: Number(round),
        reviewer,
        week,
        articles,
        f1_exact: f1(total, "exact"),
        f1_overlap: f1(total, "overlap"),
      }));
    },
  );
}

const nothing = { one: 0, other: 0, exact: 0, overlap: 0 };
