import { SeededRandom } from "../random";
import { heaviestMatching } from "./matching";
import type { Unit } from "./unitizing";

/**
 * γ: how far coders agree on where units are and on what they are, by the best way of aligning their units (Mathet,
 * Widlöcher and Métivier, "The unified and holistic method gamma (γ) for inter-annotator agreement measure and
 * alignment", Computational Linguistics 41, 2015, 437-479). Units may overlap, also those of one coder.
 */

export type Dissimilarity = {
  /** How much place weighs. */
  readonly alpha: number;
  /** How much categories weigh. */
  readonly beta: number;
  /** What a unit costs that has no counterpart: Δ∅. */
  readonly delta_empty: number;
};

const PLAIN: Dissimilarity = { alpha: 1, beta: 1, delta_empty: 1 };

type Placed = readonly [start: number, end: number, category?: string];

/** The units of each coder, and how they are compared; every weight is 1 if nothing is said. */
export type Continuum = Partial<Dissimilarity> & { readonly coders: readonly (readonly Unit[])[] };

/**
 * d_pos of each pair: ((|s₁ − s₂| + |e₁ − e₂|) / (l₁ + l₂))² Δ∅ (section 4.3.1). Two empty units are 0 from each other
 * at one place, and without bound otherwise.
 */
export function gammaPositionalDissimilarity(input: {
  readonly pairs: readonly (readonly [Placed, Placed])[];
  readonly delta_empty?: number;
}): number[] {
  return input.pairs.map(([one, other]) => positional(one, other) * (input.delta_empty ?? 1));
}

function positional([s1, e1]: Placed, [s2, e2]: Placed): number {
  const apart = Math.abs(s1 - s2) + Math.abs(e1 - e2);
  return apart === 0 ? 0 : (apart / (e1 - s1 + e2 - s2)) ** 2;
}

/** The dissimilarity of two units (section 4.3.3): α d_pos + β d_cat, where d_cat is Δ∅ for unlike categories. */
function combined(one: Unit, other: Unit, { alpha, beta, delta_empty }: Dissimilarity): number {
  // α may be 0, which makes nothing of what is boundless.
  const place = alpha === 0 ? 0 : alpha * positional(one, other);
  return (place + (one[2] === other[2] ? 0 : beta)) * delta_empty;
}

/**
 * The disorder of the best alignment (definitions 6 to 8, section 4.4): each unit of each coder is in exactly one
 * unitary alignment, which has one unit or none (∅) of every coder, and whose disorder is the mean dissimilarity of its
 * pairs, Δ∅ where one or both are ∅. The sum of these that is the least, over the mean number of units of a coder.
 *
 * It is exact: of two coders it is an assignment, of more a search that leaves out what cannot be of the best. The
 * alignment itself may be one of several.
 *
 * @returns null if there are fewer than two coders, or no units, or if so many units hang together that the search
 *   would not end in reasonable time
 * @throws RangeError if a unit ends before its start, or Δ∅ is not above 0
 */
export function gammaBestAlignmentDisorder(input: Continuum): number | null {
  return drained(disorder(input.coders, weightsOf(input))).value;
}

/** Work that rests now and then, so that others get their turn. */
type Resting<Of> = Generator<void, Of>;

