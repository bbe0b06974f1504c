import { chanceCorrected, NO_PAIRS, NO_VARIATION } from "./chance-corrected";
import { Categories, type Stretch, stretchesOf } from "./positions";

/**
 * Krippendorff's α for unitizing: how far coders agree on where units of a continuum lie and on what they are
 * (Krippendorff, Mathet, Bouvry and Widlöcher, "On the reliability of unitizing textual continua: further
 * developments", Quality & Quantity 50, 2016, 2347-2364; Krippendorff, Content Analysis, 4th ed. 2019, 12.6).
 *
 * Coincidences are lengths of intersections of units and gaps of different coders, ℓ_ck = Σ_i Σ_{j≠i} |∩| / (m − 1)
 * (eq. 32 of 2019). By chance nothing meets itself: ε_ck = (ℓ_c ℓ_k − [c = k] own_c) / (ℓ − own / ℓ) (eq. 33), where
 * own_c is the sum of ℓ² of the units of c, and of gaps their length alone. The margins ℓ_c are how much each coder
 * gave c, so that uα differs from the α of positions in what chance pairs only.
 */

/** A unit of a continuum: half-open, in whatever the continuum is measured in. */
export type Unit = readonly [start: number, end: number, category: string];

export type UnitizingAlphas = {
  /** uα: on where units lie and on their categories. */
  readonly u_alpha: number | null;
  /** |uα: on what is a unit and what is a gap, whatever the category. */
  readonly u_alpha_binary: number | null;
  /** cuα: on the categories, of what two coders hold to be a unit. */
  readonly cu_alpha: number | null;
  /** (k)uα: on one category, of what one coder holds to be of it and another to be a unit; by category. */
  readonly ku_alpha: Readonly<Record<string, number | null>>;
  /** By the names above, and `ku_alpha.` and the category; only of what is null. */
  readonly why_undefined: Readonly<Record<string, string>>;
};

/** What uα and its kin are made of: it adds up over continua, also those of other coders or of more of them. */
export type UnitizingSums = {
  /** ℓ: the length of the continuum, for each coder. */
  total: number;
  /** ℓ_φ: of gaps. */
  gaps: number;
  /** Intersections of unlike categories, gaps being one. */
  unlike: number;
  /** Intersections of units with gaps, both ways. */
  besides: number;
  /** own: Σ ℓ² of units and Σ ℓ of gaps. */
  own: number;
  /** ℓ*: intersections of units with units, and of these the unlike. */
  met: number;
  metUnlike: number;
  /** own*: the squares of intersections of units with what another coder holds to be units, / (m − 1). */
  metOwn: number;
};

/** Of one category against all others, as {@link UnitizingSums}. */
export type CategorySums = {
  /** ℓ_k: of all coders together. */
  given: number;
  /** Intersections with what is not of it, both ways. */
  unlike: number;
  /** Σ ℓ² of its units. */
  own: number;
  /** ℓ*_k: of these, intersections with units; and ℓ*_kk, with units of the same category. */
  met: number;
  metAlike: number;
  metOwn: number;
  /** Where one coder has it and another anything: how long, once. */
  seen: number;
};

/** uα, equation 34. @param squares Σ ℓ_c², that of gaps too. NaN if not defined. */
export function uAlphaOf({ unlike, total, own }: UnitizingSums, squares: number): number {
  return chanceCorrected(unlike, total, squares, total - own / total);
}

/** |uα, equation 35. NaN if not defined. */
export function uAlphaBinaryOf({ besides, total, gaps, own }: UnitizingSums): number {
  return chanceCorrected(besides, total, gaps ** 2 + (total - gaps) ** 2, total - own / total);
}

/**
 * cuα, equations 36 and 37. Where units meet and all of these are of one category, there is no doubt on
 * categories: 1, though by chance there were none either.
 *
 * @param squares Σ ℓ*_c²
 * @returns NaN where no unit of one coder meets one of another, or so few do that each could by chance meet itself only
 */
export function cuAlphaOf({ met, metUnlike, metOwn }: UnitizingSums, squares: number): number {
  if (met > 0 && metUnlike === 0) return 1;
  return chanceCorrected(metUnlike, met, squares, met - metOwn / met);
}

