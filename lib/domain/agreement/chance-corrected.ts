/**
 * Agreement beyond what chance would bring, on things that everybody judged: Cohen's κ, Scott's π, Fleiss' κ and
 * Krippendorff's α. All are 1 − observed / expected disagreement and differ in what they expect. 1 is perfect, 0 is
 * chance, below 0 is worse than chance. None is clamped, and where nothing can be expected (nobody could have
 * disagreed) it is not defined: null, with a reason in words.
 */

/** A coefficient, or why there is none. */
export type Coefficient = { readonly value: number | null; readonly why_undefined?: string };

export const NO_VARIATION =
  "Everything was judged the same, so that nobody could have disagreed: this says nothing on reliability.";
export const NO_PAIRS = "Nothing was judged by two people or more.";

/**
 * 1 − observed / expected disagreement of nominal values, from sums that add up over articles.
 *
 * @param observed disagreeing pairs of values, each weighed 1 / (values of its unit − 1), both ways
 * @param values how many values there are in such units: `n` of Krippendorff 2011, the raters × subjects of Fleiss
 * @param squares the sum over categories of the square of how often each was given
 * @param pool what a value is paired with by chance: `n − 1` for α (without itself), `n` for Scott's π and Fleiss' κ
 *   (with replacement), `n − Σ ℓ² / n` for uα (without its own unit)
 * @returns NaN where no disagreement can be expected
 */
export function chanceCorrected(
  observed: number,
  values: number,
  squares: number,
  pool: number,
): number {
  const unlike = values * values - squares;
  return unlike > 0 && pool > 0 ? 1 - (observed * pool) / unlike : Number.NaN;
}