function drained<Of>(work: Resting<Of>): Of {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

type Found = { readonly value: number | null; readonly why_undefined?: string };

const NO_UNITS = "Nobody marked anything.";
const ALONE = "There is the work of one person only.";
const ENTANGLED = "Too many units lie over each other for the best alignment to be found.";
const NOTHING_EXPECTED = "Chance would bring no disorder.";

function weightsOf(input: Partial<Dissimilarity>): Dissimilarity {
  const { alpha, beta, delta_empty } = { ...PLAIN, ...input };
  if (!(delta_empty > 0 && alpha >= 0 && beta >= 0)) {
    throw new RangeError("The weights of a dissimilarity are 0 or more, and Δ∅ is above 0.");
  }
  return { alpha, beta, delta_empty };
}

function* disorder(
  coders: readonly (readonly Unit[])[],
  weights: Dissimilarity,
  effort = new Effort(MOST_EFFORT),
): Resting<Found> {
  const count = coders.reduce((sum, units) => sum + units.length, 0);
  if (coders.length < 2) return { value: null, why_undefined: ALONE };
  if (count === 0) return { value: null, why_undefined: NO_UNITS };
  for (const [start, end] of coders.flat()) {
    if (!(start <= end)) throw new RangeError(`${start}-${end} ends before its start.`);
  }
  if (areAlike(coders)) return { value: 0 };
  const saved =
    coders.length === 2 ? ofTwo(coders, weights) : yield* ofMany(coders, weights, effort);
  if (saved === null) return { value: null, why_undefined: ENTANGLED };
  const total = count * weights.delta_empty - saved;
  // What is left of sums that cancel out is nothing.
  const isNothing = total < count * weights.delta_empty * 1e-12;
  return { value: isNothing ? 0 : (total * coders.length) / count };
}

/** Whether all coders have the same units: nothing is out of order then, however many they are. */
function areAlike(coders: readonly (readonly Unit[])[]): boolean {
  const [first, ...others] = coders.map((units) =>
    JSON.stringify(units.map((unit) => JSON.stringify(unit)).sort()),
  );
  return others.every((other) => other === first);
}

/** A unit and whose it is. */
type Owned = { readonly unit: Unit; readonly coder: number; readonly at: number };

/** The units of all coders, each with its place in its coder's list, by where their middles are. */
function inMiddleOrder(coders: readonly (readonly Unit[])[]): Owned[] {
  return coders
    .flatMap((of, coder) => of.map((unit, at) => ({ unit, coder, at })))
    .sort((a, b) => a.unit[0] + a.unit[1] - b.unit[0] - b.unit[1] || a.coder - b.coder);
}

/**
 * Of each unit the later ones of other coders that are less than a limit from it, by their places. Found by a sweep: two
 * units are at least as far apart, at both ends together, as twice their middles are.
 */
function nearTo(
  units: readonly Owned[],
  limit: number,
  weights: Dissimilarity,
): { readonly to: number; readonly distance: number }[][] {
  const longest = units.reduce((most, { unit }) => Math.max(most, unit[1] - unit[0]), 0);
  const reach = Math.sqrt(limit / (weights.alpha * weights.delta_empty)); // boundless where place weighs nothing
  return units.map(({ unit, coder }, at) => {
    const [start, end] = unit;
    const found: { to: number; distance: number }[] = [];
    for (let to = at + 1; to < units.length; to += 1) {
      const other = units[to];
      if (!other) break;
      const apart = other.unit[0] + other.unit[1] - start - end;
      if (apart > 0 && apart >= reach * (end - start + longest)) break;
      if (other.coder === coder) continue;
      const distance = combined(unit, other.unit, weights);
      if (distance < limit) found.push({ to, distance });
    }
    return found;
  });
}

/** What two coders' best alignment saves of every unit's being alone: 2 Δ∅ − d of each pair, by an assignment. */
function ofTwo(coders: readonly (readonly Unit[])[], weights: Dissimilarity): number {
  const units = inMiddleOrder(coders);
  const most = 2 * weights.delta_empty;
  const edges = nearTo(units, most, weights).flatMap((near, from) =>
    near.flatMap(({ to, distance }) => {
      const [first, second] = [units[from], units[to]];
      if (!first || !second) return [];
      const [one, other] = first.coder === 0 ? [first, second] : [second, first];
      return [{ one: one.at, other: other.at, weight: most - distance }];
    }),
  );
  // Whole numbers, whose sums are not rounded.
  const scale = 2 ** 36 / weights.delta_empty;
  const partner = heaviestMatching(
    coders[0]?.length ?? 0,
    coders[1]?.length ?? 0,
    edges.map(({ one, other, weight }) => ({ one, other, weight: Math.ceil(weight * scale) })),
  );
  return edges.reduce((sum, edge) => sum + (partner[edge.one] === edge.other ? edge.weight : 0), 0);
}

/** Units, by their places in the order of the text, that could be aligned, and what that saves. */
type Candidate = { readonly units: readonly number[]; readonly saving: number };

/** How many candidates and how many steps are tried for a unit, before it is given up. */
const MOST_CANDIDATES = 300_000;
const MOST_STEPS = 300_000;
/** How many are enough for a good way, which mostly is the best. */
const FEW_STATES = 50;

/** What the best alignment of three coders or more saves; null if it cannot be found in reasonable time. */
function* ofMany(
  coders: readonly (readonly Unit[])[],
  weights: Dissimilarity,
  effort: Effort,
): Resting<number | null> {
  const units = inMiddleOrder(coders);
  const candidates = yield* candidatesOf(units, coders.length, weights);
  if (!candidates) return null;
  let saved = 0;
  for (const component of componentsOf(units.length, candidates)) {
    const best = yield* heaviestPacking(component, effort);
    if (best === null) return null;
    saved += best;
  }
  return saved;
}

/**
 * All unitary alignments of two units or more that could be of a best alignment: those that are not as good or
 * better without one of their units, which is then alone. With P = m (m − 1) / 2 pairs, such a unit is less than
 * (P + m − 1) Δ∅ from all others together, so that they lie near each other (section 4.5.1 cuts less).
 */
function* candidatesOf(
  units: readonly Owned[],
  coders: number,
  weights: Dissimilarity,
): Resting<Candidate[] | null> {
  const pairs = (coders * (coders - 1)) / 2;
  const limit = (pairs + coders - 1) * weights.delta_empty;
  const near = nearTo(units, limit, weights);
  const distances = near.map((of) => new Map(of.map(({ to, distance }) => [to, distance])));
  const candidates: Candidate[] = [];
  /** @param spent how far each of the units is from all others of them together */
  const extend = (chosen: readonly number[], spent: readonly number[]): boolean => {
    const [first = 0] = chosen;
    const last = chosen.at(-1) ?? 0;
    for (const { to } of near[first] ?? []) {
      if (to <= last) continue;
      const apart = chosen.map((one) =>
        units[one]?.coder === units[to]?.coder
          ? Number.POSITIVE_INFINITY
          : (distances[one]?.get(to) ?? Number.POSITIVE_INFINITY),
      );
      const own = apart.reduce((sum, distance) => sum + distance, 0);
      if (!(own < limit)) continue;
      const all = [...spent.map((of, at) => of + (apart[at] ?? 0)), own];
      if (all.some((of) => of >= limit)) continue;
      const together = [...chosen, to];
      const k = together.length;
      // Whom leaving out costs nothing is not in it.
      if (all.every((of) => of < (pairs + k - 1) * weights.delta_empty)) {
        const sum = all.reduce((total, of) => total + of, 0) / 2;
        const saving = (k - 1 + (k * (k - 1)) / 2 / pairs) * weights.delta_empty - sum / pairs;
        if (saving > 0) candidates.push({ units: together, saving });
        if (candidates.length > MOST_CANDIDATES) return false;
      }
      if (k < coders && !extend(together, all)) return false;
    }
    return true;
  };
  for (const at of units.keys()) {
    if (!extend([at], [0])) return null;
    yield;
  }
  return candidates;
}

/** Candidates that share units, also by way of others, numbered anew from 0 in the order of the text. */
function componentsOf(units: number, candidates: readonly Candidate[]): Candidate[][] {
  const root = Array.from({ length: units }, (_, at) => at);
  const rootOf = (unit: number): number => {
    let at = unit;
    while (root[at] !== at) {
      root[at] = root[root[at] ?? at] ?? at;
      at = root[at] ?? at;
    }
    return at;
  };
  for (const { units: of } of candidates) {
    for (const unit of of) root[rootOf(unit)] = rootOf(of[0] ?? unit);
  }
  const components = Map.groupBy(candidates, ({ units: [first = 0] }) => rootOf(first));
  return [...components.values()].map((of) => {
    const members = [...new Set(of.flatMap((candidate) => candidate.units))].sort((a, b) => a - b);
    const place = new Map(members.map((unit, at) => [unit, at]));
    return of.map(({ units: own, saving }) => ({
      units: own.map((unit) => place.get(unit) ?? 0),
      saving,
    }));
  });
}

/**
 * The most that candidates save of which no two have a unit in common. Prices of units that no candidate is worth
 * more than bound it from above (linear programming duality), a quick search bounds it from below. What loses more
 * against the prices than lies between the two is in no best alignment, which mostly leaves little; of that all ways
 * are gone through. Where they are too many, all that lose little are: the best of them is the best of all, if there is
 * any. Where these are too many still, prices are found more sharply.
 *
 * @returns null if too much is left for that, or to be done
 */
function* heaviestPacking(
  candidates: readonly Candidate[],
  effort: Effort,
  balancing = SOFT,
): Resting<number | null> {
  const [only] = candidates;
  if (candidates.length === 1 && only) return only.saving;
  const count = candidates.reduce((most, { units }) => Math.max(most, ...units), 0) + 1;
  const { softnesses, rounds } = balancing;
  if (!effort.spend(candidates.length * softnesses.length * rounds)) return null;
  const priced = new Priced(count, candidates);
  yield* priced.balance(balancing);
  const { loss, isWhole } = walkQuickly(priced);
  if (isWhole) return priced.bound - loss;
  // What rounding makes of sums is not to leave the best way out.
  const gap = loss + 1e-9;
  const left = candidates.filter((candidate) => priced.lossOf(candidate) <= gap);
  if (left.length < candidates.length * SHRUNK) {
    // Who has nobody left is alone, and costs nothing.
    let sum = 0;
    for (const component of componentsOf(count, left)) {
      const best = yield* heaviestPacking(component, effort, balancing);
      if (best === null) return null;
      sum += best;
    }
    return sum;
  }
  for (const share of BUDGETS) {
    const least = yield* walkAll(priced, Math.min(gap, share * priced.scale), effort);
    if (least === null) break;
    if (least < Number.POSITIVE_INFINITY) return priced.bound - least;
  }
  return balancing === SOFT ? yield* heaviestPacking(candidates, effort, SHARP) : null;
}

/** What is done for one best alignment is counted, so that it ends: the same for the same, however slow the machine is. */
class Effort {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** @returns whether there is that much left */
  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}

/** For one best alignment, some seconds; for all the samples of γ, some minutes. */
const MOST_EFFORT = 30_000_000;
const MOST_EFFORT_OF_SAMPLES = 300_000_000;

/** What ways may lose against the prices, in shares of the mean price: little at first, then whatever is between the bounds. */
const BUDGETS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, Number.POSITIVE_INFINITY];

