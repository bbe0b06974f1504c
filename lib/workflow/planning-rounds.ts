import { randomInt } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import type { NewRound, RoundPreview, RoundWithReviewers } from "@/lib/api/rounds";
import { inFigures } from "@/lib/domain/figures";
import { MAX_INT } from "@/lib/domain/limits";
import { checkedName } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import {
  assignmentOf,
  inRoundOrder,
  languagesOf,
  MAX_ROUND_ARTICLES,
  type Mixture,
  mixedWithGold,
  primaryLanguage,
  type RoundReviewer,
  type Story,
  sampleOf,
  shortagesOf,
  storiesOf,
} from "@/lib/domain/rounds";
import { logEvent } from "@/lib/store/audit";
import { database, sqlTransaction } from "@/lib/store/database";
import { currentVersion } from "@/lib/store/guidelines";
import {
  candidatesOf,
  countGold,
  type Facet,
  facetsOf,
  insertRound,
  possibleReviewers,
  type RoundCandidate,
} from "@/lib/store/rounds";
import { refreshStatistics } from "@/lib/store/statistics";
import { round } from "./assigning";
import { tellOfQueue, tellOfWork } from "./notifying";
import { projectFor } from "./projects";
import { selectedIds, selectionFor } from "./selecting-articles";

/** The most articles that a sample is drawn from. */
const MOST_CANDIDATES = 100_000;

/** The most assignments of a round: as many as a database takes while somebody waits. */
const MOST_ASSIGNMENTS = 50_000;

/** A round worked out and not made yet. */
type Plan = {
  readonly selected: number;
  readonly stories: readonly Story<RoundCandidate>[];
  readonly reviewers: readonly RoundReviewer[];
  /** The reviewers of each story; of none in a queue. */
  readonly given: readonly (readonly string[])[];
  /** The ids of the articles that are compared with gold. */
  readonly gold: ReadonlySet<string>;
  readonly seed: number;
};

/**
 * What a round would be, if it were made now.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for reviewers who may not be any, or more than there can be
 */
export async function previewRound(
  actor: Actor,
  projectRef: string,
  written: NewRound,
): Promise<RoundPreview> {
  const project = await projectFor(actor, projectRef, "manage");
  const { selected, stories, reviewers, given, gold } = await planOf(actor, project, written);
  const articles = stories.reduce((sum, story) => sum + story.articles.length, 0);
  const places = stories.reduce((sum, story) => sum + story.articles.length * story.places, 0);
  const missing = shortagesOf(stories, reviewers);
  const loads = new Map(reviewers.map(({ id }) => [id, 0]));
  given.forEach((ids, index) => {
    const copies = stories[index]?.articles.length ?? 0;
    for (const id of ids) loads.set(id, (loads.get(id) ?? 0) + copies);
  });
  return {
    selected,
    articles,
    copies: articles - stories.length,
    gold: gold.size,
    assignments: places - missing.reduce((sum, shortage) => sum + shortage.places, 0),
    missing: missing.map((shortage) => ({
      language: shortage.language,
      articles: shortage.articles,
      assignments: shortage.places,
      readers: shortage.readers,
    })),
    reviewers: [...loads].map(([user, assignments]) => ({ user, assignments })),
  };
}

/**
 * Makes a round.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" also for a round without articles or reviewers
 */
export async function createRound(
  actor: Actor,
  projectRef: string,
  written: NewRound,
): Promise<RoundWithReviewers> {
  const project = await projectFor(actor, projectRef, "manage");
  const title = checkedName(written.title, "The title", "title");
  const { stories, reviewers, given, gold, seed } = await planOf(actor, project, written);
  const invalid = (message: string, field: string) => new Refusal("invalid", message, { field });
  if (reviewers.length === 0) throw invalid("A round needs a reviewer.", "reviewers");
  if (stories.length === 0) throw invalid("No article meets this.", "articles");
  const row = {
    id: uuidv7(),
    projectId: project.id,
    title,
    kind: written.kind,
    way: written.way,
    overlap: written.overlap,
    doubledPercent: written.doubled_percent,
    seed,
    articleOrder: written.order,
    selection: { articles: written.articles, sample: written.sample },
    leaseMinutes: written.lease_minutes,
    goldPercent: written.gold_percent,
    othersSeen: written.others_seen,
    dueAt: written.due_at === null ? null : new Date(written.due_at),
    createdBy: userIdOf(actor),
  };
  const number = await sqlTransaction(database(), async (sql) => {
    const guidelineVersion = await currentVersion(sql, project.id);
    const made = await insertRound(
      sql,
      { ...row, guidelineVersion },
      { reviewers, stories, given, gold },
    );
    const about = { actor, projectId: project.id, roundId: row.id };
    if (written.way === "queue") {
      await tellOfQueue(
        sql,
        about,
        reviewers.map(({ id }) => id),
      );
    } else {
      await tellOfWork(sql, about, placesOf(given));
    }
    await logEvent(sql, {
      action: "round.created",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: row.id,
      details: { round: made, stories: stories.length, reviewers: reviewers.length },
    });
    return made;
  });
  // It is made, whatever becomes of this.
  await refreshStatistics(database().pool).catch(() => undefined);
  return round(actor, project.id, String(number));
}

