import { isDeepStrictEqual } from "node:util";
import { annotationsIn } from "@/lib/domain/decisions";
import { checkedGuideline } from "@/lib/domain/guideline";
import { Guideline } from "@/lib/domain/guideline-schemas";
import type { Annotations, Change } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { Operation, StoredScheme } from "@/lib/domain/schemas";
import { type Scheme, schemeFrom } from "@/lib/domain/scheme";
import { commitLogged, reversedLogged, type SchemeChanged } from "@/lib/domain/scheme-change";
import { Segmentation } from "@/lib/domain/segmentation";
import { type Attributes, hasLetterOrDigit } from "@/lib/domain/span";
import { ArticleText, type Range, shownBlocks } from "@/lib/domain/text";
import { compareSubmitted, staleAgreements } from "@/lib/store/agreements";
import { database, type Sql, sqlTransaction } from "@/lib/store/database";
import {
  breachesOf,
  mend,
  rules,
  type StoredSet,
  storedGuidelines,
  storedSets,
} from "@/lib/store/doctor";
import {
  forgetUnusedWords,
  insertWords,
  rebuildEntries,
  staleEntries,
} from "@/lib/store/search-index";
import {
  forgetSegmentations,
  type KeptSegmentation,
  keptSegmentations,
} from "@/lib/store/segmentations";

/** What was found out about one rule of the data. */
export type Finding = {
  readonly check: string;
  /** The rule, in a sentence. */
  readonly rule: string;
  readonly breaches: number;
  /** The first ten breaches: ids, and what is wrong. */
  readonly samples: readonly unknown[];
  /** Whether it is about something derived, which {@link repair} can make again from its source. */
  readonly repairable: boolean;
};

const MOST_SAMPLES = 10;

const searchEntries = {
  check: "search_entries_are_of_the_texts",
  rule: "What searching knows of an article is made of its title and its current text.",
};
const searchWords = {
  check: "search_words_are_all_there",
  // Words that no article has any more do not count: nothing is offered for them.
  rule: "Every word of a project's articles is in its list of words.",
};

const segmentations = {
  check: "words_are_of_their_texts",
  rule: "The words and sentences kept for a version can be read, and lie in its blocks between whole characters.",
};

const guidelines = {
  check: "guidelines_can_be_read",
  rule: "Guidelines are in the shape in which they are written, and the spans of their examples lie in those.",
};

const agreements = {
  check: "agreements_are_of_what_is_submitted",
  rule: "How far the reviewers of a version agree is worked out from what they have submitted.",
};

/** What the checks that no SQL can make compare with its source: columns, or whole tables. */
export const derivedByCode = [
  "agreements",
  "article_search",
  "search_words",
  "segmentations",
  "segmentations.project_id",
];

/**
 * Checks every rule of texts, spans and histories (DESIGN 3 to 5) on one snapshot of the whole
 * database. It reads only.
 *
 * @param onCheck told the name of each check before it begins
 */
export async function diagnose({
  onCheck,
}: {
  onCheck?: (check: string) => void;
} = {}): Promise<Finding[]> {
  return sqlTransaction(
    database(),
    async (sql) => {
      // A repair in another process must not make half of a check see the old state.
      const findings: Finding[] = [];
      for (const rule of rules) {
        onCheck?.(rule.name);
        const { count, samples } = await breachesOf(sql, rule, { samples: MOST_SAMPLES });
        const repairable = rule.mending !== undefined;
        findings.push({ check: rule.name, rule: rule.says, breaches: count, samples, repairable });
      }
      onCheck?.(searchEntries.check);
      findings.push(...(await searchFindings(sql)));
      onCheck?.(segmentations.check);
      findings.push(await segmentationFinding(sql));
      onCheck?.(guidelines.check);
      findings.push(await guidelineFinding(sql));
      onCheck?.(agreements.check);
      findings.push(await agreementFinding(sql));
      onCheck?.("histories_give_what_is_stored");
      const characters = new Tally(
        "spans_end_between_characters",
        "A span does not start or end inside a character as readers see it, and covers a letter or digit.",
      );
      const histories = new Tally(
        "histories_give_what_is_stored",
        "Applying the operations of a reviewer's set, one after the other, gives its spans, relations and note.",
      );
      for await (const set of storedSets(sql)) {
        for (const sample of misplacedSpans(set)) characters.add(sample);
        if (set.kind !== "reviewer" && set.operations.length === 0) continue;
        const trouble = replay(set);
        if (trouble) histories.add({ annotation_set: set.id, ...trouble });
      }
      return [...findings, characters.finding(), histories.finding()];
    },
    { mode: "ISOLATION LEVEL REPEATABLE READ READ ONLY" },
  );
}

async function searchFindings(sql: Sql): Promise<Finding[]> {
  const entries = new Tally(searchEntries.check, searchEntries.rule, { repairable: true });
  const words = new Tally(searchWords.check, searchWords.rule, { repairable: true });
  for await (const stale of staleEntries(sql)) {
    for (const article of stale.articles) entries.add({ article });
    for (const word of stale.words) words.add({ project: stale.projectId, word });
  }
  return [entries.finding(), words.finding()];
}

