/** A licence that many know by its name. */
export type KnownLicence = {
  /** As Hugging Face names it in the card of a dataset. */
  readonly id: string;
  /** As SPDX does, for which CITATION.cff has a place. */
  readonly spdx: string;
  readonly name: string;
  readonly url: string;
};

const creativeCommons = (kind: string, version: string, name: string): KnownLicence => ({
  id: `cc-${kind}-${version}`,
  spdx: `CC-${kind.toUpperCase()}-${version}`,
  name: `Creative Commons ${name} ${version}`,
  url: `https://creativecommons.org/licenses/${kind}/${version}/`,
});

/**
 * Licences of datasets, those that are chosen most often first. What Hugging Face, SPDX or the list of CITATION.cff 1.2.0
 * does not have is not here: it is "other", by its name and address.
 */
export const knownLicences: readonly KnownLicence[] = [
  creativeCommons("by", "4.0", "Attribution"),
  creativeCommons("by-sa", "4.0", "Attribution-ShareAlike"),
  creativeCommons("by-nc", "4.0", "Attribution-NonCommercial"),
  creativeCommons("by-nc-sa", "4.0", "Attribution-NonCommercial-ShareAlike"),
  creativeCommons("by-nd", "4.0", "Attribution-NoDerivatives"),
  creativeCommons("by-nc-nd", "4.0", "Attribution-NonCommercial-NoDerivatives"),
  {
    id: "cc0-1.0",
    spdx: "CC0-1.0",
    name: "Creative Commons Zero 1.0",
    url: "https://creativecommons.org/publicdomain/zero/1.0/",
  },
  {
    id: "odc-by",
    spdx: "ODC-By-1.0",
    name: "Open Data Commons Attribution 1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  {
    id: "odbl",
    spdx: "ODbL-1.0",
    name: "Open Data Commons Open Database 1.0",
    url: "https://opendatacommons.org/licenses/odbl/1-0/",
  },
  {
    id: "pddl",
    spdx: "PDDL-1.0",
    name: "Open Data Commons Public Domain Dedication 1.0",
    url: "https://opendatacommons.org/licenses/pddl/1-0/",
  },
  {
    id: "cdla-permissive-1.0",
    spdx: "CDLA-Permissive-1.0",
    name: "Community Data License Agreement Permissive 1.0",
    url: "https://cdla.dev/permissive-1-0/",
  },
  {
    id: "cdla-sharing-1.0",
    spdx: "CDLA-Sharing-1.0",
    name: "Community Data License Agreement Sharing 1.0",
    url: "https://cdla.dev/sharing-1-0/",
  },
  {
    id: "etalab-2.0",
    spdx: "etalab-2.0",
    name: "Etalab Open Licence 2.0",
    url: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
  },
  creativeCommons("by", "3.0", "Attribution"),
  creativeCommons("by-sa", "3.0", "Attribution-ShareAlike"),
  creativeCommons("by-nc", "3.0", "Attribution-NonCommercial"),
  creativeCommons("by-nc-sa", "3.0", "Attribution-NonCommercial-ShareAlike"),
  creativeCommons("by-nc-nd", "3.0", "Attribution-NonCommercial-NoDerivatives"),
  {
    id: "apache-2.0",
    spdx: "Apache-2.0",
    name: "Apache 2.0",
    url: "https://www.apache.org/licenses/LICENSE-2.0",
  },
  { id: "mit", spdx: "MIT", name: "MIT", url: "https://opensource.org/license/mit" },
];

/** A licence of the list, by the name that Hugging Face or SPDX has for it, in whatever case; null if it is none. */
export function knownLicence(named: string): KnownLicence | null {
  const name = named.trim().toLowerCase();
  return knownLicences.find(({ id, spdx }) => id === name || spdx.toLowerCase() === name) ?? null;
}

/** What a licence is that is not of the list, as Hugging Face has it. */
export const OTHER_LICENCE = "other";
