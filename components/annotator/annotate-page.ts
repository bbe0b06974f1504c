import type { ReadOnlySet } from "@/lib/annotator/controller";
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

/** Everything the annotate page is made of. Times are ISO 8601 UTC. */
export type AnnotatePage = {
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
  readonly ownSet: OwnSet | null;
  readonly readOnlySets: readonly ReadOnlySet[];
  readonly earlierVersions: readonly { readonly number: number; readonly hasMyWork: boolean }[];
};
