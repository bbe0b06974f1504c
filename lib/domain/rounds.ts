import { SeededRandom } from "./random";

export const roundKinds = ["practice", "annotation"] as const;
export type RoundKind = (typeof roundKinds)[number];

/** Whether each article is given to somebody when the round is made, or whoever is free takes the next one. */
export const roundWays = ["assigned", "queue"] as const;
export type RoundWay = (typeof roundWays)[number];

export const assignmentStates = ["queued", "open", "submitted", "returned", "skipped"] as const;
export type AssignmentState = (typeof assignmentStates)[number];

/**
 * Why an assignment is given up: its reviewer said so, its lease ended, it was given to somebody else, or its
 * reviewer was taken out of the round.
 */
export const skipCauses = ["reviewer", "lease", "reassignment", "removal"] as const;
export type SkipCause = (typeof skipCauses)[number];

/** In which order the articles of a round come; `random` is by its seed. */
export const roundOrders = ["newest", "oldest", "random"] as const;
export type RoundOrder = (typeof roundOrders)[number];

/** When reviewers of a round see what the others made of an article. */
export const othersSeen = ["never", "when_submitted", "when_closed"] as const;
export type OthersSeen = (typeof othersSeen)[number];

/** What a sample keeps its proportions in. */
export const strata = ["language", "publisher", "length"] as const;
export type Stratum = (typeof strata)[number];

/** The most articles of a round: what is larger is made in several. */
export const MAX_ROUND_ARTICLES = 20_000;
export const MAX_ROUND_REVIEWERS = 500;
/** The most reviewers of an article. */
export const MAX_OVERLAP = 20;
/** Of a hundred articles of a round, at most so many have gold that its reviewers do not know of. */
export const MAX_GOLD_PERCENT = 50;

/** What a round has to know of an article. */
export type Candidate = {
  readonly id: string;
  /** As its source has it, such as "en-GB"; null where nobody said. */
  readonly language: string | null;
  readonly publisher: string | null;
  /** Of its text, in code points. */
  readonly length: number;
  /** The same for articles with the same text, and for no others. */
  readonly story: string;
};

export type RoundReviewer = {
  readonly id: string;
  /** What they read, such as "fa"; whoever names none reads everything. */
  readonly languages: readonly string[];
};

/** How many reviewers each article gets: so many, or one, and two for a share of them. */
export type Overlap = {
  /** From 1 on. */
  readonly reviewers: number;
  /** Of a hundred articles with one reviewer, so many get a second one; null for none. */
  readonly doubledPercent: number | null;
};

/** The language of a tag, without region and script: "pt" of "pt-BR". Null of what is no tag. */
export function primaryLanguage(tag: string | null): string | null {
  const [primary = ""] = (tag ?? "").trim().toLowerCase().split(/[-_]/, 1);
  return primary === "" ? null : primary;
}

/** Languages as tags, without region and script, none twice. */
export function languagesOf(written: readonly string[]): string[] {
  return [...new Set(written.flatMap((tag) => primaryLanguage(tag) ?? []))];
}

/** Whether somebody can be given what is in a language. What nobody named the language of, everybody can. */
export function reads(
  { languages }: Pick<RoundReviewer, "languages">,
  tag: string | null,
): boolean {
  const language = primaryLanguage(tag);
  return (
    language === null ||
    languages.length === 0 ||
    languages.some((read) => primaryLanguage(read) === language)
  );
}

/** What chance decides in a round. The order counts: the numbers of each come out of the seed by it. */
const uses = ["sampling", "doubling", "order", "assignment", "filling", "gold"] as const;

/**
 * Numbers of chance for one use of a round's seed, independent of those for the others: were they the same, what
 * one draws would say what another does, as which articles come first which are doubled. The generator of the
 * seed gives the four words of state of each use, in the order of {@link uses}.
 */
function chance(seed: number, use: (typeof uses)[number]): SeededRandom {
  const words = new SeededRandom(seed);
  for (let before = 0; before < 4 * uses.indexOf(use); before += 1) words.next();
  return new SeededRandom([words.next(), words.next(), words.next(), words.next()]);
}