/**
 * (k)uα, equation 38: 1 − (ε*_k / ℓ*_k) (ℓ*_k − ℓ*_kk) / (ε*_k − ε*_kk), which comes to
 * 1 − (ℓ*_k ℓ* − own*_k) (ℓ*_k − ℓ*_kk) / (ℓ*_k² (ℓ* − ℓ*_k)). 1 if all that meets it is of its category.
 *
 * @param all ℓ* of all categories
 * @returns NaN as {@link cuAlphaOf}
 */
export function kuAlphaOf(
  { met, metAlike, metOwn }: Pick<CategorySums, "met" | "metAlike" | "metOwn">,
  all: number,
): number {
  if (met > 0 && met === metAlike) return 1;
  const pool = met * all - metOwn;
  return pool > 0 ? 1 - (pool * (met - metAlike)) / (met ** 2 * (all - met)) : Number.NaN;
}

/**
 * uα and its kin for two coders or more, by one sweep over the continuum.
 *
 * @param input `length` of the continuum, of which each coder has seen all; units of a coder may touch and come in any
 *   order, and do not overlap: where they do, the paper has no figure, and nor has this. Empty units are none.
 * @throws RangeError if a unit leaves the continuum
 */
export function uAlphaFamily(input: {
  readonly length: number;
  readonly coders: readonly (readonly Unit[])[];
}): UnitizingAlphas {
  const { length, coders } = input;
  const names = [...new Set(coders.flatMap((units) => units.map(([, , category]) => category)))];
  const isOverlapping = coders.some((units) => {
    const sorted = units.filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
    return sorted.some(([start], at) => start < (sorted[at - 1]?.[1] ?? 0));
  });
  const nothing = isOverlapping ? OVERLAPPING : coders.length < 2 || length === 0 ? NO_PAIRS : null;
  if (nothing !== null) return undefinedFor(names.sort(), nothing);
  const categories = new Categories();
  const stretches = stretchesOf(
    length,
    coders.map((units) =>
      units.map(([start, end, name]) => ({ start, end, category: categories.numberOf(name) })),
    ),
    categories,
  );
  const { sums, given, met } = unitizingSums(stretches);
  const squares = (of: ReadonlyMap<number, number>) =>
    [...of.values()].reduce((sum, each) => sum + each ** 2, 0);
  const why: Record<string, string> = {};
  const told = (name: string, value: number, reason: string) => {
    if (!Number.isNaN(value)) return value;
    why[name] = reason;
    return null;
  };
  const ku = names.sort().map((name) => {
    const sumsOf = categorySums(stretches, categories, categories.numberOf(name));
    return [
      name,
      told(`ku_alpha.${name}`, kuAlphaOf(sumsOf, sums.met), whyNotMet(sumsOf.met)),
    ] as const;
  });
  return {
    u_alpha: told("u_alpha", uAlphaOf(sums, squares(given)), NO_VARIATION),
    u_alpha_binary: told("u_alpha_binary", uAlphaBinaryOf(sums), NO_VARIATION),
    cu_alpha: told("cu_alpha", cuAlphaOf(sums, squares(met)), whyNotMet(sums.met)),
    ku_alpha: Object.fromEntries(ku),
    why_undefined: why,
  };
}

const OVERLAPPING = "Units of one coder overlap: this is defined for units that do not.";
/** Why there is no cuα or (k)uα. @param met how much the units that are meant meet others */
export function whyNotMet(met: number): string {
  return met > 0
    ? "Too few places were marked by two people for chance to be told."
    : "Nowhere did two people mark the same place.";
}

function undefinedFor(names: readonly string[], why: string): UnitizingAlphas {
  const keys = [
    "u_alpha",
    "u_alpha_binary",
    "cu_alpha",
    ...names.map((name) => `ku_alpha.${name}`),
  ];
  return {
    u_alpha: null,
    u_alpha_binary: null,
    cu_alpha: null,
    ku_alpha: Object.fromEntries(names.map((name) => [name, null])),
    why_undefined: Object.fromEntries(keys.map((key) => [key, why])),
  };
}

/** How often each category was given, in positions: ℓ_c, or ℓ*_c. */
type ByCategory = ReadonlyMap<number, number>;

