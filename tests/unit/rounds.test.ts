import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assignmentOf,
  type Candidate,
  inRoundOrder,
  type RoundReviewer,
  reads,
  type Story,
  sampleOf,
  shortagesOf,
  storiesOf,
  strata,
} from "@/lib/domain/rounds";

const languages = ["ar", "en", "fa", "ru"] as const;

let made = 0;
/** An article with a text of its own. */
function article(given: Partial<Candidate> = {}): Candidate {
  made += 1;
  const id = given.id ?? `article-${String(made).padStart(6, "0")}`;
  return { id, language: "en", publisher: "P", length: 1000, story: id, ...given };
}

const articles = (count: number, given: Partial<Candidate> = {}) =>
  Array.from({ length: count }, () => article(given));

const reviewers = (count: number, read: readonly string[] = []): RoundReviewer[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `reviewer-${n}-${read.join("")}`,
    languages: read,
  }));

const ofEach = (count: number) => ({ reviewers: count, doubledPercent: null });

/** How many articles each reviewer got. */
function loadsOf(
  stories: readonly Story[],
  given: readonly string[][],
  people: readonly RoundReviewer[],
) {
  const loads = new Map(people.map(({ id }) => [id, 0]));
  given.forEach((ids, index) => {
    for (const id of ids)
      loads.set(id, (loads.get(id) ?? 0) + (stories[index]?.articles.length ?? 0));
  });
  return loads;
}

describe("a sample", () => {
  test("has of each language the share that it has of all, by largest remainders", () => {
    const all = [
      ...articles(50, { language: "en" }),
      ...articles(30, { language: "fa" }),
      ...articles(20, { language: "ru-RU" }),
    ];
    const sample = sampleOf(all, { size: 7, by: ["language"], seed: 1 });
    const counts = Map.groupBy(sample, ({ language }) => language);
    // 3.5, 2.1 and 1.4: the one that is left goes to the largest remainder.
    expect([
      counts.get("en")?.length,
      counts.get("fa")?.length,
      counts.get("ru-RU")?.length,
    ]).toEqual([4, 2, 1]);
  });

  test("tells lengths apart by their quarters", () => {
    const all = Array.from({ length: 80 }, (_, n) => article({ length: n * n }));
    const sample = sampleOf(all, { size: 8, by: ["length"], seed: 5 });
    const quarter = ({ length }: Candidate) => Math.floor(Math.sqrt(length) / 20);
    expect([...Map.groupBy(sample, quarter).values()].map(({ length }) => length)).toEqual([
      2, 2, 2, 2,
    ]);
  });

  const anArticle = fc.record({
    language: fc.constantFrom(...languages, null, "en-GB"),
    publisher: fc.constantFrom("A", "B", null),
    length: fc.nat(5000),
  });

  test("is of the size asked for, has nothing twice, is within one of each share, and does not depend on the order", () => {
    fc.assert(
      fc.property(
        fc.array(anArticle, { maxLength: 60 }),
        fc.nat(70),
        fc.subarray([...strata]),
        fc.nat(),
        (given, size, by, seed) => {
          const all = given.map((one) => article(one));
          const sample = sampleOf(all, { size, by, seed });
          const ids = sample.map(({ id }) => id);
          expect(new Set(ids).size).toBe(Math.min(size, all.length));
          expect(sampleOf(all.toReversed(), { size, by: by.toReversed(), seed })).toEqual(sample);
          if (size >= all.length) return;
          const language = (of: readonly Candidate[]) =>
            Map.groupBy(of, (one) => one.language?.split("-")[0]);
          const drawn = language(sample);
          if (by.join() !== "language") return;
          for (const [key, of] of language(all)) {
            const share = (size * of.length) / all.length;
            expect(Math.abs((drawn.get(key)?.length ?? 0) - share)).toBeLessThan(1);
          }
        },
      ),
    );
  });
});

describe("the stories of a round", () => {
  test("are each a text, where its first copy is", () => {
    const [a, b, c] = [article(), article({ language: null }), article()];
    const copy = article({ story: b.story, language: "fa" });
    const stories = storiesOf([a, b, c, copy], ofEach(2), 1);
    expect(stories.map((story) => story.articles)).toEqual([[a], [b, copy], [c]]);
    expect(stories[1]).toMatchObject({ language: "fa", places: 2 });
  });

  test("have a second place for the share that is doubled, in each language", () => {
    const all = [...articles(60, { language: "en" }), ...articles(40, { language: "fa" })];
    const stories = storiesOf(all, { reviewers: 1, doubledPercent: 15 }, 3);
    const doubled = stories.filter(({ places }) => places === 2);
    expect(doubled.filter(({ language }) => language === "en")).toHaveLength(9);
    expect(doubled.filter(({ language }) => language === "fa")).toHaveLength(6);
    expect(stories.filter(({ places }) => places === 1)).toHaveLength(85);
  });

  test("have their second places anywhere in a random order, also of a sample", () => {
    const dated = articles(120).map((one) => ({ ...one, createdAt: new Date(2026, 1, 1) }));
    const sums = { position: 0, doubled: 0 };
    for (let seed = 0; seed < 200; seed += 1) {
      const sample = sampleOf(dated, { size: 60, by: [], seed });
      const ordered = inRoundOrder(sample, { order: "random", seed });
      const at = storiesOf(ordered, { reviewers: 1, doubledPercent: 20 }, seed).flatMap(
        ({ places }, index) => (places === 2 ? [index] : []),
      );
      expect(at).toHaveLength(12);
      expect(at).not.toEqual(at.map((_, index) => index));
      sums.position += at.reduce((sum, index) => sum + index, 0);
      sums.doubled += at.length;
    }
    // In the middle, on the average: 29.5, give or take less than 1.
    expect(Math.abs(sums.position / sums.doubled - 29.5)).toBeLessThan(1.5);
  });
});

