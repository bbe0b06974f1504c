import { isDeepStrictEqual } from "node:util";
import { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { Operation, Scheme } from "@/lib/domain/schemas";
import { ArticleText } from "@/lib/domain/text";
import { database, sqlTransaction } from "@/lib/store/database";
import { breachesOf, rules, type StoredSet, storedSets } from "@/lib/store/doctor";

/** What was found out about one rule of the data. */
export type Finding = {
  readonly check: string;
  /** The rule, in a sentence. */
  readonly rule: string;
  readonly breaches: number;
  /** The first ten breaches: ids, and what is wrong. */
  readonly samples: readonly unknown[];
};

const MOST_SAMPLES = 10;

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
        findings.push({ check: rule.name, rule: rule.says, breaches: count, samples });
      }
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

class Tally {
  #breaches = 0;
  readonly #samples: unknown[] = [];
  readonly #check: string;
  readonly #rule: string;

  constructor(check: string, rule: string) {
    this.#check = check;
    this.#rule = rule;
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
    };
  }
}

/** Where graphemes end and what a letter is, Unicode says and PostgreSQL does not. */
function* misplacedSpans(set: StoredSet): Generator<unknown> {
  const text = new ArticleText(set.text);
  for (const span of set.spans) {
    const at = { annotation_set: set.id, span: span.id };
    if (!/[\p{L}\p{N}]/u.test(span.quote)) yield { ...at, quote: span.quote.slice(0, 200) };
    for (const offset of span.fragments.flatMap(({ start, end }) => [start, end])) {
      // Beyond the text is the business of another rule.
      if (offset >= 0 && offset <= text.length && !text.isBoundary(offset)) yield { ...at, offset };
    }
  }
}

/** What a replay of the history finds wrong, or null. */
function replay(set: StoredSet): Record<string, unknown> | null {
  const scheme = Scheme.safeParse(set.scheme);
  if (!scheme.success) return { trouble: "the scheme of this set cannot be read" };
  const context = { text: new ArticleText(set.text), scheme: scheme.data };
  const annotations = new Annotations();
  for (const { id, revision, body, change } of set.operations) {
    const operation = Operation.safeParse({ ...(isObject(body) ? body : {}), id });
    const at = { operation: id, revision };
    if (!operation.success) return { ...at, trouble: "the operation cannot be read" };
    try {
      const done = annotations.apply(operation.data, context);
      if (!isDeepStrictEqual(plain(done), change)) {
        return { ...at, trouble: "the operation does something else than was recorded" };
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...at, trouble: error.message };
    }
  }
  if (!sameRecords(annotations.spans, set.spans)) return { trouble: "the spans differ" };
  if (!sameRecords(annotations.relations, set.relations))
    return { trouble: "the relations differ" };
  return annotations.note === set.note ? null : { trouble: "the note differs" };
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
