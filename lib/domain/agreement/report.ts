import type { Attributes, Relation, Span } from "../span";
import { AttributeSums } from "./attributes";
import { chanceCorrected, kappaOf, NO_PAIRS, NO_VARIATION, UNEVEN } from "./chance-corrected";
import { byName, Confusion } from "./confusion";
import { type Definition, measured } from "./definition";
import { gammaInSteps } from "./gamma";
import { GrowingMap } from "./growing-map";
import { f1Of, matchRelations, rightSpans } from "./matching";
import { Categories, inWords, type Piece, type Stretches, stretchesOf } from "./positions";
import type {
  AgreementReport,
  MeasureName,
  PositionUnit,
  ReportedArticle,
  SpanScheme,
} from "./report-schemas";
import { ArticleSums, CategoryColumns, squaresIn, sumIn } from "./sums";
import {
  cuAlphaOf,
  kuAlphaOf,
  type Unit,
  type Unitized,
  uAlphaBinaryOf,
  uAlphaOf,
  unitize,
  whyNotMet,
} from "./unitizing";

/** What one reviewer has submitted of an article version. */
export type SubmittedWork = {
  /** As in datasets: "a1". */
  readonly reviewer: string;
  readonly spans: readonly Pick<Span, "id" | "label" | "fragments" | "attributes">[];
  readonly relations: readonly Relation[];
  /** Of the article itself. */
  readonly attributes: Attributes;
};

/** One article version, and who has submitted what of it. */
export type ReviewedArticle = {
  readonly article: string;
  /** The number of the version: of an article there may be several. */
  readonly version: number;
  /** The numbers of the rounds that it counts for; none for work outside of rounds. */
  readonly rounds: readonly number[];
  /** In code points. */
  readonly length: number;
  /** Starts and ends of its words in turn, in code points; not asked for where the unit is the character. */
  readonly words: Int32Array;
  /** Who has submitted it: nobody twice. Without any span they found nothing, which is work too. */
  readonly submitted: readonly SubmittedWork[];
  /** Whose it was to do, and who have not submitted it. */
  readonly notSubmitted: readonly string[];
};

export type ReportOptions = {
  readonly unit: PositionUnit;
  /** Of the bootstrap and of γ. */
  readonly seed: number;
  /** Of the bootstrap; 1,000 by default. */
  readonly resamples?: number;
  /** Types of relations without a direction. */
  readonly symmetric: ReadonlySet<string>;
  /** Whether γ is computed too, which takes long. */
  readonly gamma?: boolean;
};

/** Of the bootstrap, unless something else is asked for. */
export const DEFAULT_RESAMPLES = 1000;

const schemes: readonly SpanScheme[] = ["strict", "exact", "partial", "type"];

const NO_SPANS = "Nobody marked anything of this.";
const NONE_OF_ONE = "One of the two marked nothing of this.";
const NO_RELATIONS = "Nobody made a relation of this type.";
const NO_GAMMA = "γ is defined for no article.";

const spanNames = ["one", "other", ...schemes] as const;
type SpanColumns = Record<(typeof spanNames)[number], number>;
const spanColumns = (sums: ArticleSums): SpanColumns => sums.columns(...spanNames);

const unitizing = [
  "total",
  "gaps",
  "unlike",
  "besides",
  "own",
  "met",
  "metUnlike",
  "metOwn",
] as const;

const ofCategory = ["given", "unlike", "own", "met", "metAlike", "metOwn", "seen"] as const;

/** What is counted of a label. */
type LabelColumns = {
  readonly category: number;
  readonly of: Record<(typeof ofCategory)[number], number>;
  readonly spans: SpanColumns;
};

/** What is counted of two reviewers: of positions, by what each said; `both` is where they said the same. */
type PairColumns = {
  readonly one: string;
  readonly other: string;
  readonly of: Record<"articles" | "positions" | "agreeing" | "own", number>;
  readonly said: readonly [CategoryColumns, CategoryColumns];
  /** By the number of a label: where both have it, whatever else. */
  readonly both: CategoryColumns;
  readonly spans: SpanColumns;
  readonly confusion: Confusion;
};

type SpanOf = SubmittedWork["spans"][number];

