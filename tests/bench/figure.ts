/** One measured number, beside what it must keep to. */
export type Figure = {
  /** What was measured, in words: "import against bare COPY". */
  readonly name: string;
  readonly value: number;
  /** "ms", "MB", "articles/s", "× COPY" … */
  readonly unit: string;
  /** None for numbers that only explain the others. */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
};

/** A running production server of the app. */
export type Server = {
  readonly baseUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
};

/**
 * What a suite gets. It runs in a process of its own, started for it alone, so that
 * `process.resourceUsage().maxRSS` (kilobytes) is its own peak.
 */
export type BenchEnvironment = {
  /** A fresh database of this suite, migrated and empty; DATABASE_URL is the same. */
  readonly databaseUrl: string;
  /** Another fresh one, migrated and empty. */
  freshDatabase(): Promise<string>;
  /** Starts the production build on a database of this suite; stopped with the suite. */
  startServer(options?: { databaseUrl?: string }): Promise<Server>;
  /** 1 for the sizes that the limits speak of; smaller to try a suite out. */
  readonly scale: number;
  /** Talk for the person who waits; goes to stderr. */
  log(line: string): void;
};

/** What each file `tests/bench/<suite>.ts` exports under the name `bench`. */
export type Bench = (env: BenchEnvironment) => Promise<Figure[]>;

/** Whether a figure keeps to its limit; null where it has none. */
export function isWithin({ value, limit }: Figure): boolean | null {
  if (limit === undefined) return null;
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/**
 * The value below which a share of the values lies (nearest rank).
 *
 * @param share from 0 to 1: 0.5 is the median
 * @throws RangeError if there are no values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value =
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0];
  if (value === undefined) throw new RangeError("There is no quantile of nothing.");
  return value;
}
