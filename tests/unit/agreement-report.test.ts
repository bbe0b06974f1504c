import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cohenKappa,
  fleissKappa,
  krippendorffAlpha,
  type Value,
} from "@/lib/domain/agreement/chance-corrected";
import { spanPrfSemeval2013 } from "@/lib/domain/agreement/matching";
import {
  AgreementAccumulator,
  mostDisputed,
  type ReportOptions,
  type ReviewedArticle,
  type SubmittedWork,
} from "@/lib/domain/agreement/report";
import {
  AgreementReport,
  type Measure,
  type MeasureName,
} from "@/lib/domain/agreement/report-schemas";
import { type Unit, uAlphaFamily } from "@/lib/domain/agreement/unitizing";
import type { Attributes, Relation } from "@/lib/domain/span";

const idOf = (number: number) => `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** "claim 0-5 8-12 certain=yes": a label, fragments, attributes. Its id is the text, and the reviewer's key before it. */
function spanOf(reviewer: string, written: string): SubmittedWork["spans"][number] {
  const [label = "", ...rest] = written.split(" ");
  const attributes: Record<string, string | number> = {};
  const fragments = [];
  for (const part of rest) {
    const [name = "", value] = part.split("=");
    if (value !== undefined) attributes[name] = /^\d+$/.test(value) ? Number(value) : value;
    else {
      const [start = 0, end = 0] = part.split("-").map(Number);
      fragments.push({ start, end });
    }
  }
  return { id: `${reviewer} ${written}`, label, fragments, attributes };
}

type Written = {
  readonly spans: readonly string[];
  /** "denies: <a span> > <another>" */
  readonly relations?: readonly string[];
  readonly attributes?: Attributes;
};

function workOf(reviewer: string, { spans, relations = [], attributes = {} }: Written) {
  return {
    reviewer,
    spans: spans.map((span) => spanOf(reviewer, span)),
    relations: relations.map((written, at): Relation => {
      const [type = "", ends = ""] = written.split(": ");
      const [from, to] = ends.split(" > ");
      return {
        id: `${reviewer} ${at}`,
        type,
        from: `${reviewer} ${from}`,
        to: `${reviewer} ${to}`,
        attributes: {},
      };
    }),
    attributes,
  };
}

/** Words of four characters with a space behind. */
const words = (length: number) =>
  Int32Array.from(
    Array.from({ length: Math.floor(length / 5) }, (_, at) => [at * 5, at * 5 + 4]).flat(),
  );

function article(
  number: number,
  length: number,
  works: Readonly<Record<string, Written>>,
  more: Partial<ReviewedArticle> = {},
): ReviewedArticle {
  return {
    article: idOf(number),
    version: 1,
    rounds: [1],
    length,
    words: words(length),
    submitted: Object.entries(works).map(([key, work]) => workOf(key, work)),
    notSubmitted: [],
    ...more,
  };
}

function reportOn(articles: readonly ReviewedArticle[], options: Partial<ReportOptions> = {}) {
  const accumulator = new AgreementAccumulator({
    unit: "character",
    seed: 7,
    resamples: 200,
    symmetric: new Set(["same_claim"]),
    ...options,
  });
  for (const each of articles) accumulator.add(each);
  const report = accumulator.report();
  // What comes out is what is promised, and survives being sent.
  expect(AgreementReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  return report;
}

function measure(measures: readonly Measure[] | undefined, name: MeasureName): Measure {
  const found = measures?.find((one) => one.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}
const value = (measures: readonly Measure[] | undefined, name: MeasureName) =>
  measure(measures, name).value;

describe("one article, worked out by hand", () => {
  // Twenty characters, four words. a1: claim 0-5, denial 10-15. a2: claim 0-10, denial 10-15.
  const report = reportOn([
    article(1, 20, {
      a1: { spans: ["claim 0-5", "denial 10-15"] },
      a2: { spans: ["claim 0-10", "denial 10-15"] },
    }),
  ]);

  test("has κ, α and uα of its characters", () => {
    // Agreeing 15 of 20. Given: claim 5 and 10, denial 5 and 5, nothing 10 and 5. p_e = (50 + 25 + 50) / 400.
    expect(value(report.measures, "cohen_kappa")).toBeCloseTo((0.75 - 0.3125) / 0.6875, 12);
    // Together claim 15, denial 10, nothing 15 of 40: D_e = (1600 − 225 − 100 − 225) / (40 · 39), D_o = 1/4.
    expect(value(report.measures, "krippendorff_alpha")).toBeCloseTo(1 - (0.25 * 1560) / 1050, 12);
    expect(value(report.measures, "fleiss_kappa")).toBeCloseTo(1 - (0.25 * 1600) / 1050, 12);
    // own = 25 + 25 + 100 + 25 of units, 15 of gaps: each meets 40 − 190 / 40 others by chance.
    expect(value(report.measures, "u_alpha")).toBeCloseTo(1 - (10 * (40 - 190 / 40)) / 1050, 12);
    expect(measure(report.measures, "krippendorff_alpha")).toMatchObject({
      n: 20,
      n_unit: "character",
      low: null,
      high: null,
    });
  });

  test("has F1 of its spans by each scheme", () => {
    expect(value(report.measures, "f1_strict")).toBe(0.5);
    expect(value(report.measures, "f1_partial")).toBe(0.75);
    expect(value(report.measures, "f1_type")).toBe(1);
    const claim = report.labels.find(({ label }) => label === "claim");
    expect(value(claim?.measures, "f1_strict")).toBe(0);
    expect(value(claim?.measures, "f1_partial")).toBe(0.5);
    // Of claims against all else: given 5 and 10 of 20, 15 agreeing.
    expect(value(claim?.measures, "cohen_kappa")).toBeCloseTo((0.75 - 0.5) / 0.5, 12);
  });

  test("counts what is disputed, and what was taken for what", () => {
    expect(report.by_article[0]).toMatchObject({ reviewers: 2, spans: 4, disputes: 2 });
    expect(report.confusion).toEqual([
      { one: "claim", other: "claim", count: 1 },
      { one: "denial", other: "denial", count: 1 },
    ]);
  });

  test("judges words if that is asked: those that a span shares a character with", () => {
    const inWords = reportOn(
      [
        article(1, 20, {
          a1: { spans: ["claim 0-5", "denial 10-15"] },
          a2: { spans: ["claim 0-10", "denial 10-15"] },
        }),
      ],
      { unit: "token" },
    );
    expect(measure(inWords.measures, "cohen_kappa")).toMatchObject({ n: 4, n_unit: "token" });
    expect(value(inWords.measures, "cohen_kappa")).toBeCloseTo((0.75 - 0.3125) / 0.6875, 12);
  });
});

describe("missing and empty", () => {
  const nothing: Written = { spans: [] };
  const claim: Written = { spans: ["claim 0-5"] };

  test("who found nothing has judged, and who has not submitted has not", () => {
    const found = reportOn([article(1, 20, { a1: claim, a2: nothing })]);
    expect(found).toMatchObject({ articles: 1, found_nothing: 1, not_annotated: 0 });
    expect(value(found.measures, "f1_strict")).toBe(0);
    expect(value(found.measures, "krippendorff_alpha")).toBeLessThan(0);

    const missing = reportOn([article(1, 20, { a1: claim }, { notSubmitted: ["a2"] })]);
    expect(missing).toMatchObject({ articles: 0, articles_of_one: 1, not_annotated: 1 });
    expect(missing.reviewers).toEqual([
      { key: "a1", articles: 1, found_nothing: 0, not_annotated: 0 },
      { key: "a2", articles: 0, found_nothing: 0, not_annotated: 1 },
    ]);
    expect(value(missing.measures, "f1_strict")).toBeNull();
  });

  test("a third reviewer who has not submitted changes nothing", () => {
    const works = { a1: claim, a2: { spans: ["claim 0-7"] } };
    const without = reportOn([article(1, 20, works)]);
    const missing = reportOn([article(1, 20, works, { notSubmitted: ["a3"] })]);
    expect(missing.measures).toEqual(without.measures);
    const third = reportOn([article(1, 20, { ...works, a3: nothing })]);
    expect(third.measures).not.toEqual(without.measures);
  });

  test("where nobody marked anything, nothing is defined, and it is said why", () => {
    const { measures, distribution } = reportOn([article(1, 20, { a1: nothing, a2: nothing })]);
    expect(measures).not.toEqual([]);
    for (const one of measures) {
      expect(one.value).toBeNull();
      expect(one.why_undefined).toBeTruthy();
    }
    expect(distribution.map((of) => of.undefined)).toEqual([1, 1, 1]);
  });

  test("without an article there is a report that says so", () => {
    const report = reportOn([]);
    expect(report).toMatchObject({
      articles: 0,
      labels: [],
      pairs: [],
      by_article: [],
      rounds: [],
    });
    expect(new Set(report.measures.map((one) => one.value))).toEqual(new Set([null]));
  });

  test("articles with different numbers of reviewers have an α and no Fleiss' κ", () => {
    const { measures } = reportOn([
      article(1, 20, { a1: claim, a2: claim }),
      article(2, 20, { a1: claim, a2: claim, a3: nothing }),
    ]);
    expect(value(measures, "krippendorff_alpha")).not.toBeNull();
    expect(measure(measures, "fleiss_kappa")).toMatchObject({ value: null });
    expect(measure(measures, "fleiss_kappa").why_undefined).toContain("the same number");
  });
});

const LENGTH = 30;
const aSpan = fc
  .tuple(fc.constantFrom("claim", "denial"), fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 9 }))
  .map(([label, start, length]) => `${label} ${start}-${Math.min(LENGTH, start + length)}`);
const apart = fc.array(aSpan, { maxLength: 4 }).map((spans) => {
  const taken: [number, number][] = [];
  return spans.filter((span) => {
    const [start = 0, end = 0] = (span.split(" ")[1] ?? "").split("-").map(Number);
    if (taken.some(([from, to]) => start < to && from < end)) return false;
    taken.push([start, end]);
    return true;
  });
});
const works = fc
  .tuple(...["a1", "a2", "a3"].map((key) => fc.option(apart).map((spans) => [key, spans] as const)))
  .map((of) => Object.fromEntries(of.flatMap(([key, spans]) => (spans ? [[key, { spans }]] : []))))
  .filter((of) => Object.keys(of).length > 1);
const corpus = fc
  .array(works, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((of, at) => article(at + 1, LENGTH, of)));

const unitOf = (of: SubmittedWork["spans"][number]): Unit => [
  of.fragments[0]?.start ?? 0,
  of.fragments[0]?.end ?? 0,
  of.label,
];

describe("the figures of a corpus are those of the measures", () => {
  /** What a reviewer said of every character of all articles, one after the other; null where they did not. */
  const said = (articles: readonly ReviewedArticle[], key: string): Value[] =>
    articles.flatMap(({ submitted }) => {
      const work = submitted.find(({ reviewer }) => reviewer === key);
      return Array.from({ length: LENGTH }, (_, at) => {
        if (!work) return null;
        const there = work.spans.find(({ fragments }) =>
          fragments.some(({ start, end }) => start <= at && at < end),
        );
        return there?.label ?? "";
      });
    });
  const expectClose = (found: number | null, expected: number | null) =>
    expected === null ? expect(found).toBeNull() : expect(found).toBeCloseTo(expected, 9);

  test("of κ, α and F1, with reviewers who have not submitted everything", () => {
    fc.assert(
      fc.property(corpus, (articles) => {
        const report = reportOn(articles, { resamples: 0 });
        const keys = ["a1", "a2", "a3"];
        const data = keys.map((key) => said(articles, key));
        expectClose(
          value(report.measures, "krippendorff_alpha"),
          krippendorffAlpha({ level: "nominal", data }).alpha,
        );
        for (const { label, measures } of report.labels) {
          const binary = data.map((row) =>
            row.map((of) => (of === null ? null : of === label ? 1 : 0)),
          );
          const { alpha } = krippendorffAlpha({ level: "nominal", data: binary });
          expectClose(value(measures, "krippendorff_alpha"), alpha);
        }
        for (const { one, other, measures, confusion } of report.pairs) {
          const [a, b] = [said(articles, one), said(articles, other)];
          expectClose(value(measures, "cohen_kappa"), cohenKappa({ a, b }).kappa);
          const all = articles.filter(({ submitted }) =>
            [one, other].every((key) => submitted.some(({ reviewer }) => reviewer === key)),
          );
          const counts = all.map(({ submitted }) => {
            const units = (key: string) =>
              (submitted.find(({ reviewer }) => reviewer === key)?.spans ?? []).map(unitOf);
            return spanPrfSemeval2013({ gold: units(one), pred: units(other) });
          });
          for (const scheme of ["strict", "exact", "partial", "type"] as const) {
            const sum = (of: (count: (typeof counts)[number][typeof scheme]) => number) =>
              counts.reduce((total, count) => total + of(count[scheme]), 0);
            const [right, possible, actual] = [
              sum(({ COR, PAR }) => COR + PAR / 2),
              sum(({ POS }) => POS),
              sum(({ ACT }) => ACT),
            ];
            expectClose(
              value(measures, `f1_${scheme}`),
              possible + actual > 0 ? (2 * right) / (possible + actual) : null,
            );
            expectClose(
              value(measures, `recall_${scheme}`),
              possible > 0 ? right / possible : null,
            );
            expectClose(value(measures, `precision_${scheme}`), actual > 0 ? right / actual : null);
          }
          const spans = counts.reduce((total, { type }) => total + type.POS + type.ACT, 0);
          const told = confusion.reduce(
            (total, { one: from, other: to, count }) =>
              total + count * (from === null || to === null ? 1 : 2),
            0,
          );
          expect(told).toBe(spans);
        }
      }),
    );
  });

  test("of Fleiss' κ and of unitizing, for one article", () => {
    fc.assert(
      fc.property(works, (of) => {
        const one = article(1, LENGTH, of);
        const report = reportOn([one], { resamples: 0 });
        const coders = one.submitted.map(({ spans }) => spans.map(unitOf));
        const found = uAlphaFamily({ length: LENGTH, coders });
        for (const name of ["u_alpha", "u_alpha_binary", "cu_alpha"] as const) {
          expectClose(value(report.measures, name), found[name]);
        }
        for (const { label, measures } of report.labels) {
          expectClose(value(measures, "ku_alpha"), found.ku_alpha[label] ?? null);
          const alone = coders.map((units) => units.filter(([, , name]) => name === label));
          const { u_alpha } = uAlphaFamily({ length: LENGTH, coders: alone });
          expectClose(value(measures, "u_alpha"), u_alpha);
        }
        for (const { one: first, other, measures } of report.pairs) {
          const two = [first, other].map(
            (key) => coders[one.submitted.findIndex(({ reviewer }) => reviewer === key)] ?? [],
          );
          const { u_alpha } = uAlphaFamily({ length: LENGTH, coders: two });
          expectClose(value(measures, "u_alpha"), u_alpha);
        }
        const rows = one.submitted.map(({ reviewer }) => said([one], reviewer));
        const ratings = Array.from({ length: LENGTH }, (_, at) => rows.map((row) => row[at] ?? ""));
        expectClose(value(report.measures, "fleiss_kappa"), fleissKappa({ ratings }).kappa);
      }),
    );
  });

  test("in whatever order articles, reviewers and spans come, intervals too", () => {
    fc.assert(
      fc.property(corpus, (articles) => {
        const turned = [...articles].reverse().map((of) => ({
          ...of,
          submitted: [...of.submitted]
            .reverse()
            .map((work) => ({ ...work, spans: [...work.spans].reverse() })),
        }));
        const [there, back] = [reportOn(articles), reportOn(turned)];
        const rounded = (measures: readonly Measure[]) =>
          measures.map((one) =>
            [one.value, one.low, one.high].map((figure) => figure && Math.round(figure * 1e9)),
          );
        expect(rounded(back.measures)).toEqual(rounded(there.measures));
        expect(back.pairs.map(({ measures }) => rounded(measures))).toEqual(
          there.pairs.map(({ measures }) => rounded(measures)),
        );
        expect(back.labels.map(({ measures }) => rounded(measures))).toEqual(
          there.labels.map(({ measures }) => rounded(measures)),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("labels over each other", () => {
  test("are a category of their own where both are, and each is found by itself", () => {
    const report = reportOn([
      article(1, 20, {
        a1: { spans: ["claim 0-10", "attribution 5-10"] },
        a2: { spans: ["claim 0-10", "attribution 5-10"] },
      }),
    ]);
    expect(value(report.measures, "krippendorff_alpha")).toBe(1);
    expect(
      report.labels.map(({ label, measures }) => [label, value(measures, "ku_alpha")]),
    ).toEqual([
      ["attribution", 1],
      ["claim", 1],
    ]);
    const other = reportOn([
      article(1, 20, {
        a1: { spans: ["claim 0-10", "attribution 5-10"] },
        a2: { spans: ["claim 0-10"] },
      }),
    ]);
    const claim = other.labels.find(({ label }) => label === "claim");
    expect(value(claim?.measures, "krippendorff_alpha")).toBe(1);
    expect(value(other.measures, "krippendorff_alpha")).toBeLessThan(1);
  });

  test("spans with several fragments count where they are, not between", () => {
    const report = reportOn([
      article(1, 20, {
        a1: { spans: ["claim 0-5 10-15"] },
        a2: { spans: ["claim 0-5 10-15"] },
        a3: { spans: ["claim 5-10"] },
      }),
    ]);
    const [same, , apart] = report.pairs;
    expect(value(same?.measures, "f1_strict")).toBe(1);
    expect(value(apart?.measures, "f1_type")).toBe(0);
    expect(value(apart?.measures, "cohen_kappa")).toBeLessThan(0);
  });
});

describe("relations and attributes", () => {
  test("relations agree between spans that go together, either way round if they have no direction", () => {
    const spans = ["denial 0-5", "claim 10-15"];
    const [denial = "", claim = ""] = spans;
    const other = ["denial 0-6", "claim 10-15"];
    const [denied = ""] = other;
    const report = reportOn([
      article(1, 20, {
        a1: {
          spans,
          relations: [`denies: ${denial} > ${claim}`, `same_claim: ${denial} > ${claim}`],
        },
        a2: {
          spans: other,
          relations: [`denies: ${claim} > ${denied}`, `same_claim: ${claim} > ${denied}`],
        },
      }),
    ]);
    expect(report.relations.map(({ type, measures }) => [type, measures[0]?.value])).toEqual([
      ["denies", 0],
      ["same_claim", 1],
    ]);
    expect(measure(report.measures, "relation_f1")).toMatchObject({ value: 0.5, n: 4 });
  });

  test("attributes are compared where spans go together, what nobody filled in being alike", () => {
    const report = reportOn([
      article(1, 40, {
        a1: {
          spans: [
            "claim 0-5 sure=yes",
            "claim 10-15 sure=no",
            "claim 20-25",
            "claim 30-35 sure=no",
          ],
        },
        a2: { spans: ["claim 0-5 sure=yes", "claim 10-16 sure=yes", "claim 20-25"] },
      }),
    ]);
    const [sure] = report.attributes;
    expect(sure).toMatchObject({ holder_kind: "label", holder: "claim", name: "sure", n: 3 });
    expect(value(sure?.measures, "percent_agreement")).toBeCloseTo(2 / 3, 12);
    const data = [
      ["yes", "no", "-"],
      ["yes", "yes", "-"],
    ];
    const { alpha } = krippendorffAlpha({ level: "nominal", data });
    expect(value(sure?.measures, "attribute_alpha")).toBeCloseTo(alpha ?? -9, 12);
  });

  test("that are called as what every object has are attributes like others", () => {
    const report = reportOn([
      article(1, 40, {
        a1: { spans: ["constructor 0-5", "constructor 10-15 constructor=yes"] },
        a2: { spans: ["constructor 0-5 constructor=yes", "constructor 10-15 constructor=yes"] },
      }),
    ]);
    const [given] = report.attributes;
    expect(given).toMatchObject({ holder: "constructor", name: "constructor", n: 2 });
    expect(value(given?.measures, "percent_agreement")).toBe(0.5);
    expect(value(given?.measures, "attribute_alpha")).toBe(0);
  });

  test("numbers are compared by their differences", () => {
    const report = reportOn([
      article(1, 40, {
        a1: { spans: ["claim 0-5 many=1", "claim 10-15 many=5", "claim 20-25 many=9"] },
        a2: { spans: ["claim 0-5 many=2", "claim 10-15 many=5", "claim 20-25 many=7"] },
      }),
    ]);
    const data = [
      [1, 5, 9],
      [2, 5, 7],
    ];
    const { alpha } = krippendorffAlpha({ level: "interval", data });
    expect(value(report.attributes[0]?.measures, "attribute_alpha")).toBeCloseTo(alpha ?? -9, 12);
  });

  test("those of the article are compared for each pair of reviewers", () => {
    const topic = (name: string): Written => ({ spans: [], attributes: { topic: [name] } });
    const report = reportOn([
      article(1, 20, { a1: topic("war"), a2: topic("war"), a3: topic("sport") }),
    ]);
    expect(report.attributes[0]).toMatchObject({ holder_kind: "article", holder: null, n: 3 });
    expect(value(report.attributes[0]?.measures, "percent_agreement")).toBeCloseTo(1 / 3, 12);
  });
});

describe("over articles", () => {
  const alike = { a1: { spans: ["claim 0-5"] }, a2: { spans: ["claim 0-5"] } };
  const apartWorks = {
    a1: { spans: ["claim 0-5"] },
    a2: { spans: ["claim 10-15", "claim 16-18"] },
  };
  const articles = Array.from({ length: 20 }, (_, at) =>
    article(at + 1, 20, at % 4 === 0 ? apartWorks : alike, { rounds: [at < 10 ? 1 : 2] }),
  );

  test("the interval is around the figure, the same for the same seed, and another for another", () => {
    const report = reportOn(articles);
    const strict = measure(report.measures, "f1_strict");
    expect(strict.low).toBeLessThan(strict.value ?? 0);
    expect(strict.high).toBeGreaterThan(strict.value ?? 1);
    expect(reportOn(articles)).toEqual(report);
    expect(measure(reportOn(articles, { seed: 8 }).measures, "f1_strict")).not.toEqual(strict);
  });

  test("of articles that are all alike it has no width", () => {
    const { measures } = reportOn(articles.filter((_, at) => at % 4 !== 0));
    expect(measure(measures, "f1_strict")).toMatchObject({ value: 1, low: 1, high: 1 });
  });

  test("each round has its own figures, and an article of two counts for both", () => {
    const both = article(21, 20, alike, { rounds: [1, 2] });
    const { rounds, articles: all } = reportOn([...articles, both]);
    expect(rounds.map(({ round, articles: of }) => [round, of])).toEqual([
      [1, 11],
      [2, 11],
    ]);
    expect(all).toBe(21);
    const first = reportOn([...articles.slice(0, 10), both]);
    expect(value(rounds[0]?.measures, "f1_strict")).toBe(value(first.measures, "f1_strict"));
  });

  test("those that are disputed most come first, and those that are not never", () => {
    const worse = article(30, 20, {
      a1: { spans: ["claim 0-5", "claim 6-8"] },
      a2: { spans: ["denial 10-15", "claim 16-18"] },
    });
    const { by_article } = reportOn([...articles, worse]);
    const disputed = mostDisputed(by_article, 3);
    expect(disputed.map(({ article: id }) => id)).toEqual([idOf(30), idOf(1), idOf(5)]);
    expect(mostDisputed(by_article, 10)).toHaveLength(6);
  });

  test("two versions of an article are two, each by its number, in whatever order they come", () => {
    const both = [
      article(4, 40, { a1: { spans: ["claim 0-5"] }, a2: { spans: [] } }),
      {
        ...article(4, 20, { a1: { spans: ["claim 0-5", "claim 6-8"] }, a2: { spans: [] } }),
        version: 2,
      },
    ];
    const report = reportOn(both, { gamma: true });
    expect(mostDisputed(report.by_article, 2).map(({ version }) => version)).toEqual([2, 1]);
    expect(report.gamma?.by_article.map(({ version }) => version)).toEqual([1, 2]);
    expect(reportOn(both.toReversed()).measures).toEqual(reportOn(both).measures);
  });

  test("the distribution has every article once, by tenths", () => {
    const { distribution } = reportOn(articles);
    const strict = distribution.find(({ measure: name }) => name === "f1_strict");
    expect(strict?.bins.map(({ articles: of }) => of)).toEqual([5, 0, 0, 0, 0, 0, 0, 0, 0, 15]);
    const alpha = distribution.find(({ measure: name }) => name === "krippendorff_alpha");
    expect(alpha?.bins[0]?.from).toBeLessThan(0);
  });

  test("γ is there only if it is asked for", () => {
    expect(reportOn(articles.slice(0, 4)).gamma).toBeUndefined();
    const { gamma } = reportOn(articles.slice(0, 4), { gamma: true });
    expect(gamma?.by_article.map(({ value: of }) => of === 1)).toEqual([false, true, true, true]);
    expect(gamma?.measure).toMatchObject({ name: "gamma", n: 4, n_unit: "article" });
    const mean = (gamma?.by_article ?? []).reduce((sum, { value: of }) => sum + (of ?? 0), 0) / 4;
    expect(gamma?.measure.value).toBeCloseTo(mean, 12);
  });

  test("γ is worked out with rests, many in each article, and comes to the same", () => {
    const options = {
      unit: "character",
      seed: 7,
      symmetric: new Set<string>(),
      gamma: true,
    } as const;
    const accumulator = new AgreementAccumulator(options);
    const some = articles.slice(0, 2);
    for (const each of some) accumulator.add(each);
    const rests = [...accumulator.workingOutGamma()];
    expect(rests[0]).toEqual({ articles: 2, done: 0 });
    // The first article differs, and needs samples; the second needs none.
    expect(rests.filter(({ done }) => done === 0).length).toBeGreaterThan(30);
    expect(rests.at(-1)).toEqual({ articles: 2, done: 1 });
    const { gamma } = reportOn(some, { gamma: true });
    expect(accumulator.report().gamma?.by_article).toEqual(gamma?.by_article);
  });
});
