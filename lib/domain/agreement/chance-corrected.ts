import { Categories, type Piece, stretchesOf } from "./positions";

/**
 * Agreement beyond what chance would bring, on things that everybody judged: Cohen's κ, Scott's π, Fleiss' κ and
 * Krippendorff's α. All are 1 − observed / expected disagreement and differ in what they expect. 1 is perfect, 0 is
 * what chance brings, below 0 is less. None is clamped. Where no disagreement could be expected they are not
 * defined: null, with a reason in words.
 */

/** A figure that is not defined, and why; the reason is there only if a figure is null. */
type Undefinable = { readonly why_undefined?: string };

export const NO_VARIATION =
  "Everything was judged the same: where nobody could have disagreed, nothing is known of reliability.";
export const NO_PAIRS = "Nothing was judged by two people or more.";
export const UNEVEN =
  "Not everything has the same number of reviewers: Krippendorff's α allows for that.";

/**
 * 1 − observed / expected disagreement of nominal values, from sums that add up over articles.
 *
 * @param observed disagreeing pairs of values, both ways, each weighed 1 / (values of its unit − 1): `n − Σ o_cc`
 *   of Krippendorff 2011
 * @param values how many there are, in units that have two or more
 * @param squares the sum over categories of the square of how often each was given
 * @param pool what a value is paired with by chance: `n − 1` for α (all but itself), `n` for Scott's π and Fleiss' κ
 *   (all, itself too), `n − Σ ℓ² / n` for uα (all but its own unit)
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

/**
 * Cohen's κ from sums that add up over articles.
 *
 * @param agreeing things that both gave the same category
 * @param things that both judged
 * @param products the sum over categories of how often the one gave it times how often the other did
 * @returns NaN where no disagreement can be expected
 */
export function kappaOf(agreeing: number, things: number, products: number): number {
  const unlike = things * things - products;
  return unlike > 0 ? (things * agreeing - products) / unlike : Number.NaN;
}

/** What somebody says of a thing; null for nothing said, which is missing and no category. */
export type Value = string | number | null;

export type Kappa = Undefinable & {
  /** The share of things that both judged the same; null of nothing. */
  readonly po: number | null;
  /** The share that chance would bring; null of nothing. */
  readonly pe: number | null;
  readonly kappa: number | null;
};

/**
 * Cohen's κ of two coders: (P_o − P_e) / (1 − P_e), where P_e multiplies the shares that each of them gave a category
 * (Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20, 1960,
 * 37-46). Things that one of them did not judge are left out.
 *
 * @param input how often the first gave the category of the row and the second that of the column; or what each
 *   of them said, thing by thing
 * @throws RangeError if the matrix is not square, or the lists are not of one length
 */
export function cohenKappa(
  input:
    | { readonly confusion: readonly (readonly number[])[] }
    | { readonly a: readonly Value[]; readonly b: readonly Value[] },
): Kappa {
  const { agreeing, disagreeing, things, rows, columns } = crossed(input);
  const products = rows.reduce((sum, of, at) => sum + of * (columns[at] ?? 0), 0);
  // As kappaOf, of sums in which nothing cancels out: of very many things it stays exact.
  const unlike = rows.reduce((sum, of, at) => sum + of * (things - (columns[at] ?? 0)), 0);
  const kappa = unlike > 0 ? 1 - (things * disagreeing) / unlike : Number.NaN;
  return {
    po: things > 0 ? agreeing / things : null,
    pe: things > 0 ? products / things ** 2 : null,
    kappa: orNull(kappa),
    ...reason(kappa, things),
  };
}

/** What two coders said of the same things: the diagonal and the margins of their confusion matrix. */
function crossed(input: Parameters<typeof cohenKappa>[0]) {
  const confusion = "confusion" in input ? input.confusion : confusionOf(input.a, input.b);
  if (confusion.some((row) => row.length !== confusion.length)) {
    throw new RangeError("A confusion matrix has as many columns as rows.");
  }
  const rows = confusion.map((row) => sumOf(row));
  const columns = confusion.map((_, at) => sumOf(confusion.map((row) => row[at] ?? 0)));
  const agreeing = sumOf(confusion.map((row, at) => row[at] ?? 0));
  const disagreeing = sumOf(confusion.map((row, at) => sumOf(row.toSpliced(at, 1))));
  return { agreeing, disagreeing, things: sumOf(rows), rows, columns };
}

