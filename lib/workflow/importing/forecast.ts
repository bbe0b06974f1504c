import type { Actor } from "@/lib/access/actor";
import { knownAnnotatorNumber } from "@/lib/store/annotators";
import type { SameText } from "@/lib/store/articles-write";
import { database, type Sql } from "@/lib/store/database";
import type { ImportItemRow, SeenArticle } from "@/lib/store/imports";
import { projectFor } from "@/lib/workflow/projects";
import { type FilesToImport, type ImportSummary, placed } from "./at-once";
import { type PreparedItem, readBatches } from "./batches";
import {
  type Decision,
  type DecisionOptions,
  decide,
  type Existing,
  type KnownArticle,
} from "./decisions";
import { findExisting } from "./existing";
import { contextOf, foreseeReading } from "./reading";

/** What would become of an item, and of which article that is there; null where of none. */
export type ForecastItem = Omit<ImportItemRow, "item">;

/**
 * Says what an import would make of items, by the same decisions, and writes nothing. It remembers what it
 * said: what would be there by then counts as there.
 */
export class Forecast {
  readonly #sql: Sql;
  readonly #projectId: string;
  readonly #options: DecisionOptions;
  readonly #seen = new Map<string, SeenArticle>();
  /** Articles that would be there, or would be another version, by their ids. */
  readonly #articles = new Map<string, KnownArticle>();
  readonly #byKey = new Map<string, string>();
  readonly #byText = new Map<string, SameText>();
  /** Versions that would be there, by the ids of their articles. */
  readonly #versions = new Map<string, Existing["versions"][number][]>();
  readonly #created = new Set<string>();
  readonly #annotators = new Map<string, number>();
  /** Files that would be rejected because their names are those of other texts. */
  readonly namesTaken: string[] = [];

  constructor(sql: Sql, projectId: string, options: DecisionOptions) {
    this.#sql = sql;
    this.#projectId = projectId;
    this.#options = options;
  }

  /** @returns what would become of each, in their order */
  async of(items: readonly PreparedItem[]): Promise<ForecastItem[]> {
    const there = await findExisting(this.#sql, {
      projectId: this.#projectId,
      items,
      seen: this.#seen,
      annotators: { find: (name) => this.#number(name) },
    });
    const decision = decide(items, this.#withForecast(items, there), this.#options);
    this.#remember(decision);
    return decision.items.map((item) => ({
      ...item,
      articleId: this.#created.has(item.articleId ?? "") ? null : item.articleId,
    }));
  }

  /** What is there, with what would be there by then. */
  #withForecast(items: readonly PreparedItem[], there: Existing): Existing {
    const ids = new Set(there.articles.map(({ id }) => id));
    const texts = new Map(there.sameText.map((same) => [same.textSha256, same]));
    for (const item of items) {
      if (item.kind === "rejected") continue;
      const { sourceKey, recordKey, recordId } = item.identity;
      for (const key of [sourceKey, recordKey ?? ""]) {
        const id = this.#byKey.get(key);
        if (id !== undefined) ids.add(id);
      }
      if (recordId !== null && this.#articles.has(recordId)) ids.add(recordId);
      const same = texts.get(item.textSha256) ?? this.#byText.get(item.textSha256);
      if (same) texts.set(item.textSha256, same);
    }
    const stored = new Map(there.articles.map((article) => [article.id, article]));
    const articles = [...ids].flatMap((id) => this.#articles.get(id) ?? stored.get(id) ?? []);
    const versions = [...ids].flatMap((id) => this.#versions.get(id) ?? []);
    return {
      ...there,
      articles,
      sameText: [...texts.values()],
      versions: [...there.versions, ...versions].sort((one, other) => one.number - other.number),
    };
  }

  #remember({ seen, created, changed, versions, namesTaken }: Decision): void {
    for (const name of namesTaken) this.namesTaken.push(name);
    for (const [id, place] of seen) this.#seen.set(id, place);
    for (const { id } of created) this.#created.add(id);
    for (const article of [...created, ...changed]) {
      this.#articles.set(article.id, article);
      this.#byKey.set(article.sourceKey, article.id);
      const { id, title, textSha256 } = article;
      if (!this.#byText.has(textSha256)) this.#byText.set(textSha256, { id, title, textSha256 });
    }
    for (const { textBytes: _, textLength: __, blocks: ___, ...version } of versions) {
      const known = this.#versions.get(version.articleId) ?? [];
      known.push(version);
      this.#versions.set(version.articleId, known);
    }
  }

  /** An annotator's number; of one who would be new, one that nobody has. */
  async #number(sourceName: string): Promise<number> {
    const known = this.#annotators.get(sourceName);
    if (known !== undefined) return known;
    const key = { projectId: this.#projectId, sourceName };
    const number = (await knownAnnotatorNumber(this.#sql, key)) ?? -1 - this.#annotators.size;
    this.#annotators.set(sourceName, number);
    return number;
  }
}

/**
 * What an import of these files would do, article by article; nothing is written.
 *
 * @throws Refusal "not_found" or "forbidden" for the project, "invalid" if there are no files; the
 *   signal's reason if it aborts
 */
export async function forecastImport(
  actor: Actor,
  projectRef: string,
  {
    format,
    files,
    strict = false,
    update = false,
    reading = {},
    onProgress,
    signal,
  }: FilesToImport,
): Promise<ImportSummary> {
  const project = await projectFor(actor, projectRef, "import");
  const { reading: foreseen, scheme } = await foreseeReading(project, reading);
  const forecast = new Forecast(database().pool, project.id, { update });
  const counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
  const rejected: ImportSummary["rejected"][number][] = [];
  const warnings: ImportSummary["warnings"][number][] = [];
  const batches = readBatches(placed(files), {
    format,
    strict,
    signal,
    scheme,
    ...contextOf(foreseen),
    from: { file: 0, item: 0 },
    bytesBefore: 0,
  });
  for await (const { items, bytesDone } of batches) {
    for (const { path, line, column, outcome, reason, ...item } of await forecast.of(items)) {
      counts[outcome] += 1;
      if (outcome === "rejected") rejected.push({ path, line, column, reason: reason ?? "" });
      for (const warning of item.warnings) {
        warnings.push({ path, ...warning, line: warning.line ?? line });
      }
    }
    onProgress?.({ ...counts, bytesDone });
  }
  return { ...counts, rejected, warnings, namesTaken: forecast.namesTaken };
}
