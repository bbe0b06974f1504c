import type { ArticlePage } from "@/lib/api/articles";
import type { LabelStyle } from "@/lib/domain/label-style";

/** What the server read for the page as it was asked for. */
export type InitialList = {
  /** Of this reading: it comes back where the browser shows an old page again. */
  readonly id: string;
  /** Which list it is, as `addressOf` writes it. */
  readonly address: string;
  readonly page: ArticlePage;
};

/** A label that articles can be picked by, as it is drawn. */
export type ListLabel = {
  readonly name: string;
  readonly letter: string;
  readonly style: LabelStyle;
};
