import { SeededRandom } from "../random";

/** A figure made of sums; NaN where it is not defined. */
export type Figure = (sums: Float64Array) => number;

/** An interval; null where there is none. */
export type Interval = { readonly low: number; readonly high: number } | null;

/** A column that nothing is ever added to. */
export const NO_COLUMN = 0;

/**
 * What articles come to, in columns that add up: a figure of several articles is made of the sums of their rows. So a
 * bootstrap adds up rows drawn anew and never sees spans again. Only what is not 0 is kept.
 */
export class ArticleSums {
  /** Rows, one after the other: their columns and values, and where each ends. */
  #columns = new Int32Array(1024);
  #values = new Float64Array(1024);
  #used = 0;
  readonly #ends: number[] = [];
  readonly #ids: string[] = [];
  /** The row that is being filled. */
  #row = new Float64Array(64);
  #width = NO_COLUMN + 1;
  #touched: number[] = [];

  /** A new column. */
  column(): number {
    if (this.#width === this.#row.length) {
      const wider = new Float64Array(this.#width * 2);
      wider.set(this.#row);
      this.#row = wider;
    }
    this.#width += 1;
    return this.#width - 1;
  }

  /** New columns, by names of theirs. */
  columns<Name extends string>(...names: readonly Name[]): Record<Name, number> {
    // Object.fromEntries forgets which names they are.
    return Object.fromEntries(names.map((name) => [name, this.column()])) as Record<Name, number>;
  }

  /** Adds to the row of the article that is being told of. */
  add(column: number, value: number): void {
    if (value === 0) return;
    if (this.#row[column] === 0) this.#touched.push(column);
    this.#row[column] = (this.#row[column] ?? 0) + value;
  }

  /** Ends the row of an article. @returns its number, from 0 on */
  end(id: string): number {
    const size = this.#used + this.#touched.length;
    if (size > this.#columns.length) {
      const [columns, values] = [new Int32Array(2 * size), new Float64Array(2 * size)];
      columns.set(this.#columns);
      values.set(this.#values);
      [this.#columns, this.#values] = [columns, values];
    }
    for (const column of this.#touched) {
      this.#columns[this.#used] = column;
      this.#values[this.#used] = this.#row[column] ?? 0;
      this.#row[column] = 0;
      this.#used += 1;
    }
    this.#touched = [];
    this.#ends.push(this.#used);
    this.#ids.push(id);
    return this.#ids.length - 1;
  }

  get rows(): readonly number[] {
    return [...this.#ids.keys()];
  }

  /** The sums of some rows; of one that is there twice, twice. */
  of(rows: readonly number[]): Float64Array {
    const sums = new Float64Array(this.#width);
    for (const row of rows) this.#addTo(sums, row, 1);
    return sums;
  }

  /** Something of each article by itself. @param articles in the order of their rows. @param make gets sums that it may not keep */
  each<Article, Of>(
    articles: readonly Article[],
    make: (sums: Float64Array, article: Article) => Of,
  ): Of[] {
    const sums = new Float64Array(this.#width);
    return articles.map((article, row) => {
      this.#addTo(sums, row, 1);
      const made = make(sums, article);
      for (let at = this.#begin(row); at < (this.#ends[row] ?? 0); at += 1) {
        sums[this.#columns[at] ?? NO_COLUMN] = 0;
      }
      return made;
    });
  }

  #begin(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
  }

  /**
   * The percentile bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979,
   * 1-26): as many articles as there are, drawn with replacement, again and again. Articles are drawn and not spans or
   * words, since those of one article hang together.
   *
   * @param seed the same gives the same, in whatever order articles came
   * @returns by figure the 2.5th and the 97.5th percentile; null of fewer than two articles, or if a figure is not defined in
   *   half of the draws or more
   */
  intervals(
    figures: readonly Figure[],
    rows: readonly number[],
    { seed, resamples }: { readonly seed: number; readonly resamples: number },
  ): Interval[] {
    if (rows.length < 2 || resamples < 1) return figures.map(() => null);
    const ids = this.#ids;
    const sorted = [...rows].sort((a, b) => ((ids[a] ?? "") < (ids[b] ?? "") ? -1 : 1));
    const random = new SeededRandom(seed);
    // Draw by draw, in which they are written; by figure it would be one place of memory after another.
    const drawn = new Float64Array(figures.length * resamples);
    const sums = new Float64Array(this.#width);
    const times = new Uint32Array(sorted.length);
    for (let draw = 0; draw < resamples; draw += 1) {
      times.fill(0);
      for (let count = 0; count < sorted.length; count += 1) {
        const at = random.below(sorted.length);
        times[at] = (times[at] ?? 0) + 1;
      }
      sums.fill(0);
      sorted.forEach((row, at) => {
        const weight = times[at] ?? 0;
        if (weight > 0) this.#addTo(sums, row, weight);
      });
      figures.forEach((figure, at) => {
        drawn[draw * figures.length + at] = figure(sums);
      });
    }
    const values = new Float64Array(resamples);
    return figures.map((_, at) => {
      for (let draw = 0; draw < resamples; draw += 1) {
        values[draw] = drawn[draw * figures.length + at] ?? Number.NaN;
      }
      return percentiles(values);
    });
  }

  #addTo(sums: Float64Array, row: number, weight: number): void {
    const end = this.#ends[row] ?? 0;
    const [columns, values] = [this.#columns, this.#values];
    for (let at = this.#begin(row); at < end; at += 1) {
      const column = columns[at] ?? 0;
      sums[column] = (sums[column] ?? 0) + weight * (values[at] ?? 0);
    }
  }
}

function percentiles(values: Float64Array): Interval {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length * 2 <= values.length) return null;
  return { low: quantile(known, 0.025), high: quantile(known, 0.975) };
}

/** Between the two values around it, in proportion. @param sorted with one value at least */
function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

/** Columns of numbers that categories have, as they come up. */
export class CategoryColumns {
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
export function sumIn(sums: Float64Array, columns: Int32Array): number {
  let total = 0;
  for (const column of columns) total += sums[column] ?? 0;
  return total;
}

/** Σ of squares of columns. */
export function squaresIn(sums: Float64Array, columns: Int32Array): number {
  let total = 0;
  for (const column of columns) total += (sums[column] ?? 0) ** 2;
  return total;
}

/** Columns by name, made at once. */