/**
 * Draws a sample in which each stratum has the share that it has of all: by largest remainders, and where these
 * are equal, the stratum that comes first by its name. Which articles of a stratum is for the seed to say.
 * The order in which articles are given does not matter; they come back by their ids.
 *
 * @param size all of them, where there are no more
 * @param by what makes the strata; a simple sample without any
 */
export function sampleOf<Article extends Candidate>(
  articles: readonly Article[],
  { size, by, seed }: { size: number; by: readonly Stratum[]; seed: number },
): Article[] {
  return drawn(articles, { size, by, random: chance(seed, "sampling") });
}

/** What a round is made of where some of its articles are to have gold. */
export type Mixture<Article extends Candidate> = {
  readonly articles: readonly Article[];
  /** Those of them that were drawn for their gold. */
  readonly gold: readonly Article[];
};

/**
 * Mixes articles with gold among others, so that they are the wanted share of them all, to the nearest whole article and
 * one at least; fewer where there are not so many. Each of the two kinds is drawn in its own strata.
 *
 * @param plain what else the round may have, without gold
 * @param percent of all articles, from 1 to {@link MAX_GOLD_PERCENT}
 * @param sample of how many articles the round is to be, gold counted; null for all that are plain, and gold besides
 */
export function mixedWithGold<Article extends Candidate>(
  { plain, gold }: { plain: readonly Article[]; gold: readonly Article[] },
  {
    percent,
    sample,
    seed,
  }: {
    percent: number;
    sample: { readonly size: number; readonly by: readonly Stratum[] } | null;
    seed: number;
  },
): Mixture<Article> {
  const by = sample?.by ?? [];
  const wanted = sample ? Math.max(1, Math.round((sample.size * percent) / 100)) : plain.length;
  const others = sample ? sampleOf(plain, { size: sample.size - wanted, by, seed }) : plain;
  const share = Math.round((others.length * percent) / (100 - percent));
  const size = others.length === 0 ? 0 : Math.max(1, Math.min(wanted, share));
  const mixedIn = drawn(gold, { size, by, random: chance(seed, "gold") });
  return { articles: byId([...others, ...mixedIn]), gold: mixedIn };
}

function drawn<Article extends Candidate>(
  articles: readonly Article[],
  { size, by, random }: { size: number; by: readonly Stratum[]; random: SeededRandom },
): Article[] {
  const all = byId(articles);
  if (size >= all.length) return all;
  const stratumOf = stratifying(all, by);
  const groups = [...Map.groupBy(all, stratumOf)].sort(([a], [b]) => compare(a, b));
  const shares = sharesOf(
    size,
    groups.map(([, { length }]) => length),
  );
  return byId(groups.flatMap(([, group], index) => random.shuffled(group, shares[index])));
}

/**
 * Divides a number in proportion to others: whole parts first, and the rest by the largest remainders
 * (Hamilton's method), the earlier one where they are equal.
 *
 * @param total at most the sum of the sizes
 */
