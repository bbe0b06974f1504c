import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import type {
  OwnSchemeChange,
  SchemeHead,
  SchemeHeadPage,
  SchemeImpact,
  SchemeVersion,
} from "@/lib/api/schemes";
import { annotationsIn, withoutDecisionsOnLost } from "@/lib/domain/decisions";
import { checkedChangeNote } from "@/lib/domain/guideline";
import { MAX_INT } from "@/lib/domain/limits";
import type { Annotations, Change } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay } from "@/lib/domain/roles";
import type { Scheme } from "@/lib/domain/scheme";
import {
  carryOver,
  checkMapping,
  type Effect,
  inverseMapping,
  isLoss,
  type LoggedChange,
  type LoggedOperation,
  type SchemeChange,
  type SchemeChanged,
  type SchemeMapping,
  touchedNames,
} from "@/lib/domain/scheme-change";
import { checkedScheme } from "@/lib/domain/scheme-check";
import { hasRequired, unsetRequired } from "@/lib/domain/submit-check";
import { contentOf, recordOperations, type SetContent } from "@/lib/store/annotation-sets";
import { recordEvent } from "@/lib/store/audit";
import {
  type Database,
  database,
  inOneSnapshot,
  pipelinedTransaction,
  type Sql,
  transaction,
} from "@/lib/store/database";
import {
  articleTitles,
  changeOfScheme,
  countSetsToCarry,
  currentSchemeVersion,
  haveSetsWait,
  insertSchemeVersion,
  lockSetsToCarry,
  moveSets,
  projectsToCarry,
  type SchemeVersionRow,
  type SetToCarry,
  schemeVersions,
  setsAfter,
  settleExclusive,
  touchedSets,
  waitingAuthors,
} from "@/lib/store/schemes";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { maskFor } from "./masking";
import { type PageAsked, pageOf } from "./paging";
import { projectFor } from "./projects";

/** How many sets are carried over in one transaction: saves into them wait for its end. */
const AT_ONCE = 50;

/** How many sets are read at a time to say what a change touches. */
const READ_AT_ONCE = 200;

/** The most effects that an answer names, and the most articles of each. */
const MOST_EFFECTS = 500;
const MOST_ARTICLES = 5;

/** The most authors who are named as being waited for. */
const MOST_AUTHORS = 100;

/**
 * A page of the versions of a project's scheme, the latest first, and how its annotation sets come to it: of what
 * waits for its authors, everybody's or the actor's own.
 *
 * @throws Refusal "not_found", "invalid" for a cursor of another list
 */
export async function schemeVersionsPage(
  actor: Actor,
  ref: string,
  asked: PageAsked = {},
): Promise<SchemeHeadPage> {
  const project = await projectFor(actor, ref, "read");
  const { id: projectId, scheme_version: version, role } = project;
  const sql = database().pool;
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([z.number().int().min(1).max(MAX_INT)]),
    keyOf: (row: SchemeVersionRow): [number] => [row.version],
    load: ({ after, limit }) =>
      schemeVersions(sql, projectId, { before: after?.[0] ?? null, limit }),
  });
  const { behind, waiting } = await countSetsToCarry(sql, { projectId, version });
  const seesAll = roleMay(role, "see_all_sets");
  const of = { projectId, version, userId: seesAll ? null : userIdOf(actor), limit: MOST_AUTHORS };
  const authors = waiting && (seesAll || of.userId) ? await waitingAuthors(sql, of) : [];
  const mask = await maskFor(actor, project);
  return {
    versions: rows.map(({ scheme, ...row }) => ({
      ...headOf(row),
      labels: scheme.labels.length,
      relations: scheme.relations.length,
    })),
    carrying: {
      left: behind - waiting,
      // Who works on what is for those who see the work of all.
      waiting: seesAll ? waiting : authors.reduce((sum, { sets }) => sum + sets, 0),
      authors: [
        ...mask.inOrder(
          authors.map(({ userId, name, sets, articleId, title }) => ({
            user: mask.shown({ id: userId, name }),
            sets,
            article: { id: articleId, title },
          })),
        ),
      ],
    },
    next_cursor,
  };
}