/**
 * The sums of one continuum, and how much of it two coders or more hold to be units. Sets of categories that overlap count as categories of their own, and units end
 * where others of the same coder begin or end: uα of such units is this extension of the paper, which has none.
 *
 * @param stretches of at least two coders
 */
export function unitizingSums(stretches: readonly Stretch[]): {
  sums: UnitizingSums;
  given: ByCategory;
  met: ByCategory;
  seen: number;
} {
  let seen = 0;
  const sums: UnitizingSums = {
    total: 0,
    gaps: 0,
    unlike: 0,
    besides: 0,
    own: 0,
    met: 0,
    metUnlike: 0,
    metOwn: 0,
  };
  const given = new Map<number, number>();
  const met = new Map<number, number>();
  for (const { length, said } of stretches) {
    const m = said.length;
    const weight = length / (m - 1);
    let units = 0;
    for (const category of said) if (category !== 0) units += 1;
    if (units > 1) seen += length;
    sums.total += length * m;
    sums.gaps += length * (m - units);
    sums.own += length * (m - units);
    sums.besides += 2 * weight * units * (m - units);
    sums.met += weight * units * (units - 1);
    for (const category of said) {
      let alike = 0;
      for (const other of said) if (other === category) alike += 1;
      sums.unlike += weight * (m - alike);
      given.set(category, (given.get(category) ?? 0) + length);
      if (category === 0) continue;
      sums.metUnlike += weight * (units - alike);
      met.set(category, (met.get(category) ?? 0) + weight * (units - 1));
    }
  }
  const isUnit = (category: number) => category !== 0;
  const own = ownOf(stretches, isUnit, (edges) => edges.length > 0);
  sums.own += own.squares;
  sums.metOwn = own.met;
  return { sums, given, met, seen };
}

/** The sums of one category of a continuum. */
export function categorySums(
  stretches: readonly Stretch[],
  categories: Categories,
  category: number,
): CategorySums {
  const isOf = (set: number) => categories.membersOf(set).includes(category);
  const sums: CategorySums = {
    given: 0,
    unlike: 0,
    own: 0,
    met: 0,
    metAlike: 0,
    metOwn: 0,
    seen: 0,
  };
  for (const { length, said } of stretches) {
    let [alike, units] = [0, 0];
    for (const set of said) {
      if (set === 0) continue;
      units += 1;
      if (isOf(set)) alike += 1;
    }
    if (alike === 0) continue;
    const weight = length / (said.length - 1);
    sums.given += length * alike;
    sums.unlike += 2 * weight * alike * (said.length - alike);
    if (units > 1) sums.seen += length;
    sums.met += weight * alike * (units - 1);
    sums.metAlike += weight * alike * (alike - 1);
  }
  const own = ownOf(stretches, isOf, (edges) => edges.includes(category));
  return { ...sums, own: own.squares, metOwn: own.met };
}

/**
 * What units would pair with themselves: the sum of their squared lengths, and of the squared lengths that they meet
 * of what another coder holds to be a unit, / (m − 1).
 *
 * @param isOf whether what somebody said of a stretch is of the units that are meant
 * @param isCut whether such a unit ends, or another begins, at edges
 */
function ownOf(
  stretches: readonly Stretch[],
  isOf: (category: number) => boolean,
  isCut: (edges: readonly number[]) => boolean,
): { squares: number; met: number } {
  const m = stretches[0]?.said.length ?? 0;
  let [squares, met] = [0, 0];
  for (let coder = 0; coder < m; coder += 1) {
    let length = 0;
    const meeting = new Float64Array(m);
    const end = () => {
      squares += length ** 2;
      for (const each of meeting) met += each ** 2 / (m - 1);
      length = 0;
      meeting.fill(0);
    };
    for (const stretch of stretches) {
      if (length > 0 && isCut(stretch.edges[coder] ?? [])) end();
      if (!isOf(stretch.said[coder] ?? 0)) continue;
      length += stretch.length;
      stretch.said.forEach((other, at) => {
        if (at !== coder && other !== 0) meeting[at] = (meeting[at] ?? 0) + stretch.length;
      });
    }
    end();
  }
  return { squares, met };
}