/** How soft the problem is whose prices are found, in shares of the mean price, and how often they are balanced for each. */
type Balancing = { readonly softnesses: readonly number[]; readonly rounds: number };
const SOFT: Balancing = { softnesses: [0.1, 0.03, 0.01, 0.003], rounds: 12 };
const SHARP: Balancing = {
  softnesses: [...SOFT.softnesses, 0.001, 0.0003, 0.0001, 0.00003, 0.00001],
  rounds: 40,
};

/** How much must be left out for what is left to be worth being priced anew. */
const SHRUNK = 0.8;

/**
 * Prices of units, none below 0, such that no candidate saves more than its units cost together: their sum is no
 * less than any packing saves.
 *
 * They come of a smoothed problem, where a candidate that saves more than its units cost is charged exp(excess / τ): the
 * price of a unit that is best for what the others are is known then, as in Sinkhorn's balancing, and going round makes
 * them all best; with τ going down. What is too low in the end is raised, what is too high lowered.
 */
class Priced {
  readonly candidates: readonly Candidate[];
  /** Of each unit, those that it leads: in which it is the first. */
  readonly leading: readonly (readonly Candidate[])[];
  readonly #of: readonly (readonly Candidate[])[];
  readonly prices: Float64Array;

  /** What a unit costs in the mean, before anything is balanced. */
  readonly scale: number;

