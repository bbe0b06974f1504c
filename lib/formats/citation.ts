import { type Described, summary, yaml } from "./dataset-card";

/**
 * `CITATION.cff`, version 1.2.0. It must name authors, and no name leaves a project: whoever publishes the dataset
 * puts theirs in.
 */
export function citation(described: Described): string {
  const title = described.origin.title.replaceAll(/\s+/g, " ").trim();
  return yaml({
    "cff-version": "1.2.0",
    message: "If you use this dataset, please cite it as below.",
    type: "dataset",
    title,
    abstract: summary(described),
    authors: [{ name: `The annotators of ${title}` }],
    keywords: ["annotated corpus", "span annotation"],
  });
}

/** How to cite it, in one line. */
export function citationInWords({ origin }: Pick<Described, "origin">): string {
  const title = origin.title.replaceAll(/\s+/g, " ").trim();
  return `The annotators of ${title}: ${title}. Annotated dataset.`;
}