/**
 * Computes the report on agreement, article by article. What it keeps grows with articles, labels and pairs of
 * reviewers, not with spans or texts.
 *
 * Where spans overlap, a position has all of their labels at once, as a category of its own: "attribution and claim" is
 * neither the one nor the other. Figures of a label ask of every position whether it has that label.
 */
export class AgreementAccumulator {
  readonly #options: ReportOptions;
  readonly #categories = new Categories();
  readonly #sums = new ArticleSums();
  readonly #whole = this.#sums.columns("positions", "seen", ...unitizing);
  readonly #given = new CategoryColumns(this.#sums);
  readonly #met = new CategoryColumns(this.#sums);
  readonly #spans = spanColumns(this.#sums);
  readonly #related = this.#sums.columns("all", "alike");
  readonly #labels = new GrowingMap<string, LabelColumns>((label) => ({
    category: this.#categories.numberOf(label),
    of: this.#sums.columns(...ofCategory),
    spans: spanColumns(this.#sums),
  }));
  readonly #pairs = new Map<string, PairColumns>();
  readonly #relations = new GrowingMap<string, Record<"all" | "alike", number>>(() =>
    this.#sums.columns("all", "alike"),
  );
  readonly #attributes = new AttributeSums(this.#sums);
  readonly #confusion = new Confusion();
  readonly #articles: {
    readonly article: string;
    readonly version: number;
    readonly rounds: readonly number[];
    readonly reviewers: number;
    readonly spans: number;
    readonly disputes: number;
  }[] = [];
  readonly #reviewers = new GrowingMap((_: string) => ({ articles: 0, nothing: 0, missing: 0 }));
  readonly #crowds = new Set<number>();
  readonly #gammas: NonNullable<AgreementReport["gamma"]>["by_article"][number][] = [];
  /** Of which γ is to be worked out: by coder, where units begin and end, and the numbers of their labels, in turn. */
  readonly #continua: (Pick<ReviewedArticle, "article" | "version"> & {
    readonly coders: readonly Int32Array[];
  })[] = [];
  #articlesOfOne = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** @throws RangeError if a span leaves its text: spans are checked where they come in */
  add(article: ReviewedArticle): void {
    for (const reviewer of article.notSubmitted) this.#reviewers.need(reviewer).missing += 1;
    for (const { reviewer, spans } of article.submitted) {
      this.#reviewers.need(reviewer).articles += 1;
      if (spans.length === 0) this.#reviewers.need(reviewer).nothing += 1;
    }
    const works = [...article.submitted].sort((a, b) => inKeyOrder(a.reviewer, b.reviewer));
    if (works.length === 1) this.#articlesOfOne += 1;
    if (works.length < 2) return;
    this.#crowds.add(works.length);

    const inTokens = this.#options.unit === "token";
    const length = inTokens ? article.words.length / 2 : article.length;
    const pieces = works.map(({ spans }) => this.#piecesOf(spans, article));
    const stretches = stretchesOf(length, pieces, this.#categories);
    const unitized = unitize(stretches, this.#categories);
    this.#addPositions(unitized, length);
    let strict = 0;
    works.forEach((one, first) => {
      works.slice(first + 1).forEach((other, index) => {
        const pair = this.#pair(one.reviewer, other.reviewer);
        this.#addPair(pair, stretches, unitized, [first, first + 1 + index]);
        strict += this.#addSpans(pair, one, other);
      });
    });
    const spans = works.reduce((sum, work) => sum + work.spans.length, 0);
    this.#sums.end(rowOf(article));
    this.#articles.push({
      article: article.article,
      version: article.version,
      rounds: article.rounds,
      reviewers: works.length,
      spans,
      disputes: spans * (works.length - 1) - 2 * strict,
    });
    if (this.#options.gamma) {
      const packed = pieces.map((of) =>
        Int32Array.from(of.flatMap(({ start, end, category }) => [start, end, category])),
      );
      this.#continua.push({
        article: article.article,
        version: article.version,
        coders: packed,
      });
    }
  }

  #pair(one: string, other: string): PairColumns {
    const key = `${one} ${other}`;
    const known = this.#pairs.get(key);
    if (known) return known;
    const each = () => new CategoryColumns(this.#sums);
    const made: PairColumns = {
      one,
      other,
      of: this.#sums.columns("articles", "positions", "agreeing", "own"),
      said: [each(), each()],
      both: each(),
      spans: spanColumns(this.#sums),
      confusion: new Confusion(),
    };
    this.#pairs.set(key, made);
    return made;
  }

  #piecesOf(spans: readonly SpanOf[], { words }: ReviewedArticle): Piece[] {
    const inTokens = this.#options.unit === "token";
    const pieces: Piece[] = [];
    for (const { label, fragments } of spans) {
      const category = this.#categories.numberOf(label);
      for (const { start, end } of inTokens ? inWords(fragments, words) : fragments) {
        pieces.push({ start, end, category });
      }
    }
    return pieces;
  }

  #addPositions({ sums, given, met, seen, categories }: Unitized, length: number): void {
    for (const name of unitizing) this.#sums.add(this.#whole[name], sums[name]);
    this.#given.addAll(given);
    this.#met.addAll(met);
    this.#sums.add(this.#whole.positions, length);
    this.#sums.add(this.#whole.seen, seen);
    for (const [category, of] of categories) {
      const label = this.#labels.need(this.#categories.nameOf(category));
      for (const name of ofCategory) this.#sums.add(label.of[name], of[name]);
    }
  }

  #addPair(
    pair: PairColumns,
    { coders, count, lengths, said }: Stretches,
    { givenBy, ownBy }: Unitized,
    [first, second]: readonly [number, number],
  ): void {
    let [positions, agreeing] = [0, 0];
    for (let stretch = 0; stretch < count; stretch += 1) {
      const length = lengths[stretch] ?? 0;
      const one = said[stretch * coders + first] ?? 0;
      const other = said[stretch * coders + second] ?? 0;
      positions += length;
      if (one === other) agreeing += length;
      if (one === 0 || other === 0) continue;
      const ofOther = this.#categories.membersOf(other);
      for (const label of this.#categories.membersOf(one)) {
        if (ofOther.includes(label)) pair.both.add(label, length);
      }
    }
    pair.said[0].addAll(givenBy[first] ?? []);
    pair.said[1].addAll(givenBy[second] ?? []);
    this.#sums.add(pair.of.articles, 1);
    this.#sums.add(pair.of.positions, positions);
    this.#sums.add(pair.of.agreeing, agreeing);
    this.#sums.add(pair.of.own, (ownBy[first] ?? 0) + (ownBy[second] ?? 0));
  }

  /** @returns how many spans both have exactly so */
  #addSpans(pair: PairColumns, one: SubmittedWork, other: SubmittedWork): number {
    const { all, labels, aligned } = rightSpans(one.spans, other.spans);
    const add = (columns: SpanColumns, right: typeof all) => {
      for (const name of spanNames) this.#sums.add(columns[name], right[name]);
    };
    add(this.#spans, all);
    add(pair.spans, all);
    for (const [label, right] of labels) add(this.#labels.need(label).spans, right);
    const partner = new Map<string, string>();
    for (const { one: ours, other: theirs } of aligned) {
      const [from, to] = [ours?.label ?? null, theirs?.label ?? null];
      pair.confusion.count(from, to);
      const [first, last] = from !== null && (to === null || from < to) ? [from, to] : [to, from];
      this.#confusion.count(first, last);
      if (!ours || !theirs || from !== to) continue;
      partner.set(ours.id, theirs.id);
      this.#attributes.add("label", ours.label, ours.attributes, theirs.attributes);
    }
    this.#addRelations(one.relations, other.relations, partner);
    this.#attributes.add("article", null, one.attributes, other.attributes);
    return all.strict;
  }

  #addRelations(
    ones: readonly Relation[],
    others: readonly Relation[],
    partner: ReadonlyMap<string, string>,
  ): void {
    for (const { type } of [...ones, ...others]) {
      this.#sums.add(this.#relations.need(type).all, 1);
      this.#sums.add(this.#related.all, 1);
    }
    const isSymmetric = (type: string) => this.#options.symmetric.has(type);
    for (const [one, other] of matchRelations(ones, others, partner, isSymmetric)) {
      this.#sums.add(this.#relations.need(one.type).alike, 1);
      this.#sums.add(this.#related.alike, 1);
      this.#attributes.add("relation", one.type, one.attributes, other.attributes);
    }
  }

  /**
   * Works out γ of what was added, which takes long: with a rest many times, in which others get their turn. A report
   * that is asked for before works out what is left.
   *
   * @returns at each rest, of how many articles it is worked out
   */
  *workingOutGamma(): Generator<{ readonly articles: number; readonly done: number }> {
    for (const { article, version, coders } of this.#continua.slice(this.#gammas.length)) {
      const steps = gammaInSteps({
        coders: coders.map((packed) => this.#unitsOf(packed)),
        seed: this.#options.seed,
      });
      for (;;) {
        yield { articles: this.#continua.length, done: this.#gammas.length };
        const step = steps.next();
        if (!step.done) continue;
        const { gamma: value, ...found } = step.value;
        this.#gammas.push({ article, version, value, ...found });
        break;
      }
    }
  }

  #unitsOf(packed: Int32Array): Unit[] {
    return Array.from({ length: packed.length / 3 }, (_, at) => {
      const [start = 0, end = 0, category = 0] = packed.subarray(3 * at);
      return [start, end, this.#categories.nameOf(category)];
    });
  }

  report(): AgreementReport {
    for (const _ of this.workingOutGamma());
    const { unit, seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const rows = this.#sums.rows;
    const whole = this.#wholeDefinitions();
    const labels = byName(this.#labels).map(([label, of]) => ({
      label,
      definitions: this.#labelDefinitions(of),
    }));
    const pairs = [...this.#pairs.values()]
      .sort((a, b) => inKeyOrder(a.one, b.one) || inKeyOrder(a.other, b.other))
      .map((pair) => ({ pair, definitions: this.#pairDefinitions(pair) }));
    const relations = byName(this.#relations).map(([type, of]) => ({
      type,
      definitions: [this.#relationDefinition(of)],
    }));
    const attributes = this.#attributes.all;
    const all = [
      whole,
      ...[...labels, ...pairs, ...relations, ...attributes].map(({ definitions }) => definitions),
    ];
    const computed = measured(this.#sums, all.flat(), rows, { seed, resamples });
    const measuresOf = (definitions: readonly Definition[]) =>
      definitions.flatMap((definition) => computed.get(definition) ?? []);
    const sums = this.#sums.of(rows);
    const byArticle = this.#byArticle();
    const reviewers = [...this.#reviewers].sort(([a], [b]) => inKeyOrder(a, b));
    const total = (name: "nothing" | "missing") =>
      reviewers.reduce((sum, [, of]) => sum + of[name], 0);
    return {
      unit,
      seed,
      resamples,
      reviewers: reviewers.map(([key, of]) => ({
        key,
        articles: of.articles,
        found_nothing: of.nothing,
        not_annotated: of.missing,
      })),
      articles: this.#articles.length,
      articles_of_one: this.#articlesOfOne,
      not_annotated: total("missing"),
      found_nothing: total("nothing"),
      measures: measuresOf(whole),
      labels: labels.map(({ label, definitions }) => ({
        label,
        measures: measuresOf(definitions),
      })),
      pairs: pairs.map(({ pair, definitions }) => ({
        one: pair.one,
        other: pair.other,
        articles: sums[pair.of.articles] ?? 0,
        measures: measuresOf(definitions),
        confusion: pair.confusion.cells,
      })),
      relations: relations.map(({ type, definitions }) => ({
        type,
        measures: measuresOf(definitions),
      })),
      attributes: attributes.map(({ about, together, definitions }) => ({
        ...about,
        n: sums[together] ?? 0,
        measures: measuresOf(definitions),
      })),
      confusion: this.#confusion.cells,
      distribution: distributions.map((measure) => ({
        measure,
        ...histogram(byArticle.map((of) => of[measure])),
      })),
      by_article: byArticle,
      rounds: this.#rounds(whole),
      ...(this.#options.gamma ? { gamma: this.#gamma() } : {}),
    };
  }

  #wholeDefinitions(): Definition[] {
    const column = this.#whole;
    const at = (sums: Float64Array) => ({
      total: sums[column.total] ?? 0,
      gaps: sums[column.gaps] ?? 0,
      unlike: sums[column.unlike] ?? 0,
      besides: sums[column.besides] ?? 0,
      own: sums[column.own] ?? 0,
      met: sums[column.met] ?? 0,
      metUnlike: sums[column.metUnlike] ?? 0,
      metOwn: sums[column.metOwn] ?? 0,
    });
    const [given, met] = [this.#given.columnsOf(), this.#met.columnsOf()];
    const why = (sums: Float64Array) => ((sums[column.total] ?? 0) > 0 ? NO_VARIATION : NO_PAIRS);
    const positions = {
      why,
      n: (sums: Float64Array) => sums[column.positions] ?? 0,
      unit: this.#options.unit,
    };
    return [
      {
        name: "krippendorff_alpha",
        of: (sums) => {
          const { unlike, total } = at(sums);
          return chanceCorrected(unlike, total, squaresIn(sums, given), total - 1);
        },
        ...positions,
      },
      this.#fleiss(positions, (sums) => {
        const { unlike, total } = at(sums);
        return chanceCorrected(unlike, total, squaresIn(sums, given), total);
      }),
      { name: "cohen_kappa", of: this.#meanKappa((pair) => this.#pairKappa(pair)), ...positions },
      { name: "u_alpha", of: (sums) => uAlphaOf(at(sums), squaresIn(sums, given)), ...positions },
      { name: "u_alpha_binary", of: (sums) => uAlphaBinaryOf(at(sums)), ...positions },
      {
        name: "cu_alpha",
        of: (sums) => cuAlphaOf(at(sums), squaresIn(sums, met)),
        why: (sums) => whyNotMet(at(sums).met),
        n: (sums) => sums[column.seen] ?? 0,
        unit: this.#options.unit,
      },
      ...schemes.map((scheme) => f1Definition(scheme, this.#spans)),
      this.#relationDefinition(this.#related),
    ];
  }

  #fleiss(
    positions: Omit<Definition, "name" | "of">,
    of: (sums: Float64Array) => number,
  ): Definition {
    if (this.#crowds.size < 2) return { name: "fleiss_kappa", of, ...positions };
    return { name: "fleiss_kappa", of: () => Number.NaN, ...positions, why: () => UNEVEN };
  }

  /** The mean over pairs of reviewers of whom it is defined (Light, Psychological Bulletin 76, 1971, 365-377). */
  #meanKappa(kappaOfPair: (pair: PairColumns) => (sums: Float64Array) => number) {
    const kappas = [...this.#pairs.values()].map((pair) => kappaOfPair(pair));
    return (sums: Float64Array) => {
      let [sum, defined] = [0, 0];
      for (const kappa of kappas) {
        const value = kappa(sums);
        if (Number.isNaN(value)) continue;
        sum += value;
        defined += 1;
      }
      return sum / defined;
    };
  }

  #pairKappa({ of, said: [one, other] }: PairColumns) {
    const known = one.known;
    const [ofOne, ofOther] = [one.columnsOf(known), other.columnsOf(known)];
    return (sums: Float64Array) => {
      const things = sums[of.positions] ?? 0;
      if (things === 0) return Number.NaN;
      let products = 0;
      for (let at = 0; at < ofOne.length; at += 1) {
        products += (sums[ofOne[at] ?? 0] ?? 0) * (sums[ofOther[at] ?? 0] ?? 0);
      }
      return kappaOf(sums[of.agreeing] ?? 0, things, products);
    };
  }

  #labelDefinitions({ category, of, spans }: LabelColumns): Definition[] {
    const { total, positions, met } = this.#whole;
    const figure = (pool: (all: number, own: number) => number) => (sums: Float64Array) => {
      const [all, given] = [sums[total] ?? 0, sums[of.given] ?? 0];
      const squares = given ** 2 + (all - given) ** 2;
      // The own of a gap is its length.
      const own = (sums[of.own] ?? 0) + all - given;
      return chanceCorrected(sums[of.unlike] ?? 0, all, squares, pool(all, own));
    };
    const shared = {
      why: () => NO_VARIATION,
      n: (sums: Float64Array) => sums[positions] ?? 0,
      unit: this.#options.unit,
    };
    return [
      { name: "krippendorff_alpha", of: figure((all) => all - 1), ...shared },
      this.#fleiss(
        shared,
        figure((all) => all),
      ),
      {
        name: "cohen_kappa",
        of: this.#meanKappa(({ of: pair, said, both }) => {
          const having = (each: CategoryColumns) =>
            each.columnsOf(
              each.known.filter((set) => this.#categories.membersOf(set).includes(category)),
            );
          const [one, other] = [having(said[0]), having(said[1])];
          const together = both.columnOf(category);
          return (sums) => {
            const things = sums[pair.positions] ?? 0;
            if (things === 0) return Number.NaN;
            const [first, second] = [sumIn(sums, one), sumIn(sums, other)];
            const agreeing = things - first - second + 2 * (sums[together] ?? 0);
            const products = first * second + (things - first) * (things - second);
            return kappaOf(agreeing, things, products);
          };
        }),
        ...shared,
      },
      { name: "u_alpha", of: figure((all, own) => all - own / all), ...shared },
      {
        name: "ku_alpha",
        of: (sums) =>
          kuAlphaOf(
            {
              met: sums[of.met] ?? 0,
              metAlike: sums[of.metAlike] ?? 0,
              metOwn: sums[of.metOwn] ?? 0,
            },
            sums[met] ?? 0,
          ),
        why: (sums) => whyNotMet(sums[of.met] ?? 0),
        n: (sums) => sums[of.seen] ?? 0,
        unit: this.#options.unit,
      },
      // With one label alone, exactly is strictly.
      ...schemes
        .filter((scheme) => scheme !== "exact")
        .map((scheme) => f1Definition(scheme, spans)),
    ];
  }

  #pairDefinitions(pair: PairColumns): Definition[] {
    const { of, said, spans } = pair;
    const known = [...new Set(said.flatMap((each) => each.known))];
    const [ofOne, ofOther] = [said[0].columnsOf(known), said[1].columnsOf(known)];
    const figure = (pool: (all: number, own: number) => number) => (sums: Float64Array) => {
      const all = 2 * (sums[of.positions] ?? 0);
      let squares = 0;
      for (let at = 0; at < known.length; at += 1) {
        squares += ((sums[ofOne[at] ?? 0] ?? 0) + (sums[ofOther[at] ?? 0] ?? 0)) ** 2;
      }
      const unlike = all - 2 * (sums[of.agreeing] ?? 0);
      return chanceCorrected(unlike, all, squares, pool(all, sums[of.own] ?? 0));
    };
    const shared = {
      why: (sums: Float64Array) => ((sums[of.positions] ?? 0) > 0 ? NO_VARIATION : NO_PAIRS),
      n: (sums: Float64Array) => sums[of.positions] ?? 0,
      unit: this.#options.unit,
    };
    return [
      { name: "krippendorff_alpha", of: figure((all) => all - 1), ...shared },
      { name: "cohen_kappa", of: this.#pairKappa(pair), ...shared },
      { name: "u_alpha", of: figure((all, own) => all - own / all), ...shared },
      ...schemes.flatMap((scheme) => [
        shareDefinition(`precision_${scheme}`, spans[scheme], spans.other),
        shareDefinition(`recall_${scheme}`, spans[scheme], spans.one),
        f1Definition(scheme, spans),
      ]),
    ];
  }

  #relationDefinition({ all, alike }: Record<"all" | "alike", number>): Definition {
    return {
      name: "relation_f1",
      // Those of both together are halves for the formula.
      of: (sums) => f1Of(sums[alike] ?? 0, sums[all] ?? 0, 0) ?? Number.NaN,
      why: () => NO_RELATIONS,
      n: (sums) => sums[all] ?? 0,
      unit: "relation",
    };
  }

  #byArticle(): ReportedArticle[] {
    const definitions = new Map(this.#wholeDefinitions().map((one) => [one.name, one]));
    return this.#sums.each(this.#articles, (sums, { rounds, ...article }) => {
      const figure = (name: MeasureName) => {
        const value = definitions.get(name)?.of(sums) ?? Number.NaN;
        return Number.isNaN(value) ? null : value;
      };
      return {
        ...article,
        rounds: [...rounds],
        krippendorff_alpha: figure("krippendorff_alpha"),
        u_alpha: figure("u_alpha"),
        f1_strict: figure("f1_strict"),
        f1_partial: figure("f1_partial"),
      };
    });
  }

  #rounds(whole: readonly Definition[]): AgreementReport["rounds"] {
    const { seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const rows = new GrowingMap<number, number[]>(() => []);
    this.#articles.forEach(({ rounds }, row) => {
      for (const round of rounds) rows.need(round).push(row);
    });
    return [...rows]
      .sort(([a], [b]) => a - b)
      .map(([round, of]) => ({
        round,
        articles: of.length,
        measures: [...measured(this.#sums, whole, of, { seed, resamples }).values()],
      }));
  }

  #gamma(): NonNullable<AgreementReport["gamma"]> {
    const { seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const sums = new ArticleSums();
    const { sum, defined } = sums.columns("sum", "defined");
    for (const { value, ...of } of this.#gammas) {
      if (value === null) continue;
      sums.add(sum, value);
      sums.add(defined, 1);
      sums.end(rowOf(of));
    }
    const mean: Definition = {
      name: "gamma",
      of: (of) => (of[sum] ?? 0) / (of[defined] ?? 0),
      why: () => NO_GAMMA,
      n: (of) => of[defined] ?? 0,
      unit: "article",
    };
    const measure = measured(sums, [mean], sums.rows, { seed, resamples }).get(mean);
    if (!measure) throw new Error("What was measured is there.");
    return { measure, by_article: this.#gammas };
  }
}

/** What tells a version of an article from all others, in one order. */
function rowOf({ article, version }: Pick<ReviewedArticle, "article" | "version">): string {
  return `${article} ${String(version).padStart(10, "0")}`;
}

/** The articles that are disputed most: by disputes, then by how little agrees, then by id. */
export function mostDisputed(
  articles: readonly ReportedArticle[],
  count: number,
): readonly ReportedArticle[] {
  return articles
    .filter(({ disputes }) => disputes > 0)
    .sort(
      (a, b) =>
        b.disputes - a.disputes ||
        (a.f1_strict ?? 0) - (b.f1_strict ?? 0) ||
        (rowOf(a) < rowOf(b) ? -1 : 1),
    )
    .slice(0, count);
}

function f1Definition(scheme: SpanScheme, spans: SpanColumns): Definition {
  return {
    name: `f1_${scheme}`,
    of: (sums) =>
      f1Of(sums[spans[scheme]] ?? 0, sums[spans.one] ?? 0, sums[spans.other] ?? 0) ?? Number.NaN,
    why: () => NO_SPANS,
    n: (sums) => (sums[spans.one] ?? 0) + (sums[spans.other] ?? 0),
    unit: "span",
  };
}

function shareDefinition(name: MeasureName, right: number, all: number): Definition {
  return {
    name,
    of: (sums) => (sums[right] ?? 0) / (sums[all] ?? 0),
    why: () => NONE_OF_ONE,
    n: (sums) => sums[all] ?? 0,
    unit: "span",
  };
}

const distributions = ["krippendorff_alpha", "f1_strict", "f1_partial"] as const;
const BINS_PER_UNIT = 10;

/** Articles by tenths, up to 1; those that fall on 1 are in the last. */
function histogram(values: readonly (number | null)[]) {
  const known = values.flatMap((value) => value ?? []);
  const tenth = (value: number) =>
    Math.min(BINS_PER_UNIT - 1, Math.floor(value * BINS_PER_UNIT + 1e-9));
  const least = known.reduce((lowest, value) => Math.min(lowest, tenth(value)), 0);
  const bins = Array.from({ length: BINS_PER_UNIT - least }, (_, at) => ({
    from: (least + at) / BINS_PER_UNIT,
    to: (least + at + 1) / BINS_PER_UNIT,
    articles: 0,
  }));
  for (const value of known) {
    const bin = bins[tenth(value) - least];
    if (bin) bin.articles += 1;
  }
  return { bins, undefined: values.length - known.length };
}

/** "a2" before "a10". */
function inKeyOrder(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