  constructor(count: number, candidates: readonly Candidate[]) {
    const of: Candidate[][] = Array.from({ length: count }, () => []);
    const leading: Candidate[][] = Array.from({ length: count }, () => []);
    for (const candidate of candidates) {
      leading[candidate.units[0] ?? 0]?.push(candidate);
      for (const unit of candidate.units) of[unit]?.push(candidate);
    }
    this.candidates = candidates;
    this.leading = leading;
    this.#of = of;
    this.prices = Float64Array.from(of, (all) =>
      all.reduce((most, { units, saving }) => Math.max(most, saving / units.length), 0),
    );
    this.scale = this.bound / count;
  }

  /** Has the prices be as low as they are found to be. */
  *balance({ softnesses, rounds }: Balancing): Resting<void> {
    for (const softness of softnesses) {
      for (let round = 0; round < rounds; round += 1) {
        this.#balance(softness * this.scale);
        yield;
      }
    }
    this.#raise();
    this.#lower();
  }

  get bound(): number {
    return this.prices.reduce((sum, price) => sum + price, 0);
  }

  /** How much more the units of a candidate cost than it saves. */
  lossOf({ units, saving }: Candidate): number {
    let cost = 0;
    for (const unit of units) cost += this.prices[unit] ?? 0;
    return Math.max(0, cost - saving);
  }

