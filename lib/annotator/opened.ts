import type { Scheme } from "@/lib/domain/scheme";
import type { Relation, Span } from "@/lib/domain/span";
import type { Block } from "@/lib/domain/text";

/** The reviewer's own annotation set, as the page was opened. */
export type OwnSet = {
  readonly id: string;
  readonly revision: number;
  readonly submittedAt: string | null;
  readonly note: string | null;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly annotator: string;
};

/** An annotation set that is shown and never changed here. */
export type OtherSet = {
  readonly id: string;
  readonly kind: "imported" | "gold" | "model" | "reviewer";
  readonly annotator: string;
  readonly revision: number;
  readonly submittedAt: string | null;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** Everything the annotate page is made of. */
export type Opened = {
  readonly project: { readonly slug: string; readonly title: string };
  readonly article: {
    readonly id: string;
    readonly title: string;
    readonly publisher: string | null;
    readonly author: string | null;
    readonly url: string | null;
    readonly publishedAt: string | null;
    readonly language: string | null;
  };
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly current: boolean;
    readonly text: string;
    readonly blocks: readonly Block[];
  };
  readonly scheme: Scheme;
  /** Null for those who may only read. */
  readonly set: OwnSet | null;
  readonly others: readonly OtherSet[];
  readonly earlierVersions: readonly { readonly number: number; readonly hasMyWork: boolean }[];
};
