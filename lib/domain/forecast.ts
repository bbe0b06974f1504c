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
const WEEK = 7;

/** No further is looked: 5 years. */
export const HORIZON = 1826;

const FUTURES = 1000;

/**
 * When the open rest will be done if the weeks to come are like the recent ones: a block bootstrap (Carlstein 1986,
 * "The use of subseries values for estimating the variance of a general statistic from a stationary sequence"), whose
 * blocks are the weeks, counted back from the last day: so each day to come is as some day of its own weekday was.
 * A future is put together from weeks of the past until its sum reaches the rest; of a thousand futures the 10th, 50th
 * and 90th percentile are told, which is an interval of 80 %. Each future knows only a few weeks, drawn anew from all
 * of them: the recent ones are themselves but a sample of how the team works, and if all futures had the same mean,
 * little more than every second interval would hold. None knows only weeks in which nothing was done.
 * What happens to be drawn depends on nothing but the numbers given: the same numbers give the same forecast.
 *
 * It knows nothing of deadlines, new articles or new reviewers.
 *
 * @param days how much was done on each of the recent full days, in order; what is no whole week at their beginning
 *   does not count
 * @param rest how much there is to do
 * @returns null where nothing can be said: no rest, fewer than {@link FEWEST_DAYS}, or nothing done in whole weeks
 */
export function forecast(days: readonly number[], rest: number): Forecast | null {
  const weeks: (readonly number[])[] = [];
  for (let end = days.length; end >= WEEK; end -= WEEK) weeks.push(days.slice(end - WEEK, end));
  if (rest <= 0 || !weeks.some(hasWork)) return null;
  const random = new SeededRandom(days.reduce((seed, done) => Math.imul(seed, 31) + done, rest));
  const lengths = Array.from({ length: FUTURES }, () =>
    futureOf(someOf(weeks, random), rest, random),
  );
  lengths.sort((a, b) => a - b);
  const at = (share: number) => {
    const length = lengths[Math.ceil(share * FUTURES) - 1] ?? Number.POSITIVE_INFINITY;
    return length > HORIZON ? null : length;
  };
  return { likely: at(0.5), early: at(0.1), late: at(0.9) };
}

type Weeks = readonly (readonly number[])[];

const hasWork = (week: readonly number[]) => week.some((done) => done > 0);

/**
 * One fewer than there are weeks, each any of them: so few differ less from each other than they should, by just that
 * much (Rao and Wu 1988, "Resampling inference with complex survey data"). One of them at least has work in it, as
 * one of the weeks must have.
 */
function someOf(weeks: Weeks, random: SeededRandom): Weeks {
  const count = Math.max(1, weeks.length - 1);
  for (;;) {
    const some = Array.from({ length: count }, () => weeks[random.below(weeks.length)] ?? []);
    if (some.some(hasWork)) return some;
  }
}

/** How many days one future takes; one more than {@link HORIZON} for all that take longer. */
function futureOf(weeks: Weeks, rest: number, random: SeededRandom): number {
  let done = 0;
  for (let length = 0; length < HORIZON; ) {
    for (const day of weeks[random.below(weeks.length)] ?? []) {
      done += day;
      length += 1;
      if (done >= rest) return length;
    }
  }
  return HORIZON + 1;
}