  /** What a candidate saves beyond the price of all of its units but one. */
  #worth({ units, saving }: Candidate, unit: number): number {
    let left = saving;
    for (const other of units) if (other !== unit) left -= this.prices[other] ?? 0;
    return left;
  }

  #balance(softness: number): void {
    this.#of.forEach((candidates, unit) => {
      const worths = candidates.map((candidate) => this.#worth(candidate, unit));
      const most = worths.reduce((best, worth) => Math.max(best, worth), Number.NEGATIVE_INFINITY);
      let sum = 0;
      for (const worth of worths) sum += Math.exp((worth - most) / softness);
      this.prices[unit] = Math.max(0, most + softness * Math.log(sum));
    });
  }

  #raise(): void {
    for (const { units, saving } of this.candidates) {
      let lacking = saving;
      for (const unit of units) lacking -= this.prices[unit] ?? 0;
      if (lacking <= 0) continue;
      for (const unit of units) {
        this.prices[unit] = (this.prices[unit] ?? 0) + lacking / units.length;
      }
    }
  }

  #lower(): void {
    const order = [...this.#of.keys()];
    for (const unit of [...order, ...order.reverse()]) {
      let least = 0;
      for (const candidate of this.#of[unit] ?? []) {
        least = Math.max(least, this.#worth(candidate, unit));
      }
      this.prices[unit] = Math.min(this.prices[unit] ?? 0, least);
    }
  }
}

/** A way of aligning the units so far: what it has lost against the prices, and which later units it has taken. */
type Way = { readonly loss: number; readonly taken: readonly number[] };

/**
 * Goes through units in the order of the text, keeping for each set of later units that earlier ones have taken the
 * way that has lost least; of these the best `FEW_STATES`.
 *
 * @returns the loss of the best way that is found, and whether it is the best of all, because none was dropped
 */
function walkQuickly(priced: Priced): { loss: number; isWhole: boolean } {
  let ways: Way[] = [{ loss: 0, taken: [] }];
  let isWhole = true;
  priced.prices.forEach((_, unit) => {
    const steps = stepsOf(priced, unit, Number.POSITIVE_INFINITY);
    if (steps.length > FEW_STATES) isWhole = false;
    const next = [...stepped(ways, steps.slice(0, FEW_STATES), unit, Number.POSITIVE_INFINITY)];
    if (next.length > FEW_STATES) isWhole = false;
    ways = next.sort((a, b) => a.loss - b.loss).slice(0, FEW_STATES);
  });
  return { loss: ways[0]?.loss ?? Number.POSITIVE_INFINITY, isWhole };
}

/**
 * The loss of the best way, all of those that lose no more than `budget` gone through: boundless if there is none; null
 * if they are too many.
 */
function* walkAll(priced: Priced, budget: number, effort: Effort): Resting<number | null> {
  let ways: Way[] = [{ loss: 0, taken: [] }];
  for (const unit of priced.prices.keys()) {
    const steps = stepsOf(priced, unit, budget);
    const count = ways.length * steps.length;
    if (count > MOST_STEPS || !effort.spend(count)) return null;
    ways = [...stepped(ways, steps, unit, budget)];
    yield;
  }
  return ways[0]?.loss ?? Number.POSITIVE_INFINITY;
}

/** What can be done with a unit: leave it alone, or align it with later ones. The cheapest first. */
type Step = { readonly others: readonly number[]; readonly loss: number };