/**
 * A version of a project's scheme.
 *
 * @param version its number, as an address has it
 * @throws Refusal "not_found"
 */
export async function schemeVersion(
  actor: Actor,
  ref: string,
  version: string,
): Promise<SchemeVersion> {
  const { id } = await projectFor(actor, ref, "read");
  return versionOf(await requireVersion(id, version));
}

async function requireVersion(projectId: string, written: string): Promise<SchemeVersionRow> {
  const number = /^[1-9]\d{0,9}$/.test(written) ? Number(written) : 0;
  const [row] =
    number > MAX_INT
      ? []
      : await schemeVersions(database().pool, projectId, { versions: [number] });
  if (!row) throw new Refusal("not_found", "There is no such version of the scheme.");
  return row;
}

function headOf(
  row: Omit<SchemeVersionRow, "scheme" | "mapping">,
): Omit<SchemeHead, "labels" | "relations"> {
  return {
    version: row.version,
    note: row.note,
    created_by: row.creator,
    created_at: row.createdAt.toISOString(),
    base: row.base,
    restores: row.restores,
  };
}

function versionOf({ scheme, mapping, ...row }: SchemeVersionRow): SchemeVersion {
  return { ...headOf(row), scheme, mapping };
}

/** A change of a scheme as somebody asks for it: the version that it was made from, and what is to be. */
export type WrittenChange = {
  readonly base: number;
  readonly scheme: Scheme;
  readonly mapping: SchemeMapping;
};

/**
 * What a change of a project's scheme would touch, if it were made now; changes nothing.
 *
 * @throws Refusal as {@link changeScheme}
 */
export async function schemeImpact(
  actor: Actor,
  ref: string,
  written: WrittenChange,
): Promise<SchemeImpact> {
  const project = await projectFor(actor, ref, "manage");
  return inOneSnapshot(async (sql) => {
    const change = await checkedChange(sql, project, written);
    const { base } = written;
    const version = base + 1;
    const steps = new Steps(sql, project.id, {
      version,
      mapping: written.mapping,
      base,
      restores: null,
      createdBy: null,
      scheme: written.scheme,
    });
    const touched = touchedNames(change);
    // Of what is submitted, something may lack what is required.
    const submitted = hasRequired(written.scheme);
    const sum = new Impact();
    let after = "00000000-0000-0000-0000-000000000000";
    for (;;) {
      const part = { projectId: project.id, version, after, limit: READ_AT_ONCE, of: base };
      const sets = await setsAfter(sql, { ...part, touched, submitted });
      const last = sets.at(-1);
      if (!last) break;
      after = last.id;
      for (const content of await contentOf(sql, sets)) {
        const { done, effects, annotations } = await steps.carry(content);
        sum.add(content, {
          effects,
          isChanged: done.some(({ change: { changes } }) => changes.length > 0),
          isAsked: content.asked,
        });
        if (submitted && content.submittedAt) {
          const before = annotationsIn(content);
          const lacked = unsetRequired(change.from, before).length;
          const lacks = unsetRequired(written.scheme, annotations).length;
          if (lacks > 0 && lacked === 0) sum.lacking += 1;
        }
      }
    }
    const { behind } = await countSetsToCarry(sql, { projectId: project.id, version });
    return sum.answer(sql, { version, sets: behind });
  });
}

/**
 * Makes the next version of a project's scheme. New work uses it at once; the annotation sets that there are
 * are carried over by {@link carrySets}.
 *
 * @throws Refusal "not_found", "forbidden", "conflict" with the `version` that holds if it is not the base, "unprocessable"
 *   if the scheme contradicts itself or the mapping speaks of what is not there
 */
