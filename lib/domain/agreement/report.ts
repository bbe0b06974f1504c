import { type Attributes, type AttributeValue, keptUnder, type Relation, type Span } from "../span";
import { chanceCorrected, kappaOf, NO_PAIRS, NO_VARIATION, UNEVEN } from "./chance-corrected";
import { gammaInSteps } from "./gamma";
import { f1Of, matchRelations, rightSpans } from "./matching";
import { Categories, inWords, type Piece, type Stretches, stretchesOf } from "./positions";
import type {
  AgreementReport,
  CountedUnit,
  Measure,
  MeasureName,
  PositionUnit,
  ReportedArticle,
  SpanScheme,
} from "./report-schemas";
import { ArticleSums, NO_COLUMN } from "./sums";
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

/** Values of an attribute beyond which it is no choice but text, of which α is not computed. */
const MOST_VALUES = 500;

const schemes: readonly SpanScheme[] = ["strict", "exact", "partial", "type"];

const NO_SPANS = "Nobody marked anything of this.";
const NONE_OF_ONE = "One of the two marked nothing of this.";
const NO_RELATIONS = "Nobody made a relation of this type.";
const NOTHING_TOGETHER = "Nothing goes together that could have it.";
const FREE_TEXT = "It has too many different values to be a choice.";
const NO_GAMMA = "γ is defined for no article.";

/** A measure before it is computed: what it is of sums. */
type Definition = {
  readonly name: MeasureName;
  /** NaN where it is not defined. */
  readonly of: (sums: Float64Array) => number;
  readonly why: (sums: Float64Array) => string;
  readonly n: (sums: Float64Array) => number;
  readonly unit: CountedUnit;
};

/** Columns of numbers that categories have, as they come up. */
class CategoryColumns {
  readonly #sums: ArticleSums;
  readonly #columns: number[] = [];

  constructor(sums: ArticleSums) {
    this.#sums = sums;
  }

  add(category: number, value: number): void {
    let column = this.#columns[category];
    if (column === undefined) {
      column = this.#sums.column();
      this.#columns[category] = column;
    }
    this.#sums.add(column, value);
  }

  addAll(values: Iterable<number>): void {
    let category = 0;
    for (const value of values) {
      if (value !== 0) this.add(category, value);
      category += 1;
    }
  }

  /** The column of a category; one where nothing ever is, if it has none. */
  columnOf(category: number): number {
    return this.#columns[category] ?? NO_COLUMN;
  }

  /** The categories that have come up. */
  get known(): number[] {
    return [...this.#columns.keys()].filter((category) => this.#columns[category] !== undefined);
  }

  /** The columns of some categories, or of all that have come up. */
  columnsOf(categories: readonly number[] = this.known): Int32Array {
    return Int32Array.from(categories, (category) => this.columnOf(category));
  }
}

/** Σ of columns. */
function sumIn(sums: Float64Array, columns: Int32Array): number {
  let total = 0;
  for (const column of columns) total += sums[column] ?? 0;
  return total;
}

/** Σ of squares of columns. */
function squaresIn(sums: Float64Array, columns: Int32Array): number {
  let total = 0;
  for (const column of columns) total += (sums[column] ?? 0) ** 2;
  return total;
}

/** Columns by name, made at once. */
function columns<Name extends string>(
  sums: ArticleSums,
  ...names: readonly Name[]
): Record<Name, number> {
  // Object.fromEntries forgets which names they are.
  return Object.fromEntries(names.map((name) => [name, sums.column()])) as Record<Name, number>;
}

const spanNames = ["one", "other", ...schemes] as const;
type SpanColumns = Record<(typeof spanNames)[number], number>;
const spanColumns = (sums: ArticleSums): SpanColumns => columns(sums, ...spanNames);

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
  readonly confusion: Confused;
};

/** How often the one was taken for the other: by both names. */
type Confused = Map<string | null, Map<string | null, number>>;

/** What can have attributes. */
const holderKinds = ["label", "relation", "article"] as const;
type HolderKind = (typeof holderKinds)[number];

/** How many pairs of what has attributes go together, and what is counted of each attribute. */
type Held = { readonly together: number; readonly attributes: Map<string, AttributeColumns> };