function stepsOf(priced: Priced, unit: number, budget: number): Step[] {
  const aligned = (priced.leading[unit] ?? []).map((candidate) => ({
    others: candidate.units.slice(1),
    loss: priced.lossOf(candidate),
  }));
  return [{ others: [], loss: priced.prices[unit] ?? 0 }, ...aligned]
    .filter(({ loss }) => loss <= budget)
    .sort((a, b) => a.loss - b.loss);
}

function stepped(
  ways: readonly Way[],
  steps: readonly Step[],
  unit: number,
  budget: number,
): Iterable<Way> {
  const next = new Map<string, Way>();
  const keep = (loss: number, taken: readonly number[]) => {
    const key = taken.join(" ");
    const known = next.get(key);
    if (!known || loss < known.loss) next.set(key, { loss, taken });
  };
  for (const { loss, taken } of ways) {
    if (taken[0] === unit) {
      keep(loss, taken.slice(1));
      continue;
    }
    for (const { others, loss: more } of steps) {
      if (loss + more > budget) break;
      if (others.some((other) => taken.includes(other))) continue;
      keep(loss + more, others.length > 0 ? [...taken, ...others].sort((a, b) => a - b) : taken);
    }
  }
  return next.values();
}

export type GammaOfSamples = {
  /** The disorder of the best alignment of what there is. */
  readonly observed: number | null;
  readonly sample_disorders: readonly (number | null)[];
  /** 1 − observed / mean of the samples (section 5.1); 1 if nothing is out of order; null if that is not defined. */
  readonly gamma: number | null;
  readonly why_undefined?: string;
};

/** γ where what chance brings is given, as continua to compare with. */
export function gammaGivenSamples(
  input: Continuum & { readonly samples: readonly (readonly (readonly Unit[])[])[] },
): GammaOfSamples {
  const weights = weightsOf(input);
  const observed = drained(disorder(input.coders, weights));
  const samples = input.samples.map((sample) => drained(disorder(sample, weights)));
  const known = samples.flatMap(({ value }) => value ?? []);
  const lacking = samples.find(({ value }) => value === null);
  const expected = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    observed: observed.value,
    sample_disorders: samples.map(({ value }) => value),
    ...gammaFrom(observed, lacking ?? { value: expected }),
  };
}

function gammaFrom(
  observed: Found,
  expected: Found,
): Pick<GammaOfSamples, "gamma" | "why_undefined"> {
  if (observed.value === null) return { gamma: null, why_undefined: observed.why_undefined ?? "" };
  if (observed.value === 0) return { gamma: 1 };
  if (expected.value === null) return { gamma: null, why_undefined: expected.why_undefined ?? "" };
  if (!(expected.value > 0)) return { gamma: null, why_undefined: NOTHING_EXPECTED };
  return { gamma: 1 - observed.value / expected.value };
}

export type Gamma = {
  readonly gamma: number | null;
  readonly why_undefined?: string;
  /** Where γ of endless samples lies in 95 of 100 cases; null where it is not defined, or 1 whatever the samples. */
  readonly low: number | null;
  readonly high: number | null;
  /** How many were drawn. */
  readonly samples: number;
};

/** How many samples are drawn at first, by which it is told how many are needed (section 5.3). */
const FIRST_SAMPLES = 30;
/** No continuum that was tried needs more for 2 %. */
const MOST_SAMPLES = 1000;
/** 95 % of a normal distribution lie within so many standard deviations. */
const Z_95 = 1.96;

/**
 * γ with what chance brings drawn from the continuum itself (section 5.2): each coder of a sample is one of those
 * there are, drawn anew, whose units are moved by a distance of chance, what leaves the end coming in at the
 * beginning; no two distances nearer to each other than half the mean length of a unit, where there is room.
 * So many samples that the expected disorder is known to `precision`: (1.96 s / (x̄ p))² (section 5.3).
 *
 * @param input the same `seed` gives the same figure, in whatever order coders and units are. `precision` is a share of the expected disorder, 0.02 by default
 */
export function gamma(input: Sampled): Gamma {
  return drained(gammaInSteps(input));
}

type Sampled = Continuum & { readonly seed?: number; readonly precision?: number };

