import type { Attributes, Relation, Span } from "../span";
import { chanceCorrected, NO_PAIRS, NO_VARIATION } from "./chance-corrected";
import { Categories, inWords, stretchesOf } from "./positions";
import type { AgreementReport, PositionUnit } from "./report-schemas";

/** What one reviewer has submitted of an article version. */
export type SubmittedWork = {
  /** As in datasets: "a1". */
  readonly reviewer: string;
  readonly spans: readonly Pick<Span, "id" | "label" | "fragments" | "attributes">[];
  readonly relations: readonly Relation[];
  /** Of the article itself. */
  readonly attributes: Attributes;
};

/** One article version, and who has submitted what of it. */
export type ReviewedArticle = {
  readonly article: string;
  /** The numbers of the rounds that it counts for; none for work outside of rounds. */
  readonly rounds: readonly number[];
  /** In code points. */
  readonly length: number;
  /** Starts and ends of its words in turn, in code points; not asked for where the unit is the character. */
  readonly words: Int32Array;
  /** Who has submitted it: nobody twice. Without any span they found nothing, which is work too. */
  readonly submitted: readonly SubmittedWork[];
  /** Whose it was to do, and who have not submitted it. */
  readonly notSubmitted: readonly string[];
};

export type ReportOptions = {
  readonly unit: PositionUnit;
  /** Of the bootstrap and of γ. */
  readonly seed: number;
  /** Of the bootstrap; 1,000 by default. */
  readonly resamples?: number;
  /** Types of relations without a direction. */
  readonly symmetric: ReadonlySet<string>;
  /** Whether γ is computed too, which takes long. */
  readonly gamma?: boolean;
};

export const DEFAULT_RESAMPLES = 1000;

/**
 * Computes the report on agreement, article by article. What it keeps grows with articles, labels and pairs of
 * reviewers, not with spans or texts.
 */
export class AgreementAccumulator {
  readonly #options: ReportOptions;
  readonly #categories = new Categories();
  #articles = 0;
  #articlesOfOne = 0;
  #notAnnotated = 0;
  #foundNothing = 0;
  #observed = 0;
  #values = 0;
  readonly #given: number[] = [];

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** @throws RangeError if a span leaves its text: spans are checked where they come in */
  add({ length, words, submitted, notSubmitted }: ReviewedArticle): void {
    this.#notAnnotated += notSubmitted.length;
    this.#foundNothing += submitted.filter(({ spans }) => spans.length === 0).length;
    if (submitted.length === 1) this.#articlesOfOne += 1;
    if (submitted.length < 2) return;
    this.#articles += 1;
    const inTokens = this.#options.unit === "token";
    const coders = submitted.map(({ spans }) =>
      spans.flatMap(({ label, fragments }) => {
        const category = this.#categories.numberOf(label);
        const placed = inTokens ? inWords(fragments, words) : fragments;
        return placed.map(({ start, end }) => ({ start, end, category }));
      }),
    );
    const size = inTokens ? words.length / 2 : length;
    for (const stretch of stretchesOf(size, coders, this.#categories)) {
      const counts = new Map<number, number>();
      for (const said of stretch.said) counts.set(said, (counts.get(said) ?? 0) + 1);
      const m = stretch.said.length;
      this.#values += stretch.length * m;
      for (const [category, count] of counts) {
        this.#given[category] = (this.#given[category] ?? 0) + stretch.length * count;
        this.#observed += (stretch.length * count * (m - count)) / (m - 1);
      }
    }
  }

  report(): AgreementReport {
    const { unit, seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const squares = this.#given.reduce((sum, given) => sum + given * given, 0);
    const alpha = chanceCorrected(this.#observed, this.#values, squares, this.#values - 1);
    const isDefined = !Number.isNaN(alpha);
    return {
      unit,
      seed,
      resamples,
      reviewers: [],
      articles: this.#articles,
      articles_of_one: this.#articlesOfOne,
      not_annotated: this.#notAnnotated,
      found_nothing: this.#foundNothing,
      measures: [
        {
          name: "krippendorff_alpha",
          value: isDefined ? alpha : null,
          ...(isDefined ? {} : { why_undefined: this.#values > 0 ? NO_VARIATION : NO_PAIRS }),
          low: null,
          high: null,
          n: this.#values,
          n_unit: unit,
        },
      ],
      labels: [],
      pairs: [],
      relations: [],
      attributes: [],
      confusion: [],
      distribution: [],
      by_article: [],
      rounds: [],
    };
  }
}