function confusionOf(a: readonly Value[], b: readonly Value[]): number[][] {
  if (a.length !== b.length) throw new RangeError("Both coders judge the same things.");
  const judged = a.flatMap((one, at): [Value, Value][] => {
    const other = b[at] ?? null;
    return one === null || other === null ? [] : [[one, other]];
  });
  const names = [...new Set(judged.flat())];
  const place = new Map(names.map((name, at) => [name, at]));
  const confusion = names.map(() => names.map(() => 0));
  for (const [one, other] of judged) {
    const [row, column] = [confusion[place.get(one) ?? 0], place.get(other) ?? 0];
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  return confusion;
}

export type Pi = Undefinable & {
  readonly po: number | null;
  readonly pe: number | null;
  readonly pi: number | null;
};

/**
 * Scott's π of two coders: as Cohen's κ, but chance takes from what both gave together (Scott, "Reliability of
 * content analysis: the case of nominal scale coding", Public Opinion Quarterly 19, 1955, 321-325).
 *
 * @throws RangeError as {@link cohenKappa}
 */
export function scottPi(input: Parameters<typeof cohenKappa>[0]): Pi {
  const { agreeing, things, rows, columns } = crossed(input);
  const squares = rows.reduce((sum, of, at) => sum + (of + (columns[at] ?? 0)) ** 2, 0);
  const values = 2 * things;
  const pi = chanceCorrected(2 * (things - agreeing), values, squares, values);
  return {
    po: things > 0 ? agreeing / things : null,
    pe: things > 0 ? squares / values ** 2 : null,
    pi: orNull(pi),
    ...reason(pi, things),
  };
}

export type FleissKappa = Undefinable & {
  /** The mean share of pairs of raters that agree; null of nothing. */
  readonly P: number | null;
  readonly Pe: number | null;
  readonly kappa: number | null;
};

/** Subjects, each judged by the same number of raters, not always the same people. */
export type Ratings =
  /** Subject by subject, how many raters gave each category. */
  | { readonly counts: readonly (readonly number[])[] }
  /** Subject by subject, what its raters gave. */
  | { readonly ratings: readonly (readonly (string | number)[])[] };

/**
 * Fleiss' κ: (P̄ − P̄_e) / (1 − P̄_e), formulas 1 to 7 of Fleiss, "Measuring nominal scale agreement among many raters",
 * Psychological Bulletin 76, 1971, 378-382. It is of subjects that all have the same number of raters, and not
 * defined of others, or of fewer than two raters.
 */
export function fleissKappa(input: Ratings): FleissKappa {
  const { counts, raters } = ratedOf(input);
  if (raters === null) return { P: null, Pe: null, kappa: null, why_undefined: UNEVEN };
  if (raters < 2) return { P: null, Pe: null, kappa: null, why_undefined: NO_PAIRS };
  const values = counts.length * raters;
  const disagreeing = counts.map(
    (row) => sumOf(row.map((count) => count * (raters - count))) / (raters - 1),
  );
  const observed = sumOf(disagreeing);
  const squares = sumOf(marginsOf(counts).map((given) => given ** 2));
  const kappa = chanceCorrected(observed, values, squares, values);
  return {
    P: 1 - observed / values,
    Pe: squares / values ** 2,
    kappa: orNull(kappa),
    ...reason(kappa, values),
  };
}

/**
 * Fleiss' κ of each category against all others, formula 17 and after of the same paper:
 * κ_j = 1 − Σ_i n_ij (n − n_ij) / (N n (n − 1) p_j q_j).
 *
 * @returns in the order of the columns, or in which the categories come up; null for one that nobody or everybody
 *   gave, and for all where {@link fleissKappa} is not defined
 */
export function fleissKappaPerCategory(input: Ratings): (number | null)[] {
  const { counts, raters } = ratedOf(input);
  return marginsOf(counts).map((given, category) => {
    if (raters === null || raters < 2) return null;
    const values = counts.length * raters;
    const observed = sumOf(
      counts.map((row) => ((row[category] ?? 0) * (raters - (row[category] ?? 0))) / (raters - 1)),
    );
    // Twice: what disagrees does so both ways.
    const squares = given ** 2 + (values - given) ** 2;
    return orNull(chanceCorrected(2 * observed, values, squares, values));
  });
}

function marginsOf(counts: readonly (readonly number[])[]): number[] {
  const width = counts.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: width }, (_, at) => sumOf(counts.map((row) => row[at] ?? 0)));
}

