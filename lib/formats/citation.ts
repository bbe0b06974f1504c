import { knownLicence } from "@/lib/domain/licences";
import { isPerson, orcidAddress } from "@/lib/domain/publishing";
import type { Creator, Licence } from "@/lib/domain/publishing-schemas";
import { annotatorsOf } from "./bibtex";
import { aboutIt, type Described, yaml } from "./dataset-card";
import { oneLine } from "./markdown-words";

/**
 * `CITATION.cff`, version 1.2.0. It must name authors; where the project names none, they are its annotators, without a
 * name of anybody.
 */
export function citation(described: Described): string {
  const title = oneLine(described.origin.title);
  const { licence, creators, doi, url, published_on } = described.origin.publishing;
  return yaml({
    "cff-version": "1.2.0",
    message: "If you use this dataset, please cite it as below.",
    type: "dataset",
    title,
    abstract: aboutIt(described),
    authors: creators.length > 0 ? creators.map(author) : [{ name: annotatorsOf(title) }],
    keywords: ["annotated corpus", "span annotation"],
    ...(licence && licenceMembers(licence)),
    ...(doi !== null && { doi }),
    ...(url !== null && { url }),
    ...(published_on !== null && { "date-released": published_on }),
  });
}

function author(creator: Creator) {
  const { name, given_names, orcid, affiliation } = creator;
  if (!isPerson(creator)) return { name };
  return {
    "family-names": name,
    ...(given_names !== null && { "given-names": given_names }),
    ...(affiliation !== null && { affiliation }),
    ...(orcid !== null && { orcid: orcidAddress(orcid) }),
  };
}

function licenceMembers({ id, url }: Licence) {
  const known = knownLicence(id);
  return known ? { license: known.spdx } : { "license-url": url };
}