async function planOf(actor: Actor, project: Project, written: NewRound): Promise<Plan> {
  const invalid = (message: string, field: string) => new Refusal("invalid", message, { field });
  if (written.doubled_percent !== null && written.overlap !== 1) {
    throw invalid("Only what has one reviewer can have a second one.", "doubled_percent");
  }
  if (written.gold_percent !== null && written.kind === "practice") {
    throw invalid("Every article of a practice round has gold.", "gold_percent");
  }
  if (written.gold_percent !== null && written.order !== "random") {
    throw invalid(
      "Gold can be mixed in only in random order: in any other it would show by its date.",
      "gold_percent",
    );
  }
  const sql = database().pool;
  const members = new Set((await possibleReviewers(sql, project.id)).map(({ id }) => id));
  const reviewers = new Map<string, RoundReviewer>();
  for (const { user, languages } of written.reviewers) {
    if (!members.has(user)) throw invalid("A reviewer is no member who may annotate.", "reviewers");
    if (reviewers.has(user)) throw invalid("A reviewer is named twice.", "reviewers");
    reviewers.set(user, { id: user, languages: languagesOf(languages) });
  }
  const { ids, languages, publishers, unassigned = false } = written.articles;
  const found = await foundIds(actor, project, written.articles);
  const wanted = ids && new Set(ids);
  const named = wanted && found ? found.filter((id) => wanted.has(id)) : (found ?? ids ?? null);
  const candidates = await candidatesOf(
    sql,
    {
      projectId: project.id,
      ids: named,
      languages: languages?.map((tag) => primaryLanguage(tag) ?? "und") ?? null,
      publishers: publishers ?? null,
      unassigned,
      withGold: written.kind === "practice",
      knownTo: written.gold_percent === null ? [] : [...reviewers.keys()],
    },
    MOST_CANDIDATES + 1,
  );
  if (candidates.length > MOST_CANDIDATES) {
    throw invalid(
      `More than ${inFigures(MOST_CANDIDATES)} articles meet this. Narrow it down.`,
      "articles",
    );
  }
  const seed = written.seed ?? randomInt(0, MAX_INT);
  const { articles: drawn, gold } = drawnFrom(candidates, written, seed);
  if (drawn.length > MAX_ROUND_ARTICLES) {
    throw invalid(
      `A round has ${inFigures(MAX_ROUND_ARTICLES)} articles at most, and ${inFigures(drawn.length)} meet this. Draw a sample of them.`,
      "articles",
    );
  }
  const ordered = inRoundOrder(drawn, { order: written.order, seed });
  const overlap = { reviewers: written.overlap, doubledPercent: written.doubled_percent };
  const stories = storiesOf(ordered, overlap, seed);
  const people = [...reviewers.values()];
  const given = written.way === "queue" ? [] : assignmentOf(stories, people, seed);
  const assignments = given.reduce(
    (sum, users, index) => sum + users.length * (stories[index]?.articles.length ?? 0),
    0,
  );
  if (assignments > MOST_ASSIGNMENTS) {
    throw invalid(
      `These are ${inFigures(assignments)} assignments, and a round has ${inFigures(MOST_ASSIGNMENTS)} at most. Make several rounds.`,
      "articles",
    );
  }
  const withGold = new Set(gold.map(({ id }) => id));
  return { selected: candidates.length, stories, reviewers: people, given, gold: withGold, seed };
}

/** The ids of the articles that are searched for or filtered by; null where nothing is said of that. */
async function foundIds(
  actor: Actor,
  project: Project,
  { q = "", state, label }: NewRound["articles"],
): Promise<readonly string[] | null> {
  if (q.trim() === "" && state === undefined && label === undefined) return null;
  const selection = await selectionFor(actor, project, { q, state, label });
  return selection ? selectedIds(database().pool, selection, MOST_CANDIDATES) : [];
}

/** @throws Refusal "invalid" where there is no gold for a round that is to have some */
function drawnFrom(
  candidates: readonly RoundCandidate[],
  { kind, gold_percent: percent, sample }: NewRound,
  seed: number,
): Mixture<RoundCandidate> {
  if (percent === null) {
    const articles = sample ? sampleOf(candidates, { ...sample, seed }) : candidates;
    if (kind !== "practice") return { articles, gold: [] };
    if (articles.length === 0) {
      throw new Refusal(
        "invalid",
        "No article that meets this has gold, with which practice is compared. Make a submitted annotation gold first.",
        { field: "articles" },
      );
    }
    return { articles, gold: articles };
  }
  const gold = candidates.filter(({ hasGold, isKnown }) => hasGold && !isKnown);
  if (gold.length === 0) {
    throw new Refusal(
      "invalid",
      "No article that meets this has gold and is new to these reviewers, so none can be mixed in.",
      { field: "gold_percent" },
    );
  }
  const plain = candidates.filter(({ hasGold }) => !hasGold);
  return mixedWithGold({ plain, gold }, { percent, sample, seed });
}

/** Who has which stories, by their numbers. @param given the reviewers of each story */
function placesOf(given: readonly (readonly string[])[]) {
  return given.flatMap((users, index) => users.map((userId) => ({ userId, story: index + 1 })));
}

/** What a round can be made of, for the form that makes one. */
export type RoundChoices = {
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: string;
  }[];
  /** "und" for articles without one. */
  readonly languages: readonly Facet[];
  /** "" for articles without one. */
  readonly publishers: readonly Facet[];
  /** How many articles have gold. */
  readonly gold: number;
};

/** Who can be a reviewer of a round, by name. @throws Refusal "not_found", "forbidden" */
export async function reviewerChoices(
  actor: Actor,
  projectRef: string,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const { id: projectId } = await projectFor(actor, projectRef, "manage");
  const members = await possibleReviewers(database().pool, projectId);
  return members.map(({ id, name }) => ({ id, name }));
}

/** @throws Refusal "not_found", "forbidden" */
export async function roundChoices(actor: Actor, projectRef: string): Promise<RoundChoices> {
  const { id } = await projectFor(actor, projectRef, "manage");
  const sql = database().pool;
  const members = await possibleReviewers(sql, id);
  return {
    members: members.map(({ id: user, name, role }) => ({ id: user, name, role })),
    ...(await facetsOf(sql, id)),
    gold: await countGold(sql, id),
  };
}