/** `raters` is null where subjects have different numbers of them. */
function ratedOf(input: Ratings): {
  counts: readonly (readonly number[])[];
  raters: number | null;
} {
  const counts = "counts" in input ? input.counts : countsOf(input.ratings);
  const [raters = 0, ...others] = counts.map((row) => sumOf(row));
  return { counts, raters: others.every((other) => other === raters) ? raters : null };
}

function countsOf(ratings: readonly (readonly (string | number)[])[]): number[][] {
  const names = [...new Set(ratings.flat())];
  return ratings.map((of) => names.map((name) => of.filter((given) => given === name).length));
}

/** How far two values are from each other: unlike or not, by rank, by their difference, by their proportion. */
export type Level = "nominal" | "ordinal" | "interval" | "ratio";

export type Alpha = Undefinable & {
  readonly alpha: number | null;
  /** Observed disagreement, in squared distances of the level; null of nothing. */
  readonly Do: number | null;
  /** Expected disagreement; null of nothing. */
  readonly De: number | null;
};

/**
 * Krippendorff's α = 1 − D_o / D_e, with missing values (Krippendorff, "Computing Krippendorff's alpha-reliability",
 * 2011, section C and D: coincidences, each pair of values of a unit weighed 1 / (m_u − 1); expected n_c n_k / (n − 1)).
 * The squared distances: nominal 0 or 1; ordinal (Σ_{g=c..k} n_g − (n_c + n_k) / 2)², of values in the order of
 * numbers, or of the alphabet if they are words; interval (c − k)²; ratio ((c − k) / (c + k))².
 *
 * @param input `data` has a row for each coder and in it a value for each unit; null, or a row that ends before, is
 *   missing. Units with fewer than two values are left out.
 * @throws RangeError if the level is interval or ratio and a value is no number
 */
export function krippendorffAlpha(input: {
  readonly level: Level;
  readonly data: readonly (readonly Value[])[];
}): Alpha {
  const units = unitsOf(input.data);
  const names = [...new Set(units.flat())].sort(inOrder);
  if (input.level === "interval" || input.level === "ratio") {
    const word = names.find((name) => typeof name !== "number");
    if (word !== undefined) throw new RangeError(`"${word}" is no number, and has no distance.`);
  }
  const given = names.map((name) => sumOf(units.map((unit) => countIn(unit, name))));
  const values = sumOf(given);
  if (values === 0) return { alpha: null, Do: null, De: null, why_undefined: NO_PAIRS };
  const distance = distances(input.level, names, given);
  const place = new Map(names.map((name, at) => [name, at]));
  let observed = 0;
  for (const unit of units) {
    const counts = Map.groupBy(unit, (value) => place.get(value) ?? 0);
    for (const [one, ones] of counts) {
      for (const [other, others] of counts) {
        if (one === other) continue;
        const pairs = (ones.length * others.length) / (unit.length - 1);
        observed += pairs * distance(one, other);
      }
    }
  }
  let expected = 0;
  given.forEach((ofOne, one) => {
    given.forEach((ofOther, other) => {
      if (one !== other) expected += ofOne * ofOther * distance(one, other);
    });
  });
  const [Do, De] = [observed / values, expected / (values * (values - 1))];
  const alpha = De > 0 ? 1 - Do / De : Number.NaN;
  return { alpha: orNull(alpha), Do, De, ...reason(alpha, values) };
}

function unitsOf(data: readonly (readonly Value[])[]): (string | number)[][] {
  const width = data.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: width }, (_, unit) => data.flatMap((row) => row[unit] ?? [])).filter(
    (values) => values.length > 1,
  );
}