export async function changeScheme(
  actor: Actor,
  ref: string,
  { note, ...written }: WrittenChange & { readonly note: string },
): Promise<SchemeVersion> {
  const project = await projectFor(actor, ref, "manage");
  await checkedChange(database().pool, project, written);
  return makeVersion(actor, project, { ...written, note: checkedChangeNote(note), restores: null });
}

/**
 * Undoes the version of a project's scheme that holds: a new one has the scheme before it again, and brings
 * back what was renamed or left out in the annotation sets, as far as nobody has changed it since.
 *
 * @param version its number, as an address has it
 * @throws Refusal "not_found", "forbidden", "conflict" for one that does not hold, or a project's first
 */
export async function undoScheme(
  actor: Actor,
  ref: string,
  version: string,
): Promise<SchemeVersion> {
  const project = await projectFor(actor, ref, "manage");
  const undone = await requireVersion(project.id, version);
  const { base } = undone;
  if (base === null) {
    throw new Refusal("conflict", "This is the first version: there is none before it.");
  }
  if (undone.version !== project.scheme_version) throw otherVersion(project.scheme_version);
  const { scheme } = await requireVersion(project.id, String(base));
  const change = { from: scheme, to: undone.scheme, mapping: undone.mapping };
  return makeVersion(actor, project, {
    base: undone.version,
    scheme,
    mapping: inverseMapping(change),
    note: "",
    restores: base,
  });
}

async function makeVersion(
  actor: Actor,
  project: Project,
  row: WrittenChange & { readonly note: string; readonly restores: number | null },
): Promise<SchemeVersion> {
  const userId = userIdOf(actor);
  const isMade = await transaction(database(), async (tx) => {
    if (!(await insertSchemeVersion(tx, project.id, { ...row, createdBy: userId }))) return false;
    await recordEvent(tx, {
      action: row.restores === null ? "scheme.changed" : "scheme.change_undone",
      userId,
      projectId: project.id,
      subject: project.id,
      details: { version: row.base + 1 },
    });
    return true;
  });
  if (!isMade) {
    throw otherVersion(await currentSchemeVersion(database().pool, project.id));
  }
  // Most projects are done before anybody looks. What this leaves, a node's jobs go on with.
  const soon = AbortSignal.timeout(CARRY_AT_ONCE);
  await carrySets(database(), project.id, { signal: soon }).catch(() => undefined);
  return versionOf(await requireVersion(project.id, String(row.base + 1)));
}

/** Milliseconds for which whoever changes a scheme waits for sets to be carried over. */
const CARRY_AT_ONCE = 2_000;

function otherVersion(version: number): Refusal {
  return new Refusal(
    "conflict",
    `Version ${version} of the scheme holds by now. Nothing has been changed.`,
    { version },
  );
}

async function checkedChange(
  sql: Sql,
  project: Project,
  { base, scheme, mapping }: WrittenChange,
): Promise<SchemeChange> {
  if (base !== project.scheme_version) throw otherVersion(project.scheme_version);
  const [before] = await schemeVersions(sql, project.id, { versions: [base] });
  if (!before) throw new Error(`Project ${project.id} has no scheme version ${base}.`);
  const change = { from: before.scheme, to: checkedScheme(scheme), mapping };
  checkMapping(change);
  return change;
}

type Step = Pick<
  SchemeVersionRow,
  "version" | "base" | "mapping" | "restores" | "scheme" | "createdBy"
>;

/** What came of carrying a set over, one operation for each version on the way. */
type Carried = {
  readonly done: { readonly operation: LoggedOperation; readonly change: SchemeChanged }[];
  readonly effects: Effect[];
  /** What is in it then. */
  readonly annotations: Annotations;
};

/** The way to the version of a project's scheme that holds. */
export async function stepsTo(sql: Sql, projectId: string): Promise<Steps> {
  const version = await currentSchemeVersion(sql, projectId);
  const [target] = await schemeVersions(sql, projectId, { versions: [version] });
  if (!target) throw new Error(`Project ${projectId} has no scheme version ${version}.`);
  return new Steps(sql, projectId, target);
}

