import { SeededRandom } from "./random";

/** When the rest will be done, in whole days from today. */
export type Forecast = {
  /** The middle of what may be; null for later than {@link HORIZON}. */
  readonly likely: number | null;
  /** One in ten futures is done by then. */
  readonly early: number | null;
  /** Nine in ten futures are. */
  readonly late: number | null;
};

/** So many full days of work there must have been: with fewer, a week's rhythm cannot be seen. */
export const FEWEST_DAYS = 7;

/** Days that are drawn in one piece, so that Sundays follow Saturdays. */
const BLOCK = 7;

/** No further is looked: 5 years. */
export const HORIZON = 1826;

const FUTURES = 1000;

/**
 * When the open rest will be done if the days to come are like the recent ones: a circular block bootstrap
 * (Politis and Romano 1992, "A circular block-resampling procedure for stationary data", after Künsch 1989).
 * A future is put together from weeks of the past, each begun on any day, until its sum reaches the rest; of a
 * thousand futures the 10th, 50th and 90th percentile are told, which is an interval of 80 %. What happens to be
 * drawn depends on nothing but the numbers given: the same numbers give the same forecast.
 *
 * It knows nothing of deadlines, new articles or new reviewers.
 *
 * @param days how much was done on each of the recent full days, in order
 * @param rest how much there is to do
 * @returns null where nothing can be said: no rest, fewer than {@link FEWEST_DAYS}, or nothing done in them
 */
export function forecast(days: readonly number[], rest: number): Forecast | null {
  if (rest <= 0 || days.length < FEWEST_DAYS || days.every((done) => done === 0)) return null;
  const random = new SeededRandom(days.reduce((seed, done) => Math.imul(seed, 31) + done, rest));
  const lengths = Array.from({ length: FUTURES }, () => futureOf(days, rest, random));
  lengths.sort((a, b) => a - b);
  const at = (share: number) => {
    const length = lengths[Math.ceil(share * FUTURES) - 1] ?? Number.POSITIVE_INFINITY;
    return length > HORIZON ? null : length;
  };
  return { likely: at(0.5), early: at(0.1), late: at(0.9) };
}

/** How many days one future takes; one more than {@link HORIZON} for all that take longer. */
function futureOf(days: readonly number[], rest: number, random: SeededRandom): number {
  let done = 0;
  for (let length = 0; length < HORIZON; ) {
    const begin = random.below(days.length);
    for (let day = 0; day < BLOCK; day += 1) {
      done += days[(begin + day) % days.length] ?? 0;
      length += 1;
      if (done >= rest) return length;
    }
  }
  return HORIZON + 1;
}