/** What is counted of an attribute of things that go together. */
type AttributeColumns = {
  readonly of: Record<"told" | "alike" | "numbers" | "sum" | "squares" | "apart", number>;
  /** How often each value was given; none is not among them. */
  readonly values: Map<string, number>;
  isNumber: boolean;
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
  readonly #whole = columns(this.#sums, "positions", "seen", ...unitizing);
  readonly #given = new CategoryColumns(this.#sums);
  readonly #met = new CategoryColumns(this.#sums);
  readonly #spans = spanColumns(this.#sums);
  readonly #related = columns(this.#sums, "all", "alike");
  readonly #labels = new Map<string, LabelColumns>();
  readonly #pairs = new Map<string, PairColumns>();
  readonly #relations = new Map<string, Record<"all" | "alike", number>>();
  readonly #holders: Record<HolderKind, Map<string | null, Held>> = {
    label: new Map(),
    relation: new Map(),
    article: new Map(),
  };
  readonly #confusion: Confused = new Map();
  readonly #articles: {
    readonly article: string;
    readonly rounds: readonly number[];
    readonly reviewers: number;
    readonly spans: number;
    readonly disputes: number;
  }[] = [];
  readonly #reviewers = new Map<string, Record<"articles" | "nothing" | "missing", number>>();
  readonly #crowds = new Set<number>();
  readonly #gammas: NonNullable<AgreementReport["gamma"]>["by_article"][number][] = [];
  /** Of which γ is to be worked out: by coder, where units begin and end, and the numbers of their labels, in turn. */
  readonly #continua: { readonly article: string; readonly coders: readonly Int32Array[] }[] = [];
  #articlesOfOne = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** @throws RangeError if a span leaves its text: spans are checked where they come in */
  add(article: ReviewedArticle): void {
    for (const reviewer of article.notSubmitted) this.#reviewer(reviewer).missing += 1;
    for (const { reviewer, spans } of article.submitted) {
      this.#reviewer(reviewer).articles += 1;
      if (spans.length === 0) this.#reviewer(reviewer).nothing += 1;
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
    this.#sums.end(article.article);
    this.#articles.push({
      article: article.article,
      rounds: article.rounds,
      reviewers: works.length,
      spans,
      disputes: spans * (works.length - 1) - 2 * strict,
    });
    if (this.#options.gamma) {
      const packed = pieces.map((of) =>
        Int32Array.from(of.flatMap(({ start, end, category }) => [start, end, category])),
      );
      this.#continua.push({ article: article.article, coders: packed });
    }
  }

  #reviewer(key: string): Record<"articles" | "nothing" | "missing", number> {
    return gotten(this.#reviewers, key, () => ({ articles: 0, nothing: 0, missing: 0 }));
  }

  #label(label: string): LabelColumns {
    return gotten(this.#labels, label, () => ({
      category: this.#categories.numberOf(label),
      of: columns(this.#sums, ...ofCategory),
      spans: spanColumns(this.#sums),
    }));
  }

  #pair(one: string, other: string): PairColumns {
    return gotten(this.#pairs, `${one} ${other}`, () => {
      const each = () => new CategoryColumns(this.#sums);
      return {
        one,
        other,
        of: columns(this.#sums, "articles", "positions", "agreeing", "own"),
        said: [each(), each()],
        both: each(),
        spans: spanColumns(this.#sums),
        confusion: new Map(),
      };
    });
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
      const label = this.#label(this.#categories.nameOf(category));
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
    for (const [label, right] of labels) add(this.#label(label).spans, right);
    const partner = new Map<string, string>();
    for (const { one: ours, other: theirs } of aligned) {
      const [from, to] = [ours?.label ?? null, theirs?.label ?? null];
      count(pair.confusion, from, to);
      const [first, last] = from !== null && (to === null || from < to) ? [from, to] : [to, from];
      count(this.#confusion, first, last);
      if (!ours || !theirs || from !== to) continue;
      partner.set(ours.id, theirs.id);
      this.#addAttributes("label", ours.label, ours.attributes, theirs.attributes);
    }
    this.#addRelations(one.relations, other.relations, partner);
    this.#addAttributes("article", null, one.attributes, other.attributes);
    return all.strict;
  }

  #addRelations(
    ones: readonly Relation[],
    others: readonly Relation[],
    partner: ReadonlyMap<string, string>,
  ): void {
    const of = (type: string) =>
      gotten(this.#relations, type, () => columns(this.#sums, "all", "alike"));
    for (const { type } of [...ones, ...others]) {
      this.#sums.add(of(type).all, 1);
      this.#sums.add(this.#related.all, 1);
    }
    const isSymmetric = (type: string) => this.#options.symmetric.has(type);
    for (const [one, other] of matchRelations(ones, others, partner, isSymmetric)) {
      this.#sums.add(of(one.type).alike, 1);
      this.#sums.add(this.#related.alike, 1);
      this.#addAttributes("relation", one.type, one.attributes, other.attributes);
    }
  }

  #addAttributes(
    kind: HolderKind,
    holder: string | null,
    one: Attributes,
    other: Attributes,
  ): void {
    const held = gotten(this.#holders[kind], holder, () => ({
      together: this.#sums.column(),
      attributes: new Map<string, AttributeColumns>(),
    }));
    this.#sums.add(held.together, 1);
    const told = (name: string) => {
      const attribute = gotten(held.attributes, name, () => ({
        of: columns(this.#sums, "told", "alike", "numbers", "sum", "squares", "apart"),
        values: new Map<string, number>(),
        isNumber: true,
      }));
      this.#addValues(attribute, keptUnder(one, name) ?? null, keptUnder(other, name) ?? null);
    };
    for (const name of Object.keys(one)) told(name);
    for (const name of Object.keys(other)) if (!Object.hasOwn(one, name)) told(name);
  }

  #addValues(
    attribute: AttributeColumns,
    x: AttributeValue | null,
    y: AttributeValue | null,
  ): void {
    const { of, values } = attribute;
    if (x === null && y === null) return;
    this.#sums.add(of.told, 1);
    const [first, second] = [nameOf(x), nameOf(y)];
    if (first === second) this.#sums.add(of.alike, 1);
    for (const value of [first, second]) {
      if (value === null || values.size > MOST_VALUES) continue;
      this.#sums.add(
        gotten(values, value, () => this.#sums.column()),
        1,
      );
    }
    if ((x !== null && typeof x !== "number") || (y !== null && typeof y !== "number")) {
      attribute.isNumber = false;
    }
    if (typeof x !== "number" || typeof y !== "number") return;
    this.#sums.add(of.numbers, 1);
    this.#sums.add(of.sum, x + y);
    this.#sums.add(of.squares, x * x + y * y);
    this.#sums.add(of.apart, (x - y) ** 2);
  }

  /**
   * Works out γ of what was added, which takes long: with a rest many times, in which others get their turn. A report
   * that is asked for before works out what is left.
   *
   * @returns at each rest, of how many articles it is worked out
   */
  *workingOutGamma(): Generator<{ readonly articles: number; readonly done: number }> {
    for (const { article, coders } of this.#continua.slice(this.#gammas.length)) {
      const steps = gammaInSteps({
        coders: coders.map((packed) => this.#unitsOf(packed)),
        seed: this.#options.seed,
      });
      for (;;) {
        yield { articles: this.#continua.length, done: this.#gammas.length };
        const step = steps.next();
        if (!step.done) continue;
        const { gamma: value, ...found } = step.value;
        this.#gammas.push({ article, value, ...found });
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
    const attributes = holderKinds.flatMap((kind) =>
      byName(this.#holders[kind]).flatMap(([holder, { together, attributes: of }]) =>
        byName(of).map(([name, attribute]) => ({
          about: { holder_kind: kind, holder, name },
          together,
          definitions: attributeDefinitions(kind, together, attribute),
        })),
      ),
    );
    const all = [
      whole,
      ...[...labels, ...pairs, ...relations, ...attributes].map(({ definitions }) => definitions),
    ];
    const computed = this.#computed(all.flat(), rows);
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
        confusion: cellsOf(pair.confusion),
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
      confusion: cellsOf(this.#confusion),
      distribution: distributions.map((measure) => ({
        measure,
        ...histogram(byArticle.map((of) => of[measure])),
      })),
      by_article: byArticle,
      rounds: this.#rounds(whole),
      ...(this.#options.gamma ? { gamma: this.#gamma() } : {}),
    };
  }

  #computed(
    definitions: readonly Definition[],
    rows: readonly number[],
  ): ReadonlyMap<Definition, Measure> {
    const { seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const sums = this.#sums.of(rows);
    const figures = definitions.map(({ of }) => of);
    const intervals = this.#sums.intervals(figures, rows, { seed, resamples });
    return new Map(
      definitions.map((definition, at) => {
        const value = definition.of(sums);
        const isDefined = !Number.isNaN(value);
        return [
          definition,
          {
            name: definition.name,
            value: isDefined ? value : null,
            ...(isDefined ? {} : { why_undefined: definition.why(sums) }),
            low: isDefined ? (intervals[at]?.low ?? null) : null,
            high: isDefined ? (intervals[at]?.high ?? null) : null,
            n: definition.n(sums),
            n_unit: definition.unit,
          },
        ];
      }),
    );
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
    const rows = new Map<number, number[]>();
    this.#articles.forEach(({ rounds }, row) => {
      for (const round of rounds) gotten(rows, round, () => []).push(row);
    });
    return [...rows]
      .sort(([a], [b]) => a - b)
      .map(([round, of]) => ({
        round,
        articles: of.length,
        measures: [...this.#computed(whole, of).values()],
      }));
  }

  #gamma(): NonNullable<AgreementReport["gamma"]> {
    const { seed, resamples = DEFAULT_RESAMPLES } = this.#options;
    const sums = new ArticleSums();
    const [sum, defined] = [sums.column(), sums.column()];
    for (const { article, value } of this.#gammas) {
      if (value === null) continue;
      sums.add(sum, value);
      sums.add(defined, 1);
      sums.end(article);
    }
    const mean = (of: Float64Array) => (of[sum] ?? 0) / (of[defined] ?? 0);
    const [interval] = sums.intervals([mean], sums.rows, { seed, resamples });
    const value = mean(sums.of(sums.rows));
    const isDefined = !Number.isNaN(value);
    return {
      measure: {
        name: "gamma",
        value: isDefined ? value : null,
        ...(isDefined ? {} : { why_undefined: NO_GAMMA }),
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        n: sums.rows.length,
        n_unit: "article",
      },
      by_article: this.#gammas,
    };
  }
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
        (a.article < b.article ? -1 : 1),
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

function attributeDefinitions(
  kind: HolderKind,
  together: number,
  { of, values, isNumber }: AttributeColumns,
): Definition[] {
  const unit =
    kind === "label" ? "span_pair" : kind === "article" ? "article_pair" : "relation_pair";
  const n = (sums: Float64Array) => sums[together] ?? 0;
  // Where neither has a value, both left it empty.
  const alike = (sums: Float64Array) => (sums[of.alike] ?? 0) + n(sums) - (sums[of.told] ?? 0);
  const nominal = (sums: Float64Array) => {
    const all = 2 * n(sums);
    let [squares, given] = [0, 0];
    for (const column of values.values()) {
      squares += (sums[column] ?? 0) ** 2;
      given += sums[column] ?? 0;
    }
    return chanceCorrected(all - 2 * alike(sums), all, squares + (all - given) ** 2, all - 1);
  };
  const interval = (sums: Float64Array) => {
    const all = 2 * (sums[of.numbers] ?? 0);
    const expected =
      (2 * (all * (sums[of.squares] ?? 0) - (sums[of.sum] ?? 0) ** 2)) / (all * (all - 1));
    return expected > 0 ? 1 - (2 * (sums[of.apart] ?? 0)) / all / expected : Number.NaN;
  };
  const isText = values.size > MOST_VALUES && !isNumber;
  return [
    {
      name: "percent_agreement",
      of: (sums) => alike(sums) / n(sums),
      why: () => NOTHING_TOGETHER,
      n,
      unit,
    },
    {
      name: "attribute_alpha",
      of: isText ? () => Number.NaN : isNumber ? interval : nominal,
      why: (sums) => (isText ? FREE_TEXT : n(sums) > 0 ? NO_VARIATION : NOTHING_TOGETHER),
      n: isNumber ? (sums) => sums[of.numbers] ?? 0 : n,
      unit,
    },
  ];
}

const distributions = ["krippendorff_alpha", "f1_strict", "f1_partial"] as const;
const BINS_PER_UNIT = 10;

/** Articles by tenths, up to 1; those that fall on 1 are in the last. */
function histogram(values: readonly (number | null)[]) {
  const known = values.flatMap((value) => value ?? []);
  const tenth = (value: number) =>
    Math.min(BINS_PER_UNIT - 1, Math.floor(value * BINS_PER_UNIT + 1e-9));
  const least = Math.min(0, ...known.map((value) => tenth(value)));
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

function count(confused: Confused, from: string | null, to: string | null): void {
  const row = gotten(confused, from, () => new Map<string | null, number>());
  row.set(to, (row.get(to) ?? 0) + 1);
}

function cellsOf(confused: Confused): AgreementReport["confusion"] {
  return [...confused]
    .flatMap(([one, row]) => [...row].map(([other, times]) => ({ one, other, count: times })))
    .sort((a, b) => nothingLast(a.one, b.one) || nothingLast(a.other, b.other));
}

function nothingLast(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

/** "a2" before "a10". */
function inKeyOrder(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** What is known of something, in the alphabetical order of names. */
function byName<Name extends string | null, Of>(map: ReadonlyMap<Name, Of>): [Name, Of][] {
  return [...map].sort(([a], [b]) => nothingLast(a, b));
}

/** The same for the same values. */
function nameOf(value: AttributeValue | null): string | null {
  if (value === null) return null;
  return typeof value === "string" ? `"${value}` : JSON.stringify(value);
}

function gotten<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
