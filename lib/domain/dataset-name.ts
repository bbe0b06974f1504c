import type { Layer } from "./record";

/** What a dataset is called and whom it is of, as the name of its file says. */
export type NamedDataset = {
  /** The slug. */
  readonly project: string;
  readonly layer: Layer;
  /** What a row is: "article", "span" … */
  readonly shape: string;
  readonly texts: boolean;
  /** With the dot. */
  readonly extension: string;
};

/** The name of a dataset's file; none of its characters would need quoting. */
export function datasetName({ project, layer, shape, texts, extension }: NamedDataset): string {
  const rows = shape === "article" ? "" : `-${shape}s`;
  return `${project}-${layer}${rows}${texts ? "" : "-without-texts"}${extension}`;
}
