import { chanceCorrected, NO_PAIRS, NO_VARIATION } from "./chance-corrected";
import { Categories, type Stretches, stretchesOf } from "./positions";

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
  const { sums, given, met, categories: each } = unitize(stretches, categories);
  const squares = (of: Float64Array) => of.reduce((sum, length) => sum + length ** 2, 0);
  const why: Record<string, string> = {};
  const told = (name: string, value: number, reason: string) => {
    if (!Number.isNaN(value)) return value;
    why[name] = reason;
    return null;
  };
  const ku = names.sort().map((name) => {
    const sumsOf = each.get(categories.numberOf(name)) ?? { met: 0, metAlike: 0, metOwn: 0 };
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

/** What one continuum comes to. Lists are by the numbers of categories, of sets of them where that is said. */
export type Unitized = {
  readonly sums: UnitizingSums;
  /** ℓ_c of each set of categories: how long it was given, by coder and by all of them. */
  readonly givenBy: readonly Float64Array[];
  readonly given: Float64Array;
  /** ℓ*_c of each set of categories. */
  readonly met: Float64Array;
  /** By coder, Σ ℓ² of units and Σ ℓ of gaps. */
  readonly ownBy: Float64Array;
  /** How much of it two coders or more hold to be units. */
  readonly seen: number;
  /** Of each category that somebody gave, whatever else they gave with it. */
  readonly categories: ReadonlyMap<number, CategorySums>;
};

/**
 * Goes once over a continuum. Sets of categories that overlap count as categories of their own, and units end
 * where others of the same coder begin or end: uα of such units is this extension of the paper, which has none. Of
 * one category by itself, units end where they do.
 *
 * @param stretches of at least two coders, see {@link stretchesOf}
 */
export function unitize(stretches: Stretches, known: Categories): Unitized {
  const { coders: m, count, lengths, said, edgeCoders, edgeCategories, edgesUntil } = stretches;
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
  const given = new Float64Array(known.size);
  const met = new Float64Array(known.size);
  const givenBy = Array.from({ length: m }, () => new Float64Array(known.size));
  const ownBy = new Float64Array(m);
  const categories = new Map<number, CategorySums>();
  const units = Array.from({ length: m }, (_, coder) => new OpenUnit(coder, m));
  /** At m × category + coder, the units of each category by itself. */
  const alone: (OpenUnit | undefined)[] = [];
  const alike = new Int32Array(known.size);
  const touched: number[] = [];
  let seen = 0;

  const end = (coder: number) => {
    const [own, metOwn] = units[coder]?.end() ?? NOTHING;
    ownBy[coder] = (ownBy[coder] ?? 0) + own;
    sums.metOwn += metOwn;
  };
  const endAlone = (unit: OpenUnit | undefined, of: CategorySums | undefined) => {
    if (!unit || !of) return;
    const [own, metOwn] = unit.end();
    of.own += own;
    of.metOwn += metOwn;
  };
  let edge = 0;
  for (let stretch = 0; stretch < count; stretch += 1) {
    for (; edge < (edgesUntil[stretch] ?? 0); edge += 1) {
      const [coder, category] = [edgeCoders[edge] ?? 0, edgeCategories[edge] ?? 0];
      end(coder);
      endAlone(alone[m * category + coder], categories.get(category));
    }
    const length = lengths[stretch] ?? 0;
    const first = stretch * m;
    const weight = length / (m - 1);
    let marking = 0;
    for (let coder = 0; coder < m; coder += 1) {
      const category = said[first + coder] ?? 0;
      const own = givenBy[coder];
      if (own) own[category] = (own[category] ?? 0) + length;
      if (category === 0) continue;
      marking += 1;
      units[coder]?.add(length, said, first);
      for (const member of known.membersOf(category)) {
        if (alike[member] === 0) touched.push(member);
        alike[member] = (alike[member] ?? 0) + 1;
        let unit = alone[m * member + coder];
        if (!unit) {
          unit = new OpenUnit(coder, m);
          alone[m * member + coder] = unit;
        }
        unit.add(length, said, first);
      }
    }
    sums.total += length * m;
    if (marking === 0) continue;
    if (marking > 1) seen += length;
    sums.besides += 2 * weight * marking * (m - marking);
    sums.met += weight * marking * (marking - 1);
    for (let coder = 0; coder < m; coder += 1) {
      const category = said[first + coder] ?? 0;
      let same = 0;
      for (let other = 0; other < m; other += 1) if (said[first + other] === category) same += 1;
      sums.unlike += weight * (m - same);
      if (category === 0) continue;
      sums.metUnlike += weight * (marking - same);
      met[category] = (met[category] ?? 0) + weight * (marking - 1);
    }
    for (const category of touched) {
      let of = categories.get(category);
      if (!of) {
        of = { given: 0, unlike: 0, own: 0, met: 0, metAlike: 0, metOwn: 0, seen: 0 };
        categories.set(category, of);
      }
      const times = alike[category] ?? 0;
      of.given += length * times;
      of.unlike += 2 * weight * times * (m - times);
      of.met += weight * times * (marking - 1);
      of.metAlike += weight * times * (times - 1);
      if (marking > 1) of.seen += length;
      alike[category] = 0;
    }
    touched.length = 0;
  }
  for (let coder = 0; coder < m; coder += 1) {
    end(coder);
    for (const [category, of] of categories) endAlone(alone[m * category + coder], of);
    givenBy[coder]?.forEach((length, category) => {
      given[category] = (given[category] ?? 0) + length;
    });
    const gaps = givenBy[coder]?.[0] ?? 0;
    ownBy[coder] = (ownBy[coder] ?? 0) + gaps;
    sums.gaps += gaps;
    sums.own += ownBy[coder] ?? 0;
  }
  return { sums, givenBy, given, met, ownBy, seen, categories };
}

/** A unit of one coder that is being gone through. */
class OpenUnit {
  readonly #coder: number;
  #length = 0;
  /** By coder, how much of it they hold to be a unit. */
  readonly #meeting: Float64Array;

  constructor(coder: number, coders: number) {
    this.#coder = coder;
    this.#meeting = new Float64Array(coders);
  }

  /** @param first where what was said of the stretch begins */
  add(length: number, said: Int32Array, first: number): void {
    this.#length += length;
    const meeting = this.#meeting;
    for (let other = 0; other < meeting.length; other += 1) {
      if (other === this.#coder || said[first + other] === 0) continue;
      meeting[other] = (meeting[other] ?? 0) + length;
    }
  }

  /** What it would pair with itself: ℓ², and what of it meets units of each other, squared, / (m − 1). */
  end(): readonly [own: number, metOwn: number] {
    if (this.#length === 0) return NOTHING;
    const own = this.#length ** 2;
    let metOwn = 0;
    for (const length of this.#meeting) metOwn += length ** 2;
    this.#length = 0;
    this.#meeting.fill(0);
    return [own, metOwn / (this.#meeting.length - 1)];
  }
}

const NOTHING = [0, 0] as const;