/** The same, with rests, many in each sample: of thousands of units one takes seconds. */
export function* gammaInSteps(input: Sampled): Resting<Gamma> {
  const weights = weightsOf(input);
  const observed = yield* disorder(input.coders, weights);
  if (observed.value === null || observed.value === 0) {
    return { ...gammaFrom(observed, observed), low: null, high: null, samples: 0 };
  }
  const random = new SeededRandom(input.seed ?? 0);
  const coders = inOneOrder(input.coders);
  const disorders: number[] = [];
  const effort = new Effort(MOST_EFFORT_OF_SAMPLES);
  const draw = function* (until: number): Resting<Found | null> {
    while (disorders.length < until) {
      yield;
      const found = yield* disorder(sampled(coders, random), weights, effort);
      if (found.value === null) return found;
      disorders.push(found.value);
    }
    return null;
  };
  const precision = input.precision ?? 0.02;
  const failed = (yield* draw(FIRST_SAMPLES)) ?? (yield* draw(samplesFor(disorders, precision)));
  const { mean, deviation } = spread(disorders);
  const error = (Z_95 * deviation) / Math.sqrt(disorders.length);
  const at = (expected: number) => gammaFrom(observed, { value: expected }).gamma;
  const found = gammaFrom(observed, failed ?? { value: mean });
  return {
    ...found,
    low: found.gamma === null || mean <= error ? null : at(mean - error),
    high: found.gamma === null ? null : at(mean + error),
    samples: disorders.length,
  };
}

/** Coders and their units in an order that is theirs, so that the same seed draws the same whoever comes first. */
function inOneOrder(coders: readonly (readonly Unit[])[]): readonly (readonly Unit[])[] {
  const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return coders
    .map((units) => {
      const sorted = [...units].sort((a, b) => a[0] - b[0] || a[1] - b[1] || inOrder(a[2], b[2]));
      return { sorted, key: JSON.stringify(sorted) };
    })
    .sort((a, b) => inOrder(a.key, b.key))
    .map(({ sorted }) => sorted);
}

/** How many samples make the mean known to a share of itself, 95 of 100 times. */
function samplesFor(disorders: readonly number[], precision: number): number {
  const { mean, deviation } = spread(disorders);
  const needed = mean > 0 ? ((Z_95 * deviation) / (mean * precision)) ** 2 : 0;
  return Math.min(MOST_SAMPLES, Math.ceil(needed));
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

function sampled(coders: readonly (readonly Unit[])[], random: SeededRandom): Unit[][] {
  const units = coders.flat();
  const from = Math.min(...units.map(([start]) => start));
  const to = Math.max(...units.map(([, end]) => end));
  const length = Math.max(1, to - from);
  const apart = units.reduce((sum, [start, end]) => sum + end - start, 0) / units.length / 2;
  const moved: number[] = [];
  const sample = coders.map(() => {
    const distance = farFrom(moved, length, apart, random);
    moved.push(distance);
    const of = coders[random.below(coders.length)] ?? [];
    return of.map(([start, end, category]): Unit => {
      const by = start + distance >= to ? distance - length : distance;
      return [start + by, end + by, category];
    });
  });
  // By chance nobody who marked anything may have been drawn: that is no continuum.
  return sample.some((of) => of.length > 0) ? sample : sampled(coders, random);
}

/** A distance of chance, no nearer than `apart` to those before, going round; any if there is no such. */
function farFrom(
  others: readonly number[],
  length: number,
  apart: number,
  random: SeededRandom,
): number {
  const taken = others.map((other) => [other - apart, other + apart] as const);
  const around = taken.flatMap(([start, end]) => [
    [start, end] as const,
    [start + length, end + length] as const,
    [start - length, end - length] as const,
  ]);
  const free: [start: number, end: number][] = [];
  let at = 0;
  for (const [start, end] of around.sort((a, b) => a[0] - b[0])) {
    if (start > at) free.push([at, Math.min(start, length)]);
    at = Math.max(at, end);
    if (at >= length) break;
  }
  if (at < length) free.push([at, length]);
  const open = free.length > 0 ? free : [[0, length] as [number, number]];
  const room = open.reduce((sum, [start, end]) => sum + end - start, 0);
  let left = (random.next() / 2 ** 32) * room;
  for (const [start, end] of open) {
    if (left <= end - start) return Math.floor(start + left);
    left -= end - start;
  }
  return 0;
}