function sharesOf(total: number, sizes: readonly number[]): number[] {
  const sum = sizes.reduce((all, size) => all + size, 0);
  const shares = sizes.map((size) => Math.floor((total * size) / sum));
  const left = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = sizes
    .map((size, index) => ({ index, remainder: (total * size) % sum }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

/** Lengths are told apart by the quarters of all lengths: the shortest quarter, and so on. */
function stratifying(
  articles: readonly Candidate[],
  by: readonly Stratum[],
): (article: Candidate) => string {
  const lengths = articles.map(({ length }) => length).sort((a, b) => a - b);
  const quarters = [1, 2, 3].map((n) => lengths[Math.floor((lengths.length * n) / 4)] ?? 0);
  const parts: Record<Stratum, (article: Candidate) => string> = {
    language: ({ language }) => primaryLanguage(language) ?? "",
    publisher: ({ publisher }) => publisher ?? "",
    length: ({ length }) => String(quarters.filter((end) => length >= end).length),
  };
  return (article) =>
    JSON.stringify(strata.filter((one) => by.includes(one)).map((one) => parts[one](article)));
}

/** Articles with one text, which one reviewer gets together, and how many reviewers those are to be. */
export type Story<Article extends Candidate = Candidate> = {
  readonly articles: readonly Article[];
  /** Of the first of them that has one. */
  readonly language: string | null;
  readonly places: number;
};

/**
 * Puts copies of a text together, each story where its first copy is, and says how many reviewers each gets.
 * Of those that get a second one, each language has its share.
 *
 * @param articles in the order of the round
 */
export function storiesOf<Article extends Candidate>(
  articles: readonly Article[],
  { reviewers, doubledPercent }: Overlap,
  seed: number,
): Story<Article>[] {
  const stories = [...Map.groupBy(articles, ({ story }) => story).values()].map((copies) => ({
    articles: copies,
    language: copies.find(({ language }) => language !== null)?.language ?? null,
  }));
  if (doubledPercent === null) return stories.map((story) => ({ ...story, places: reviewers }));
  const size = Math.round((stories.length * doubledPercent) / 100);
  const leads = stories.map(({ articles: [first], language }) => ({
    ...(first as Article),
    language,
  })); // none is empty
  const random = chance(seed, "doubling");
  const doubled = new Set(drawn(leads, { size, by: ["language"], random }).map(({ id }) => id));
  return stories.map((story) => ({
    ...story,
    places: doubled.has(story.articles[0]?.id ?? "") ? 2 : 1,
  }));
}

/** Articles in the order of a round. Those that came together are in the order of their ids. */
export function inRoundOrder<Article extends Candidate & { readonly createdAt: Date }>(
  articles: readonly Article[],
  { order, seed }: { order: RoundOrder; seed: number },
): Article[] {
  const sorted = byId(articles);
  if (order === "random") return chance(seed, "order").shuffled(sorted);
  const direction = order === "newest" ? -1 : 1;
  return sorted.sort(
    (a, b) => direction * (a.createdAt.getTime() - b.createdAt.getTime() || compare(a.id, b.id)),
  );
}

/** What cannot be given: articles that have fewer readers than places. */
export type Shortage = {
  /** Null for articles of no language that anybody named. */
  readonly language: string | null;
  readonly articles: number;
  /** How many assignments are missing. */
  readonly places: number;
  /** How many reviewers read it. */
  readonly readers: number;
};

/** Those articles for which there are fewer readers than places, by language. */
export function shortagesOf(
  stories: readonly Story[],
  reviewers: readonly RoundReviewer[],
): Shortage[] {
  const byLanguage = Map.groupBy(stories, ({ language }) => primaryLanguage(language));
  return [...byLanguage]
    .map(([language, of]) => {
      const readers = reviewers.filter((reviewer) => reads(reviewer, language)).length;
      const lacking = of.filter(({ places }) => places > readers);
      const count = (each: (story: Story) => number) =>
        lacking.reduce((sum, story) => sum + each(story), 0);
      return {
        language,
        articles: count(({ articles }) => articles.length),
        places: count(({ articles, places }) => articles.length * (places - readers)),
        readers,
      };
    })
    .filter(({ articles }) => articles > 0)
    .sort((a, b) => compare(a.language ?? "", b.language ?? ""));
}

/**
 * Gives each story to as many reviewers as it has places, or as read it: no two places to one reviewer, all copies of a
 * text to the same ones. How much reviewers get differs by one article at most, as far as languages and copies let
 * it: nobody could pass a single article on, also by way of others, to somebody with two fewer. Who shares
 * articles with whom is for chance, so that everybody can be compared with everybody. Linear in the number of stories.
 *
 * The same seed gives the same answer, in whatever order the reviewers are given.
 *
 * @returns the ids of the reviewers of each story, by their order
 */
export function assignmentOf(
  stories: readonly Story[],
  reviewers: readonly RoundReviewer[],
  seed: number,
): string[][] {
  return given(stories, reviewers, chance(seed, "assignment"));
}

/** A story of which places are free, and who is not to get one: those who have it, and those who gave it up. */
export type FreeStory = {
  /** How many articles have its text. */
  readonly copies: number;
  readonly language: string | null;
  /** How many of its places are free. */
  readonly places: number;
  readonly without: readonly string[];
};

/**
 * Gives free places to reviewers who have work already, by the rules of {@link assignmentOf}: what all of them
 * have in the end is as even as what is free can make it. The same seed gives the same answer.
 *
 * @param reviewers with how many articles each has already
 * @returns the ids of those who get each story, by their order; fewer than it has places where nobody is left
 */
export function fillingOf(
  stories: readonly FreeStory[],
  reviewers: readonly (RoundReviewer & { readonly load: number })[],
  seed: number,
): string[][] {
  return given(stories, reviewers, chance(seed, "filling"));
}

/** What {@link assignmentOf} and {@link fillingOf} have in common. */
function given(
  stories: readonly (Story | FreeStory)[],
  reviewers: readonly (RoundReviewer & { readonly load?: number })[],
  random: SeededRandom,
): string[][] {
  const people = random.shuffled(byId(reviewers));
  const given = stories.map((): string[] => []);
  const loads = people.map(({ load = 0 }) => load);
  const pools = poolsOf(stories, people, random);
  // Several copies at a time cannot be split: they come first, the most copies before others, and what is even is left.
  for (const { stories: of, readers } of pools) {
    const heavy = of.filter(({ weight }) => weight > 1).sort((a, b) => b.weight - a.weight);
    for (const { index, weight, places } of heavy) {
      for (const reader of least(readers, loads, places)) {
        loads[reader] = (loads[reader] ?? 0) + weight;
        given[index]?.push(people[reader]?.id ?? "");
      }
    }
  }
  const light = pools.map(({ stories: of, readers }) => {
    const single = of.filter(({ weight }) => weight === 1);
    const places = single.map((story) => Math.min(story.places, readers.length));
    return { single, readers, demand: places.reduce((sum, n) => sum + n, 0) };
  });
  const quotas = balancedQuotas(
    light.map(({ single, readers, demand }) => ({ readers, demand, most: single.length })),
    loads,
  );
  light.forEach(({ single, readers }, pool) => {
    const left = quotas[pool] ?? new Map<number, number>();
    // Whoever has most left goes first, which never leads into a dead end (Gale and Ryser).
    const byMostLeft = people.map((_, reader) => -(left.get(reader) ?? 0));
    for (const { index, places } of single) {
      for (const reader of least(random.shuffled(readers), byMostLeft, places)) {
        byMostLeft[reader] = (byMostLeft[reader] ?? 0) + 1;
        given[index]?.push(people[reader]?.id ?? "");
      }
    }
  });
  return given.map((ids) => ids.sort(compare));
}

/** Stories of one language, with those who read it, as places in a list. */
type Pool = {
  readonly stories: readonly { index: number; weight: number; places: number }[];
  readonly readers: readonly number[];
};

/** Stories that the same people can be given, which are those of a language, by how many that are, the fewest first. */
function poolsOf(
  stories: readonly (Story | FreeStory)[],
  people: readonly RoundReviewer[],
  random: SeededRandom,
): Pool[] {
  const entries = stories.map((story, index) => {
    const language = primaryLanguage(story.language);
    const without = "without" in story ? [...story.without].sort(compare) : [];
    return {
      index,
      weight: "copies" in story ? story.copies : story.articles.length,
      places: story.places,
      language,
      without,
      pool: [language ?? "", ...without].join(" "),
    };
  });
  return [...Map.groupBy(entries, ({ pool }) => pool)]
    .sort(([a], [b]) => compare(a, b))
    .map(([, of]) => {
      const { language = null, without = [] } = of[0] ?? {};
      const readers = people.flatMap((person, reader) =>
        reads(person, language) && !without.includes(person.id) ? [reader] : [],
      );
      return { stories: random.shuffled(of), readers };
    })
    .sort((a, b) => a.readers.length - b.readers.length);
}

/** Those of some readers who have least, at most so many; of those who have as much, the first in the list. */
function least(readers: readonly number[], loads: readonly number[], count: number): number[] {
  if (count >= readers.length) return [...readers];
  const chosen: number[] = [];
  for (const reader of readers) {
    const load = loads[reader] ?? 0;
    let at = chosen.length;
    while (at > 0 && (loads[chosen[at - 1] ?? 0] ?? 0) > load) at -= 1;
    if (at >= count) continue;
    chosen.splice(at, 0, reader);
    if (chosen.length > count) chosen.pop();
  }
  return chosen;
}

/** So many places of a language are to be filled by its readers, each of whom can take `most`. */
type Demand = {
  readonly readers: readonly number[];
  readonly demand: number;
  readonly most: number;
};

/**
 * How many places of each language each reader takes, so that loads are as even as they can be. Begins with
 * filling up those who have least, and then has whoever has two more than another pass some on, also by way of
 * others, until nobody can: this makes the sum of the squares of the loads the least there is (a
 * separable convex cost on a flow is least where no path makes it less).
 *
 * @param loads what readers have already; counted up
 */
function balancedQuotas(demands: readonly Demand[], loads: number[]): Map<number, number>[] {
  const quotas = demands.map(({ readers, demand, most }) => {
    const quota = new Map(readers.map((reader) => [reader, 0]));
    let left = demand;
    while (left > 0) {
      const able = readers.filter((reader) => (quota.get(reader) ?? 0) < most);
      const level = Math.min(...able.map((reader) => loads[reader] ?? 0));
      const lowest = able.filter((reader) => loads[reader] === level);
      const above = able.map((reader) => loads[reader] ?? 0).filter((load) => load > level);
      const room = Math.min(...lowest.map((reader) => most - (quota.get(reader) ?? 0)));
      const step = Math.min(Math.min(...above) - level, room, Math.floor(left / lowest.length));
      const filled = step > 0 ? lowest : lowest.slice(0, left);
      for (const reader of filled) {
        quota.set(reader, (quota.get(reader) ?? 0) + Math.max(1, step));
        loads[reader] = level + Math.max(1, step);
      }
      left -= filled.length * Math.max(1, step);
    }
    return quota;
  });
  const highestFirst = () =>
    loads.map((_, reader) => reader).sort((a, b) => (loads[b] ?? 0) - (loads[a] ?? 0));
  for (let again = true; again; ) {
    again = false;
    for (const from of highestFirst()) {
      while (passOn(from, demands, quotas, loads)) again = true;
    }
  }
  return quotas;
}

/** Has a reader pass on to whoever has least of those they can reach. @returns whether anybody has two fewer */
function passOn(
  from: number,
  demands: readonly Demand[],
  quotas: readonly Map<number, number>[],
  loads: number[],
): boolean {
  // By which language, and from whom, each is reached.
  const reached = new Map<number, { by: number; from: number } | null>([[from, null]]);
  const queue = [from];
  const passed = new Set<number>();
  let to = from;
  for (const giver of queue) {
    demands.forEach(({ readers, most }, by) => {
      const quota = quotas[by];
      // A language in which everybody who could be reached by it has been.
      if (passed.has(by) || (quota?.get(giver) ?? 0) === 0) return;
      passed.add(by);
      for (const taker of readers) {
        if (reached.has(taker) || (quota?.get(taker) ?? 0) >= most) continue;
        reached.set(taker, { by, from: giver });
        queue.push(taker);
        if ((loads[taker] ?? 0) < (loads[to] ?? 0)) to = taker;
      }
    });
  }
  const difference = (loads[from] ?? 0) - (loads[to] ?? 0);
  if (difference < 2) return false;
  const path: { by: number; from: number; to: number }[] = [];
  for (let at = to, step = reached.get(at); step; at = step.from, step = reached.get(at)) {
    path.push({ ...step, to: at });
  }
  const amount = Math.min(
    Math.floor(difference / 2),
    ...path.flatMap((step) => [
      quotas[step.by]?.get(step.from) ?? 0,
      (demands[step.by]?.most ?? 0) - (quotas[step.by]?.get(step.to) ?? 0),
    ]),
  );
  for (const step of path) {
    const quota = quotas[step.by];
    quota?.set(step.from, (quota.get(step.from) ?? 0) - amount);
    quota?.set(step.to, (quota.get(step.to) ?? 0) + amount);
  }
  loads[from] = (loads[from] ?? 0) - amount;
  loads[to] = (loads[to] ?? 0) + amount;
  return true;
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compare(a.id, b.id));
}

/** By code units, as everywhere: the order of a language may differ between machines. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
