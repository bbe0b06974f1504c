import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { Article } from "@/lib/api/articles";
import type { KeySettings } from "@/lib/api/people";

/** Everything the annotate page is made of. */
export type AnnotatePage = {
  readonly project: { readonly slug: string; readonly title: string };
  readonly article: Pick<
    Article,
    "id" | "title" | "publisher" | "author" | "url" | "published_at" | "language"
  >;
  readonly version: Article["version"] & Pick<Article, "text" | "blocks">;
  /** The words and sentences of the text, encoded, in base64. */
  readonly segmentation: string;
  readonly scheme: Article["scheme"];
  /** What the project adds to the words of reported speech. */
  readonly cues: readonly string[];
  /** As the page was opened; null for those who may only read. */
  readonly ownSet: AnnotationSet | null;
  readonly readOnlySets: readonly AnnotationSet[];
  /** The keys as the reader has them. */
  readonly keys: KeySettings;
  readonly earlierVersions: readonly { readonly number: number; readonly hasMyWork: boolean }[];
};