/**
 * Sets of a project as they can be compared: as they are where their schemes are the same, or else as they would be in
 * the one that holds. Changes none.
 */
export async function inOneScheme<Set extends SetContent>(
  sql: Sql,
  sets: readonly Set[],
): Promise<readonly Set[]> {
  const [first] = sets;
  if (!first || sets.every((set) => set.schemeVersion === first.schemeVersion)) return sets;
  const steps = await stepsTo(sql, first.projectId);
  const carried: Set[] = [];
  for (const set of sets) carried.push({ ...set, ...(await carriedTo(steps, set)) });
  return carried;
}

/** What is in a set as it would be at the end of some steps. */
export async function carriedTo(
  steps: Steps,
  set: SetToCarryInThought,
): Promise<Pick<SetContent, "schemeVersion" | "attributes" | "spans" | "relations" | "decisions">> {
  const { annotations } = await steps.carry(set);
  return {
    schemeVersion: steps.target.version,
    attributes: annotations.attributes,
    spans: annotations.spansInOrder(),
    relations: [...annotations.relations.values()],
    decisions: [...(annotations.decided?.all.values() ?? [])],
  };
}

/** What of a set says what it would be in another version of its scheme. */
export type SetToCarryInThought = Pick<
  SetContent,
  "id" | "kind" | "schemeVersion" | "note" | "attributes" | "spans" | "relations" | "decisions"
>;

/** The ways from the versions of a project's scheme to one of them. */
export class Steps {
  readonly #sql: Sql;
  readonly #projectId: string;
  readonly #target: Step;
  #versions: Promise<ReadonlyMap<number, Step>> | null = null;

  /** @param target the version to come to, which need not be stored */
  constructor(sql: Sql, projectId: string, target: Step) {
    this.#sql = sql;
    this.#projectId = projectId;
    this.#target = target;
  }

  /** The scheme to come to. */
  get target(): Step {
    return this.#target;
  }

  /** Where a set of a version goes next: past what was undone, straight to where its scheme was brought back. */
  async next(version: number): Promise<Step> {
    const versions = await this.#all();
    const restored = [...versions.values()].filter(({ restores }) => restores === version);
    const next = restored.toSorted((a, b) => b.version - a.version)[0] ?? versions.get(version + 1);
    if (!next) throw new Error(`Project ${this.#projectId} has no scheme after ${version}.`);
    return next;
  }

  /** What a step changes, for a set that has come to the version before. */
  async change(from: number, step: Step): Promise<SchemeChange> {
    const before = (await this.#all()).get(from)?.scheme;
    if (!before) throw new Error(`Project ${this.#projectId} has no scheme version ${from}.`);
    const isSame = step.restores === from;
    const mapping = isSame ? { labels: {}, relations: {}, attributes: [] } : step.mapping;
    return { from: before, to: step.scheme, mapping };
  }

  /** Carries a set over to the target, in thought. */
  async carry(set: SetToCarryInThought): Promise<Carried> {
    const annotations = annotationsIn(set);
    const carried: Carried = { done: [], effects: [], annotations };
    let at = set.schemeVersion;
    while (at !== this.#target.version) {
      const step = await this.next(at);
      const change = await this.change(at, step);
      const before = await this.#before(set.id, at, step);
      const { changes: carriedOver, effects } = carryOver(annotations, change, { before });
      const changes = withoutDecisionsOnLost(annotations, carriedOver);
      for (const one of changes) annotations.commit(one);
      carried.effects.push(...effects);
      carried.done.push({
        operation: { id: uuidv7(), type: "change_scheme", version: step.version },
        change: { kind: "scheme", before: at, after: step.version, changes },
      });
      at = step.version;
    }
    return carried;
  }

  /** What was done to a set by the version that a step undoes. */
  async #before(setId: string, from: number, step: Step): Promise<readonly Change[]> {
    if (step.restores === null || step.base !== from) return [];
    const logged = await changeOfScheme(this.#sql, { setId, from: step.restores, to: from });
    // Only this module writes what has this kind.
    const change = logged as LoggedChange | null;
    return change?.kind === "scheme" ? change.changes : [];
  }

  #all(): Promise<ReadonlyMap<number, Step>> {
    this.#versions ??= schemeVersions(this.#sql, this.#projectId).then(
      (rows) =>
        new Map<number, Step>([
          ...rows.map((row): [number, Step] => [row.version, row]),
          [this.#target.version, this.#target],
        ]),
    );
    return this.#versions;
  }
}

