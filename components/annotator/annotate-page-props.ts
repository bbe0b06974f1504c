import {
  type PackedSpans,
  packBlocks,
  packSpans,
  unpackBlocks,
  unpackSpans,
} from "@/lib/annotator/packing";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { Article } from "@/lib/api/articles";
import type { KeySettings } from "@/lib/api/people";
import { ArticleText } from "@/lib/domain/text";

/** Where the practice article is. */
export const PRACTICE = "/practice";

/** Everything the annotate page is made of. */
export type AnnotatePage = {
  /** It is for practising, with a tour: nothing of it is kept. */
  readonly practice: boolean;
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

type PackedSet = Omit<AnnotationSet, "spans"> & { readonly spans: PackedSpans };

/** The same on its way to the browser. */
export type PackedPage = Omit<AnnotatePage, "version" | "ownSet" | "readOnlySets"> & {
  readonly version: Omit<AnnotatePage["version"], "blocks"> & { readonly blocks: string };
  readonly ownSet: PackedSet | null;
  readonly readOnlySets: readonly PackedSet[];
};

export function packPage({ version, ownSet, readOnlySets, ...rest }: AnnotatePage): PackedPage {
  const packed = (set: AnnotationSet): PackedSet => ({ ...set, spans: packSpans(set.spans) });
  return {
    ...rest,
    version: { ...version, blocks: packBlocks(version.blocks) },
    ownSet: ownSet && packed(ownSet),
    readOnlySets: readOnlySets.map(packed),
  };
}

export function unpackPage({ version, ownSet, readOnlySets, ...rest }: PackedPage): AnnotatePage {
  const text = new ArticleText(version.text);
  const whole = (set: PackedSet): AnnotationSet => {
    return { ...set, spans: unpackSpans(set.spans, text) };
  };
  return {
    ...rest,
    version: { ...version, blocks: unpackBlocks(version.blocks) },
    ownSet: ownSet && whole(ownSet),
    readOnlySets: readOnlySets.map(whole),
  };
}