async function segmentationFinding(sql: Sql): Promise<Finding> {
  const tally = new Tally(segmentations.check, segmentations.rule, { repairable: true });
  for await (const kept of keptSegmentations(sql)) {
    const trouble = troubleOf(kept);
    if (trouble) tally.add({ version: kept.versionId, trouble });
  }
  return tally.finding();
}

async function agreementFinding(sql: Sql): Promise<Finding> {
  const tally = new Tally(agreements.check, agreements.rule, { repairable: true });
  for await (const versions of staleAgreements(sql)) {
    for (const version of versions) tally.add({ version });
  }
  return tally.finding();
}

async function guidelineFinding(sql: Sql): Promise<Finding> {
  const tally = new Tally(guidelines.check, guidelines.rule);
  for await (const { projectId, version, content } of storedGuidelines(sql)) {
    const read = Guideline.safeParse(content);
    const trouble = read.success ? troubleIn(read.data) : (read.error.issues[0]?.message ?? "");
    if (trouble !== null) tally.add({ project: projectId, version, trouble });
  }
  return tally.finding();
}

/** Why guidelines could not be written as they are. Their labels may have gone out of the scheme since. */
function troubleIn(guideline: Guideline): string | null {
  try {
    checkedGuideline(guideline, null);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** What is wrong with the words of a version, or null. Other words than would be found today are not. */
function troubleOf({ text: value, blocks, bytes, isAtHome }: KeptSegmentation): string | null {
  if (!isAtHome) return "they are kept under another project";
  const text = new ArticleText(value);
  try {
    const { words, sentences } = new Segmentation(text, blocks, bytes);
    if (!areWithin(sentences, shownBlocks(text, blocks))) return "a sentence is in no block";
    if (!areWithin(words, sentences)) return "a word is in no sentence";
    for (const { start, end } of [...words, ...sentences]) {
      if (!text.isBoundary(start) || !text.isBoundary(end))
        return `${start}-${end} splits a character`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether each range lies in one of the others; both are in order. */
function areWithin(inner: readonly Range[], outer: readonly Range[]): boolean {
  let at = 0;
  return inner.every(({ start, end }) => {
    while ((outer[at]?.end ?? Number.POSITIVE_INFINITY) < end) at += 1;
    return (outer[at]?.start ?? Number.POSITIVE_INFINITY) <= start;
  });
}

/** What was made again: of which check, and how many rows. */
export type Repair = { readonly check: string; readonly rows: number };

/**
 * Makes again what is derived and was found to differ from its source, from that source. What people
 * wrote, files gave or histories tell is never touched; people may work meanwhile.
 *
 * @param findings what {@link diagnose} answered
 * @param onCheck told the name of each check before its repair begins
 */
export async function repair(
  findings: readonly Finding[],
  { onCheck }: { onCheck?: (check: string) => void } = {},
): Promise<Repair[]> {
  const db = database();
  const broken = new Set(findings.filter(({ breaches }) => breaches > 0).map(({ check }) => check));
  const repairs: Repair[] = [];
  for (const rule of rules) {
    if (!broken.has(rule.name) || rule.mending === undefined) continue;
    onCheck?.(rule.name);
    repairs.push({ check: rule.name, rows: await mend(db, rule) });
  }
  if (broken.has(segmentations.check)) {
    onCheck?.(segmentations.check);
    const damaged: string[] = [];
    for await (const kept of keptSegmentations(db.pool)) {
      if (troubleOf(kept)) damaged.push(kept.versionId);
    }
    // They are found again when their articles are opened.
    const rows = await forgetSegmentations(db.pool, damaged);
    repairs.push({ check: segmentations.check, rows });
  }
  if (broken.has(agreements.check)) {
    onCheck?.(agreements.check);
    let rows = 0;
    for await (const versions of staleAgreements(db.pool)) {
      for (const version of versions) {
        await sqlTransaction(db, (sql) => compareSubmitted(sql, version));
        rows += 1;
      }
    }
    repairs.push({ check: agreements.check, rows });
  }
  // After the others: an article may have another current text since.
  onCheck?.(searchEntries.check);
  let articles = 0;
  let words = 0;
  const client = await db.pool.connect();
  try {
    for await (const stale of staleEntries(client)) {
      const { projectId, articles: ids } = stale;
      await rebuildEntries(client, { projectId, ids });
      await insertWords(client, projectId, stale.words);
      articles += ids.length;
      words += stale.words.length;
    }
    const forgotten = await forgetUnusedWords(client);
    repairs.push({ check: searchEntries.check, rows: articles });
    repairs.push({ check: searchWords.check, rows: words + forgotten });
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  return repairs.filter(({ rows }) => rows > 0);
}

class Tally {
  #breaches = 0;
  readonly #samples: unknown[] = [];
  readonly #check: string;
  readonly #rule: string;
  readonly #repairable: boolean;

  constructor(check: string, rule: string, { repairable = false } = {}) {
    this.#check = check;
    this.#rule = rule;
    this.#repairable = repairable;
  }

  add(sample: unknown): void {
    this.#breaches += 1;
    if (this.#samples.length < MOST_SAMPLES) this.#samples.push(sample);
  }

  finding(): Finding {
    return {
      check: this.#check,
      rule: this.#rule,
      breaches: this.#breaches,
      samples: this.#samples,
      repairable: this.#repairable,
    };
  }
}

/** Where graphemes end and what a letter is, Unicode says and PostgreSQL does not. */
function* misplacedSpans(set: StoredSet): Generator<unknown> {
  const text = new ArticleText(set.text);
  for (const span of set.spans) {
    const at = { annotation_set: set.id, span: span.id };
    if (!hasLetterOrDigit(span.quote)) yield { ...at, quote: span.quote.slice(0, 200) };
    for (const offset of span.fragments.flatMap(({ start, end }) => [start, end])) {
      // Beyond the text is the business of another rule.
      if (offset >= 0 && offset <= text.length && !text.isBoundary(offset)) yield { ...at, offset };
    }
  }
}

/** What a replay of the history finds wrong, or null. */
function replay(set: StoredSet): Record<string, unknown> | null {
  const text = new ArticleText(set.text);
  const changes = set.operations.map(({ change }) => change).filter(isSchemeChange);
  let version = changes[0]?.before ?? set.schemeVersion;
  let scheme = readScheme(set, version);
  const annotations = beginningOf(set);
  for (const { id, revision, body, change } of set.operations) {
    const at = { operation: id, revision };
    if (!scheme) return { ...at, trouble: "the scheme of this set cannot be read" };
    if (isSchemeChange(change)) {
      if (change.before !== version) return { ...at, trouble: "it is of another scheme before" };
      const trouble = change.changes.find((one) => !isAsBefore(annotations, one));
      if (trouble) return { ...at, trouble: "what the scheme changed was not there" };
      commitLogged(annotations, change);
      version = change.after;
      scheme = readScheme(set, version);
      continue;
    }
    const operation = Operation.safeParse({ ...(isObject(body) ? body : {}), id });
    if (!operation.success) return { ...at, trouble: "the operation cannot be read" };
    try {
      const done = annotations.apply(operation.data, { text, scheme });
      if (!isDeepStrictEqual(plain(done), change)) {
        return { ...at, trouble: "the operation does something else than was recorded" };
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...at, trouble: error.message };
    }
  }
  if (!scheme) return { trouble: "the scheme of this set cannot be read" };
  if (version !== set.schemeVersion) return { trouble: "the version of the scheme differs" };
  if (!sameRecords(annotations.spans, set.spans)) return { trouble: "the spans differ" };
  if (!sameRecords(annotations.relations, set.relations))
    return { trouble: "the relations differ" };
  if (!sameRecords(annotations.decided?.all ?? new Map(), set.decisions))
    return { trouble: "the decisions differ" };
  if (annotations.note !== set.note) return { trouble: "the note differs" };
  return isDeepStrictEqual(plain(annotations.attributes), set.attributes)
    ? null
    : { trouble: "the attributes of the article differ" };
}

function readScheme(set: StoredSet, version: number): Scheme | null {
  const read = StoredScheme.safeParse(set.schemes.get(version));
  return read.success ? schemeFrom(read.data) : null;
}

/** What was in a set before its history begins: nothing, but where it was imported, and only its scheme has changed since. */
function beginningOf(set: StoredSet): Annotations {
  if (set.kind !== "imported" && set.kind !== "model") return annotationsIn({ kind: set.kind });
  const annotations = annotationsIn({ ...set, attributes: set.attributes as Attributes });
  const changes = set.operations.map(({ change }) => change).filter(isSchemeChange);
  for (const change of changes.toReversed()) commitLogged(annotations, reversedLogged(change));
  return annotations;
}

/** Whether a history says that the scheme changed; only what carries sets over writes what has this kind. */
function isSchemeChange(change: unknown): change is SchemeChanged {
  return isObject(change) && change.kind === "scheme" && Array.isArray(change.changes);
}

/** Whether something is as a change says that it was. */
function isAsBefore(annotations: Annotations, change: Change): boolean {
  const at = (change.before ?? change.after) as { id?: string } | string;
  const id = typeof at === "object" ? (at.id ?? "") : "";
  const now = {
    span: () => annotations.spans.get(id) ?? null,
    relation: () => annotations.relations.get(id) ?? null,
    decision: () => annotations.decided?.all.get(id) ?? null,
    note: () => annotations.note,
    attributes: () => annotations.attributes,
  }[change.kind]();
  return isDeepStrictEqual(plain(now), plain(change.before));
}

function sameRecords(
  replayed: ReadonlyMap<string, unknown>,
  stored: readonly { id: string }[],
): boolean {
  return (
    replayed.size === stored.length &&
    stored.every((record) => isDeepStrictEqual(plain(replayed.get(record.id)), record))
  );
}

/** As it would come back from a jsonb column. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