/**
 * Carries the annotation sets of a project over to the scheme that holds, one operation each, in short
 * transactions: stopped anywhere, the rest is done by the next call. A set of a reviewer that would lose something
 * waits for its author; in imported and settled ones, and those of people who have gone, it is left out.
 *
 * @returns how many sets have come to another version
 * @throws the first defect for which a set cannot be carried over, once all others are
 */
export async function carrySets(
  db: Database,
  projectId: string,
  { signal }: { signal: AbortSignal },
): Promise<number> {
  let count = 0;
  let limit = AT_ONCE;
  const defects = new Map<string, unknown>();
  while (!signal.aborted) {
    let locked: readonly SetToCarry[] = [];
    try {
      const carried = await pipelinedTransaction(db, async (sql) => {
        const steps = await stepsTo(sql, projectId);
        const { version } = steps.target;
        const except = [...defects.keys()];
        locked = await lockSetsToCarry(sql, { projectId, version, limit, except });
        const [first] = locked;
        if (!first) return null;
        await sql.query(`SET LOCAL statement_timeout = ${CARRY_STATEMENT}`);
        return carryLocked(sql, locked, { from: first.schemeVersion, steps });
      });
      if (carried === null) break;
      count += carried;
      limit = Math.min(AT_ONCE, limit * 2);
    } catch (error) {
      const [first, second] = locked;
      if (!first || isDatabaseTrouble(error)) throw error;
      // Of fewer and fewer, until it is known which one cannot be.
      if (second) limit = Math.ceil(locked.length / 2);
      else defects.set(first.id, error);
    }
  }
  for (const defect of defects.values()) throw defect;
  return count;
}

/** Milliseconds that one statement of carrying over may take: a set may hold tens of thousands of spans. */
const CARRY_STATEMENT = 120_000;

/** Brings locked sets of one version to the next on the way, or has them wait. */
async function carryLocked(
  sql: Parameters<typeof recordOperations>[0],
  sets: readonly SetToCarry[],
  { from, steps }: { from: number; steps: Steps },
): Promise<number> {
  const { target } = steps;
  const step = await steps.next(from);
  const change = await steps.change(from, step);
  const userId = target.createdBy;
  // What a version before left out comes back by the set's history, whatever is in the set now.
  const isUndoing = step.restores !== null && step.base === from;
  const touched = isUndoing ? null : touchedNames(change);
  const contents = await (touched ? touchedSets(sql, sets, touched) : contentOf(sql, sets));
  const asked = new Map(sets.map((set) => [set.id, set]));
  const waiting: string[] = [];
  const changed = new Set<string>();
  // What is submitted is compared anew on the way: by all who do that in one order.
  const byVersion = contents.toSorted((a, b) => (a.versionId < b.versionId ? -1 : 1));
  for (const content of byVersion) {
    const set = asked.get(content.id);
    if (!set) continue;
    const { done, effects } = await steps.carry(content);
    if (set.asked && effects.some(({ cause }) => isLoss(cause))) {
      waiting.push(set.id);
      continue;
    }
    changed.add(set.id);
    await recordOperations(sql, set, { userId, scheme: target.scheme, done });
  }
  const plain = sets.filter(({ id }) => !changed.has(id) && !waiting.includes(id));
  await moveSets(sql, plain, { from, to: step.version, userId });
  await settleExclusive(
    sql,
    plain.map(({ id }) => id),
    step.scheme,
  );
  await settleExclusive(sql, [...changed], target.scheme);
  await haveSetsWait(sql, waiting, target.version);
  return changed.size + plain.length;
}