function inOrder(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function countIn(unit: readonly (string | number)[], name: string | number): number {
  return unit.filter((value) => value === name).length;
}

/** The squared distance of two values, by their places. */
function distances(
  level: Level,
  names: readonly (string | number)[],
  given: readonly number[],
): (one: number, other: number) => number {
  // How many values come before the middle of those that are the same.
  let passed = 0;
  const ranks = given.map((count) => {
    passed += count;
    return passed - count / 2;
  });
  const value = (at: number) => Number(names[at]);
  return (one, other) => {
    if (level === "nominal") return one === other ? 0 : 1;
    if (level === "ordinal") return ((ranks[one] ?? 0) - (ranks[other] ?? 0)) ** 2;
    const difference = value(one) - value(other);
    if (level === "interval") return difference ** 2;
    const sum = value(one) + value(other);
    // Of opposites the proportion is boundless; of 0 and 0 there is no difference.
    return difference === 0 ? 0 : (difference / sum) ** 2;
  };
}

/** What somebody marked of a text, in positions; with a category, or "in" as against "out" of all. */
export type Marked = readonly [start: number, end: number, category?: string];

/**
 * Cohen's κ and Scott's π of two coders who marked ranges of a text, each position judged: marked with a category, with
 * several at once (a category of its own) or not at all. Positions know no boundaries: two ranges that touch are
 * one. Found by a sweep, not position by position.
 *
 * @param input `length` in positions (characters, words); ranges are half-open, in any order; empty ones mark
 *   nothing
 * @throws RangeError if a range leaves the text
 */
export function cohenKappaOnPositions(input: {
  readonly length: number;
  readonly coder1_spans: readonly Marked[];
  readonly coder2_spans: readonly Marked[];
}): { readonly kappa: number | null; readonly pi: number | null } & Undefinable {
  const { stretches, categories } = swept(input.length, [input.coder1_spans, input.coder2_spans]);
  const confusion = Array.from({ length: categories }, () => new Array<number>(categories).fill(0));
  for (const { length, said } of stretches) {
    const [one = 0, other = 0] = said;
    const row = confusion[one];
    if (row) row[other] = (row[other] ?? 0) + length;
  }
  const { kappa, why_undefined } = cohenKappa({ confusion });
  const { pi } = scottPi({ confusion });
  return { kappa, pi, ...(why_undefined === undefined ? {} : { why_undefined }) };
}

/**
 * Krippendorff's nominal α of coders who marked ranges of a text, each position a unit that all of them judged: as
 * {@link cohenKappaOnPositions} sees positions.
 *
 * @throws RangeError if a range leaves the text
 */
export function krippendorffAlphaNominalOnPositions(
  input: { readonly length: number } & (
    | { readonly coders: readonly (readonly Marked[])[] }
    | { readonly coder1_spans: readonly Marked[]; readonly coder2_spans: readonly Marked[] }
  ),
): Alpha {
  const coders = "coders" in input ? input.coders : [input.coder1_spans, input.coder2_spans];
  const m = coders.length;
  const values = input.length * m;
  if (m < 2 || values === 0) return { alpha: null, Do: null, De: null, why_undefined: NO_PAIRS };
  const { stretches, categories } = swept(input.length, coders);
  const given = new Array<number>(categories).fill(0);
  let observed = 0;
  for (const { length, said } of stretches) {
    for (const one of said) {
      given[one] = (given[one] ?? 0) + length;
      const unlike = said.filter((other) => other !== one).length;
      observed += (length * unlike) / (m - 1);
    }
  }
  const squares = sumOf(given.map((of) => of ** 2));
  const alpha = chanceCorrected(observed, values, squares, values - 1);
  return {
    alpha: orNull(alpha),
    Do: observed / values,
    De: (values ** 2 - squares) / (values * (values - 1)),
    ...reason(alpha, values),
  };
}

function swept(length: number, coders: readonly (readonly Marked[])[]) {
  const categories = new Categories();
  const pieces = coders.map((of) =>
    of.map(
      ([start, end, category = "in"]): Piece => ({
        start,
        end,
        category: categories.numberOf(category),
      }),
    ),
  );
  const { count, lengths, said } = stretchesOf(length, pieces, categories);
  const m = coders.length;
  const stretches = Array.from({ length: count }, (_, at) => ({
    length: lengths[at] ?? 0,
    said: said.subarray(at * m, (at + 1) * m),
  }));
  return { stretches, categories: categories.size };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function reason(value: number, judged: number): Undefinable {
  if (!Number.isNaN(value)) return {};
  return { why_undefined: judged > 0 ? NO_VARIATION : NO_PAIRS };
}
