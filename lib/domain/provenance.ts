import type { RoundKind, RoundWay } from "./rounds";

/** A round, as far as it says how articles were chosen and worked on. */
export type RoundOrigin = {
  readonly number: number;
  readonly title: string;
  readonly kind: RoundKind;
  readonly way: RoundWay;
  readonly overlap: number;
  readonly doubledPercent: number | null;
  readonly seed: number;
  readonly guidelineVersion: number | null;
  readonly articles: number;
};

/** Where a project's articles and work are from. */
export type Provenance = {
  readonly slug: string;
  readonly title: string;
  /** How many articles the project has. */
  readonly articles: number;
  /** Imports by format, those that were taken back left out. */
  readonly imports: readonly {
    readonly format: string;
    readonly imports: number;
    readonly articles: number;
  }[];
  readonly rounds: readonly RoundOrigin[];
};