/** What happens in sets, counted by what it is. */
class Impact {
  readonly #effects = new Map<
    string,
    Effect & { count: number; readonly sets: Set<string>; readonly articles: Set<string> }
  >();
  #changed = 0;
  #losing = 0;
  #asked = 0;
  lacking = 0;

  add(
    { id, articleId }: Pick<SetContent, "id" | "articleId">,
    {
      effects,
      isChanged,
      isAsked,
    }: { effects: readonly Effect[]; isChanged: boolean; isAsked: boolean },
  ): void {
    if (isChanged) this.#changed += 1;
    if (effects.some(({ cause }) => isLoss(cause))) {
      this.#losing += 1;
      if (isAsked) this.#asked += 1;
    }
    for (const effect of effects) {
      const { cause, of, holder, attribute, value, becomes } = effect;
      const key = JSON.stringify([cause, of, holder, attribute, value, becomes]);
      const known = this.#effects.get(key) ?? {
        ...effect,
        count: 0,
        sets: new Set(),
        articles: new Set(),
      };
      this.#effects.set(key, known);
      known.count += 1;
      known.sets.add(id);
      if (known.articles.size < MOST_ARTICLES) known.articles.add(articleId);
    }
  }

  /** Losses first, then what happens most. */
  async effects(sql: Sql): Promise<SchemeImpact["effects"]> {
    const shown = [...this.#effects.values()]
      .map((effect) => ({ ...effect, loss: isLoss(effect.cause) }))
      .sort((a, b) => Number(b.loss) - Number(a.loss) || b.count - a.count)
      .slice(0, MOST_EFFECTS);
    const ids = new Set(shown.flatMap(({ articles }) => [...articles]));
    const titles = await articleTitles(sql, [...ids]);
    return shown.map(({ sets, articles, ...effect }) => ({
      ...effect,
      sets: sets.size,
      articles: [...articles].flatMap((id) => {
        const title = titles.get(id);
        return title === undefined ? [] : [{ id, title }];
      }),
    }));
  }

  async answer(
    sql: Sql,
    { version, sets }: { version: number; sets: number },
  ): Promise<SchemeImpact> {
    const count = (isLost: boolean) =>
      [...this.#effects.values()]
        .filter(({ cause }) => isLoss(cause) === isLost)
        .reduce((sum, effect) => sum + effect.count, 0);
    return {
      version,
      sets,
      changed: this.#changed,
      losing: this.#losing,
      asked: this.#asked,
      kept: count(false),
      lost: count(true),
      lacking: this.lacking,
      effects: await this.effects(sql),
    };
  }
}

/** What would become of one set, as an answer has it. */
export async function effectsIn(
  sql: Sql,
  set: SetContent,
  effects: readonly Effect[],
): Promise<OwnSchemeChange["effects"]> {
  const impact = new Impact();
  impact.add(set, { effects, isChanged: true, isAsked: true });
  return impact.effects(sql);
}

/**
 * Carries over what waits in all projects: after a change that was not finished, or work that began before it.
 *
 * @throws the first defect for which a set cannot be carried over, once all others are
 */
export async function carryAllSets(
  db: Database,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const defects: unknown[] = [];
  for (const projectId of await projectsToCarry(db.pool)) {
    await carrySets(db, projectId, { signal }).catch((error: unknown) => {
      if (isDatabaseTrouble(error)) throw error;
      defects.push(error);
    });
  }
  for (const defect of defects) throw defect;
}