test("the order of a round is that of the list, or of its seed", () => {
  const dated = [3, 1, 2].map((day) => ({ ...article(), createdAt: new Date(2026, 1, day) }));
  const days = (order: "newest" | "oldest" | "random") =>
    inRoundOrder(dated, { order, seed: 4 }).map(({ createdAt }) => createdAt.getDate());
  expect(days("newest")).toEqual([3, 2, 1]);
  expect(days("oldest")).toEqual([1, 2, 3]);
  expect(days("random").sort()).toEqual([1, 2, 3]);
  expect(inRoundOrder(dated.toReversed(), { order: "random", seed: 4 })).toEqual(
    inRoundOrder(dated, { order: "random", seed: 4 }),
  );
});

test.for([
  { languages: ["en"], tag: "en-GB", expected: true },
  { languages: ["EN-us"], tag: "en", expected: true },
  { languages: ["zh-Hans"], tag: "zh_Hant", expected: true },
  { languages: ["en"], tag: "fa", expected: false },
  { languages: [], tag: "fa", expected: true },
  { languages: ["en"], tag: null, expected: true },
])("who reads $languages can be given $tag: $expected", ({ languages: read, tag, expected }) => {
  expect(reads({ languages: read }, tag)).toBe(expected);
});

describe("what reviewers get", () => {
  test("differs by one at most where everybody reads everything", () => {
    const people = reviewers(7);
    const stories = storiesOf(articles(100), ofEach(3), 1);
    const loads = [...loadsOf(stories, assignmentOf(stories, people, 1), people).values()];
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(300);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
  });

  test("is even where only somebody in between can make it so", () => {
    // Half of the work is Arabic, which two read; half is Persian, which one of them and a third read.
    const people = [
      { id: "a", languages: ["ar"] },
      { id: "b", languages: ["ar", "fa"] },
      { id: "c", languages: ["fa"] },
    ];
    const all = [...articles(20, { language: "ar" }), ...articles(40, { language: "fa" })];
    const stories = storiesOf(all, ofEach(1), 1);
    expect([...loadsOf(stories, assignmentOf(stories, people, 1), people).values()]).toEqual([
      20, 20, 20,
    ]);
  });

  test("brings everybody together with everybody", () => {
    const stories = storiesOf(articles(300), ofEach(2), 1);
    const pairs = Map.groupBy(assignmentOf(stories, reviewers(5), 9), (pair) => pair.join());
    expect(pairs.size).toBe(10);
    for (const { length } of pairs.values()) expect(length).toBeGreaterThan(15);
  });

  test("says which articles cannot have as many reviewers as they should", () => {
    const people = [...reviewers(2, ["en"]), ...reviewers(1, ["en", "fa"])];
    const all = [
      ...articles(5, { language: "en" }),
      ...articles(4, { language: "fa-IR" }),
      ...articles(12, { language: "ru" }),
    ];
    const stories = storiesOf(all, ofEach(2), 1);
    expect(shortagesOf(stories, people)).toEqual([
      { language: "fa", articles: 4, places: 4, readers: 1 },
      { language: "ru", articles: 12, places: 24, readers: 0 },
    ]);
    expect(assignmentOf(stories, people, 1).flat()).toHaveLength(10 + 4);
  });

  const world = fc.record({
    given: fc.array(
      fc.record({
        language: fc.constantFrom(...languages, null),
        text: fc.option(fc.constantFrom("x", "y", "z"), { freq: 4, nil: null }),
      }),
      { maxLength: 40 },
    ),
    people: fc.array(fc.subarray([...languages]), { maxLength: 6 }),
    overlap: fc.record({
      reviewers: fc.integer({ min: 1, max: 4 }),
      doubledPercent: fc.option(fc.nat(100), { nil: null }),
    }),
    seed: fc.nat(),
  });

  function inWorld({
    given,
    people,
    overlap,
  }: typeof world extends fc.Arbitrary<infer W> ? W : never) {
    const all = given.map(({ language, text }) =>
      article({ language, ...(text && { story: text }) }),
    );
    const readers = people.map((read, n) => ({ id: `r${n}`, languages: read }));
    return { stories: storiesOf(all, overlap, 1), readers };
  }

  test("is nothing twice, never more than there are places, and nothing that they do not read; nothing is left out", () => {
    fc.assert(
      fc.property(world, (made) => {
        const { stories, readers } = inWorld(made);
        const given = assignmentOf(stories, readers, made.seed);
        expect(given).toHaveLength(stories.length);
        given.forEach((ids, index) => {
          const { language = null, places = 0 } = stories[index] ?? {};
          const able = readers.filter((reader) => reads(reader, language)).map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.length).toBe(Math.min(places, able.length));
          expect(ids.filter((id) => !able.includes(id))).toEqual([]);
        });
      }),
    );
  });

  test("cannot be made more even by passing single articles on", () => {
    fc.assert(
      fc.property(world, (made) => {
        const { stories, readers } = inWorld(made);
        const given = assignmentOf(stories, readers, made.seed);
        const loads = loadsOf(stories, given, readers);
        stories.forEach(({ articles: copies, language }, index) => {
          if (copies.length > 1) return;
          for (const from of given[index] ?? []) {
            for (const to of readers) {
              if (given[index]?.includes(to.id) || !reads(to, language)) continue;
              expect((loads.get(from) ?? 0) - (loads.get(to.id) ?? 0)).toBeLessThan(2);
            }
          }
        });
      }),
    );
  });

  test("has the least sum of squares there is", () => {
    const small = fc.record({
      given: fc.array(fc.constantFrom("ar", "en", "fa"), { minLength: 1, maxLength: 6 }),
      people: fc.array(fc.subarray(["ar", "en", "fa"]), { minLength: 1, maxLength: 4 }),
      places: fc.integer({ min: 1, max: 2 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(small, ({ given, people, places, seed }) => {
        const readers = people.map((read, n) => ({ id: `r${n}`, languages: read }));
        const stories = storiesOf(
          given.map((language) => article({ language })),
          ofEach(places),
          1,
        );
        const loads = [...loadsOf(stories, assignmentOf(stories, readers, seed), readers).values()];
        expect(squares(loads)).toBe(leastSquares(stories, readers, places));
      }),
    );
  });

  test("is the same from the same seed, in whatever order the reviewers are given", () => {
    fc.assert(
      fc.property(world, (made) => {
        const { stories, readers } = inWorld(made);
        const given = assignmentOf(stories, readers, made.seed);
        expect(assignmentOf(stories, readers.toReversed(), made.seed)).toEqual(given);
      }),
    );
    const stories = storiesOf(articles(20), ofEach(2), 1);
    const from = (seed: number) => assignmentOf(stories, reviewers(5), seed);
    expect(from(1)).not.toEqual(from(2));
  });

  test("gives 20,000 places as evenly as some, to two people each who read them", () => {
    const mixed = languages.flatMap((language) => articles(2500, { language }));
    const people = Array.from({ length: 50 }, (_, n) => ({
      id: `r${n}`,
      languages: [languages[n % 4] ?? "en", languages[(n + 1) % 4] ?? "en"],
    }));
    const stories = storiesOf(mixed, ofEach(2), 1);
    const given = assignmentOf(stories, people, 1);
    const readersOf = (at: number) =>
      people.filter((one) => reads(one, stories[at]?.language ?? ""));
    given.forEach((ids, at) => {
      const able = new Set(readersOf(at).map(({ id }) => id));
      expect([new Set(ids).size, ids.every((id) => able.has(id))]).toEqual([2, true]);
    });
    const loads = [...loadsOf(stories, given, people).values()];
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(20_000);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
  });
});

const squares = (loads: readonly number[]) => loads.reduce((sum, load) => sum + load * load, 0);

/** By trying everything. */
function leastSquares(
  stories: readonly Story[],
  readers: readonly RoundReviewer[],
  places: number,
): number {
  let least = Number.POSITIVE_INFINITY;
  const loads = readers.map(() => 0);
  const place = (at: number): void => {
    const story = stories[at];
    if (!story) {
      least = Math.min(least, squares(loads));
      return;
    }
    const able = readers.flatMap((reader, n) => (reads(reader, story.language) ? [n] : []));
    for (const chosen of choices(able, Math.min(places, able.length))) {
      for (const n of chosen) loads[n] = (loads[n] ?? 0) + 1;
      place(at + 1);
      for (const n of chosen) loads[n] = (loads[n] ?? 0) - 1;
    }
  };
  place(0);
  return least;
}

function choices(of: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return of.flatMap((first, at) =>
    choices(of.slice(at + 1), count - 1).map((rest) => [first, ...rest]),
  );
}
